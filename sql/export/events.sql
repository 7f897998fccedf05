-- What changed an account's wallet in a period, in the order of the books: one row for each entry that moves
-- cash, with its fill where exactly one has its trade id, and its value in the reporting currency where a
-- price is known. Margin that moves into an isolated position is left out.
with cash as (
    select
        valued_entry.*,
        income.kind as cash_kind,
        income.tran_id,
        income.trade_id,
        income.info

    from report.valued_entry

    left join history.income
        on valued_entry.account_id = income.account_id
        and valued_entry.record_key = income.record_key
        and valued_entry.stream = 'income'
        and (income.part = '' or valued_entry.entry_id = 'income/' || income.record_key || '/' || income.part)

    where valued_entry.account_id = :account_id
        and valued_entry.wallet is not null
        and valued_entry.posted_at >= :from
        and valued_entry.posted_at < :until
),

-- The two sides of a trade with oneself share its id, and the cash row does not say to which it belongs.
traded as (
    select
        symbol,
        fill_id,
        min(record_key) as record_key

    from history.fill

    where account_id = :account_id

    group by symbol, fill_id

    having count(*) = 1
)

select
    cash.entry_id,
    case
        when own_transfer.account_id is not null and cash.kind = 'transfer' then 'own_transfer'
        else cash.kind
    end as kind,
    cash.cash_kind,
    cash.asset,
    report.plain(cash.wallet) as amount,
    cash.symbol,
    fill.side,
    fill.position_side,
    report.plain(fill.quantity) as quantity,
    report.plain(fill.price) as price,
    coalesce(nullif(cash.trade_id, ''), fill.fill_id) as trade_id,
    fill.order_id,
    nullif(cash.tran_id, '') as transaction_id,
    cash.stream,
    cash.record_key,
    cash.basis,
    nullif(cash.info, '') as info,
    own_transfer.counterparty_account_id as counterparty_account,
    cash.occurred_at,
    cash.posted_at,
    cash.currency,
    report.plain(cash.price) as currency_price,
    report.plain(cash.wallet * cash.price) as value,
    cash.missing

from cash

left join traded
    on cash.symbol = traded.symbol
    and cash.trade_id = traded.fill_id

left join history.fill
    on fill.account_id = :account_id
    and fill.record_key = case cash.stream when 'fills' then cash.record_key else traded.record_key end

left join report.own_transfer
    on cash.account_id = own_transfer.account_id
    and cash.record_key = own_transfer.record_key
    and cash.stream = 'income'
    -- A transfer of a closed period stays a plain transfer where the other account's row came only after the
    -- close.
    and coalesce(own_transfer.counterparty_adjusted_at, '-infinity') < :until

order by
    cash.posted_at,
    -- Within an instant, incoming amounts come before outgoing ones, and a result before its fee.
    case
        when cash.kind = 'opening' then 0
        when cash.kind = 'transfer' and cash.wallet > 0 then 1
        when cash.kind = 'realized_pnl' then 2
        when cash.kind = 'trading_fee' then 3
        when cash.kind = 'liquidation' then 4
        when cash.kind = 'funding' then 5
        when cash.kind = 'transfer' then 7
        else 6
    end,
    cash.entry_id collate "C",
    cash.line
