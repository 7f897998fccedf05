-- The venue's equity of each full hour and day, less its unrealized PnL, is the wallet of that instant as the
-- statement has it. The venue may have valued the account a moment later, so any wallet of the two minutes
-- after it will do. What differs comes day by day, the rest as one row.
with shown as (
    select
        "interval",
        asset,
        occurred_at,
        total_equity - unrealized_pnl as wallet

    from history.equity_snapshot

    where account_id = :account_id
),

compared as (
    select
        shown."interval",
        shown.asset,
        shown.occurred_at,
        shown.wallet,
        coalesce(
            row_after.wallet,
            row_before.wallet,
            case when :is_from_beginning::boolean then 0 else first_row.wallet end,
            0
        ) as stated

    from shown

    left join lateral (
        select legacy_amount_before + legacy_amount as wallet

        from history.collateral_transaction

        where account_id = :account_id
            and asset = shown.asset
            and value_at <= shown.occurred_at

        order by
            value_at desc,
            length(event_number) desc,
            event_number collate "C" desc,
            length(transaction_id) desc,
            transaction_id collate "C" desc

        limit 1
    ) as row_before
        on true

    left join lateral (
        select legacy_amount_before as wallet

        from history.collateral_transaction

        where account_id = :account_id
            and asset = shown.asset
            and value_at > shown.occurred_at
            and row_before.wallet is null

        order by
            value_at,
            length(event_number),
            event_number collate "C",
            length(transaction_id),
            transaction_id collate "C"

        limit 1
    ) as first_row
        on true

    left join lateral (
        select shown.wallet as wallet

        from history.collateral_transaction

        where account_id = :account_id
            and asset = shown.asset
            and value_at > shown.occurred_at
            and value_at <= shown.occurred_at + interval '2 minutes'
            and legacy_amount_before + legacy_amount = shown.wallet

        limit 1
    ) as row_after
        on true
),

judged as (
    select
        compared.*,
        case when wallet <> stated then to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD') end as broken

    from compared
),

numbered as (
    select
        judged.*,
        row_number() over (partition by asset, "interval", broken order by occurred_at) as place

    from judged
)

select
    'equity_snapshots' as law,
    asset || ' ' || "interval" || coalesce(' ' || broken, '') as subject,
    case when broken is null then 'agrees' else 'differs' end as status,
    case when broken is null then count(*) else trim_scale(min(wallet) filter (where place = 1)) end as expected,
    case when broken is null then count(*) else trim_scale(min(stated) filter (where place = 1)) end as found,
    count(*) as compared,
    case
        when broken is null then ''
        else count(*)::text || ' of that day, the first at ' || to_char(min(occurred_at) at time zone 'UTC', 'HH24:MI') || ' UTC'
    end as evidence,
    null as checked_at

from numbered

group by
    asset,
    "interval",
    broken

order by
    asset collate "C",
    "interval" collate "C",
    broken collate "C"
