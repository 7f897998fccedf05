-- What returns are computed with. A quotient mostly has no end: so many decimals are kept that the last step,
-- which rounds, gives what exact fractions would.
create or replace function report.quotient(dividend numeric, divisor numeric, decimals integer) returns numeric
language sql immutable parallel safe
return round(round(dividend, decimals + 20) / divisor, decimals);
comment on function report.quotient(numeric, numeric, integer) is
    'dividend ÷ divisor to so many decimals; Postgres'' own division keeps about sixteen digits.';

create or replace function report.linked(product numeric, factor numeric) returns numeric
language sql immutable parallel safe
return round(product * factor, 40);
comment on function report.linked(numeric, numeric) is
    'One more day''s factor on the product of those before; both to 40 decimals.';

create or replace aggregate report.link(numeric) (
    sfunc = report.linked,
    stype = numeric,
    initcond = '1',
    parallel = safe
);
comment on aggregate report.link(numeric) is
    'The product of daily factors, in the order of the days.';
