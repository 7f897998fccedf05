-- Prices, and what the books are worth in the reporting currency.
--
-- A price belongs to no account, yet every primary key begins with account_id. So a quote is either an account's own (what its venue
-- said: a test venue's prices must never value the real account) or everybody's, with an empty account_id (files, pegs). No fact is ever joined to
-- price.quote: the valuation copies each price it used into the account's own rows. On Citus price.quote is a reference table or distributed like the rest.

create schema price;
comment on schema price is 'Prices with their time, source and quality. They come from outside, so a rebuild of the books keeps them.';

create table price.quote (
    account_id text not null,
    base_asset text not null,
    quote_asset text not null,
    quality text not null,
    quoted_at timestamptz not null,
    stands_until timestamptz not null,
    price numeric not null,
    source text not null,
    fetched_at timestamptz not null,
    primary key (account_id, base_asset, quote_asset, quality, quoted_at),
    check (quality in ('minute', 'day', 'peg')),
    check (price > 0 and price < 'Infinity'),
    check (base_asset <> quote_asset),
    check (quoted_at < stands_until)
);
create index quote_by_time on price.quote (account_id, quoted_at);
comment on table price.quote is 'One row per price. It holds from quoted_at until stands_until, and for no other time.';
comment on column price.quote.account_id is 'The account whose venue said it; empty for files and pegs, which hold for every account.';
comment on column price.quote.base_asset is 'What is priced.';
comment on column price.quote.quote_asset is 'What it is priced in.';
comment on column price.quote.quality is 'minute: the close of a minute. day: the rate of a day. peg: a person''s declaration.';
comment on column price.quote.quoted_at is 'The first instant of the minute or day it is of, in UTC; of a peg, the beginning of 1970.';
comment on column price.quote.stands_until is 'The first instant it no longer holds for: the end of the minute or day; of an ECB rate, the day of the next one, at most seven days on; of a peg, the year 9999.';
comment on column price.quote.price is 'Units of quote_asset for one of base_asset, with the digits of the source.';
comment on column price.quote.source is 'The file and its line; the venue, its path and symbol; or the reason that was given for a peg.';
comment on column price.quote.fetched_at is 'When it was fetched, imported or declared last, by this machine''s clock.';

create table ledger.valuation (
    account_id text not null,
    asset text not null,
    minute timestamptz not null,
    currency text not null,
    price numeric,
    quality text,
    missing text,
    fingerprint text not null,
    primary key (account_id, asset, minute),
    check ((price is null) = (missing is not null)),
    check ((price is null) = (quality is null)),
    check (quality in ('none_needed', 'minute', 'day', 'peg'))
);
comment on table ledger.valuation is 'One row per asset and minute in which the books have something: what one unit was worth in the reporting currency. Made anew with the books; empty without a reporting currency.';
comment on column ledger.valuation.account_id is 'The account.';
comment on column ledger.valuation.asset is 'The asset.';
comment on column ledger.valuation.minute is 'The first instant of the minute, in UTC.';
comment on column ledger.valuation.currency is 'The reporting currency.';
comment on column ledger.valuation.price is 'Units of the currency for one of the asset, with 18 decimals where a division was needed; null where a price is missing.';
comment on column ledger.valuation.quality is 'none_needed: the asset is the currency. Else that of the coarsest price it rests on: minute or day; peg where it rests on nothing but pegs. Null where a price is missing.';
comment on column ledger.valuation.missing is 'Which price is missing; null where none is.';
comment on column ledger.valuation.fingerprint is 'A hash of the row and its legs, so that one that has not changed is not written again.';

create table ledger.valuation_leg (
    account_id text not null,
    asset text not null,
    minute timestamptz not null,
    leg integer not null,
    base_asset text not null,
    quote_asset text not null,
    quality text not null,
    quoted_at timestamptz not null,
    price numeric not null,
    source text not null,
    is_inverse boolean not null,
    primary key (account_id, asset, minute, leg)
);
comment on table ledger.valuation_leg is 'The prices that each valuation rests on, from the asset to the reporting currency: copies from price.quote.';
comment on column ledger.valuation_leg.account_id is 'The account.';
comment on column ledger.valuation_leg.asset is 'The asset that is valued.';
comment on column ledger.valuation_leg.minute is 'The minute it is valued in.';
comment on column ledger.valuation_leg.leg is 'The step on the way from the asset to the currency, from 1.';
comment on column ledger.valuation_leg.base_asset is 'What is priced.';
comment on column ledger.valuation_leg.quote_asset is 'What it is priced in.';
comment on column ledger.valuation_leg.quality is 'minute, day or peg.';
comment on column ledger.valuation_leg.quoted_at is 'The first instant of the minute or day the price is of, in UTC.';
comment on column ledger.valuation_leg.price is 'Units of quote_asset for one of base_asset.';
comment on column ledger.valuation_leg.source is 'Where the price is from.';
comment on column ledger.valuation_leg.is_inverse is 'Whether the step goes from quote_asset to base_asset, so that the valuation divides by the price.';

create table ledger.coin_disposal (
    account_id text not null,
    asset text not null,
    entry_id text not null,
    line integer not null,
    part integer not null,
    kind text not null,
    acquired_at timestamptz,
    acquired_entry_id text,
    acquired_by text,
    disposed_at timestamptz not null,
    posted_at timestamptz not null,
    quantity numeric not null,
    currency text not null,
    proceeds numeric,
    cost numeric,
    result numeric,
    missing text,
    primary key (account_id, asset, entry_id, line, part),
    check (quantity > 0),
    check ((result is null) = (missing is not null)),
    check ((result is null) = (proceeds is null or cost is null))
);
create index coin_disposal_by_posting on ledger.coin_disposal (account_id, posted_at);
comment on table ledger.coin_disposal is 'One row per piece of a coin that left for something (a fee, a conversion) and the lot it came from, first in first out per account and asset. Only for assets in which the account has no PnL or funding.';
comment on column ledger.coin_disposal.account_id is 'The account.';
comment on column ledger.coin_disposal.asset is 'The coin.';
comment on column ledger.coin_disposal.entry_id is 'The entry that disposed of it.';
comment on column ledger.coin_disposal.line is 'The movement of that entry.';
comment on column ledger.coin_disposal.part is 'From 1; one for each lot it came from.';
comment on column ledger.coin_disposal.kind is 'The kind of that entry: trading_fee, conversion, …';
comment on column ledger.coin_disposal.acquired_at is 'When the lot came, in UTC; null where no lot is left in the books.';
comment on column ledger.coin_disposal.acquired_entry_id is 'The entry that brought the lot; null where there is none.';
comment on column ledger.coin_disposal.acquired_by is 'The kind of that entry: transfer, reward, rebate, conversion, opening, …; null where there is none.';
comment on column ledger.coin_disposal.disposed_at is 'When it left, in UTC.';
comment on column ledger.coin_disposal.posted_at is 'When the books count it, in UTC.';
comment on column ledger.coin_disposal.quantity is 'How much of the coin.';
comment on column ledger.coin_disposal.currency is 'The reporting currency, of the amounts.';
comment on column ledger.coin_disposal.proceeds is 'What it was worth when it left; null without a price.';
comment on column ledger.coin_disposal.cost is 'What the piece was worth when it came; null without a price, and where its cost is not known.';
comment on column ledger.coin_disposal.result is 'proceeds − cost; null where one of them is.';
comment on column ledger.coin_disposal.missing is 'What is missing for the result; null where nothing is.';
