-- How far a venue's own figures may be from the books', as data beside the proofs that were made with it: whatever judges a fact after them judges it alike.
create table ledger.tolerance (
    account_id text not null,
    trade_cash numeric not null,
    fill_average numeric not null,
    primary key (account_id)
);
comment on table ledger.tolerance is 'One row per account: how far its venue''s figures may be from ours, as the last reconciliation had it. Made anew with the proofs.';
comment on column ledger.tolerance.account_id is 'The account.';
comment on column ledger.tolerance.trade_cash is 'One unit of the last decimal that the venue keeps of an amount: the fills of a trade against its cash.';
comment on column ledger.tolerance.fill_average is 'Ten units of it: the venue''s realized PnL of a fill against ours at average cost, since its average is short too.';

comment on schema raw is 'What the venue said, verbatim, and how completely it was read; and what people have decided about it. It cannot be made again.';
comment on schema snapshot is 'Balances and positions as the venue showed them at each run. They cannot be made again.';
comment on schema ledger is 'The books in double entry, and their proofs. Rebuilt from history and snapshot at any time, but for the closed_ tables, which are people''s decisions.';

-- What the check names is said by those who add one; this keeps what others have said.
do $$ begin
    execute format(
        'comment on column ledger.reconciliation.check_name is %L',
        rtrim(col_description('ledger.reconciliation'::regclass, (
            select attnum from pg_attribute where attrelid = 'ledger.reconciliation'::regclass and attname = 'check_name'
        )), '.') || '; across accounts same_account.'
    );
end $$;
