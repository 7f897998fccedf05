-- Transfers with another account of the same store have both legs there. A leg that is missing or another
-- shows in two ways: the other account has a row of the same event that does not mirror this one, or its
-- statement breaks around the event by exactly the amount. A transfer that shows in neither is one with an
-- account that is not in the store. Of two legs of one event that the other account has one row of, one lacks
-- its own. The two generations of edgeX count their events apart, in assets of different names, so rows of
-- different assets are never one event. Joins across accounts: people transfer seldom.
with own as (
    select
        user_transfer.asset,
        user_transfer.transaction_id,
        user_transfer.event_number,
        user_transfer.amount,
        user_transfer.occurred_at,
        own_transfer.counterparty_account_id

    from history.collateral_transaction as user_transfer

    left join report.own_transfer
        on user_transfer.account_id = own_transfer.account_id and user_transfer.record_key = own_transfer.record_key

    where user_transfer.account_id = :account_id
        and user_transfer.transaction_type in ('TRANSFER_IN', 'TRANSFER_OUT')
        and user_transfer.transfer_reason = 'USER_TRANSFER'
        and user_transfer.event_number not in ('', '0')
),

other_accounts as (
    select others.account_id

    from raw.account as own_account

    inner join raw.account as others
        on own_account.venue = others.venue and own_account.account_id <> others.account_id

    where own_account.account_id = :account_id
),

-- Rows of the other accounts that do not begin with what the row before them left; none is looked for while
-- no transfer lacks its leg.
breaks as (
    select
        account_id,
        asset,
        previous_event_number,
        event_number,
        amount_before - amount_left as missing

    from (
        select
            statement.account_id,
            statement.asset,
            statement.event_number,
            statement.amount_before,
            lag(statement.event_number) over in_order as previous_event_number,
            coalesce(
                lag(statement.amount_before + statement.amount) over in_order,
                case when account.is_from_beginning then 0 else statement.amount_before end
            ) as amount_left

        from history.collateral_transaction as statement

        inner join other_accounts
            on statement.account_id = other_accounts.account_id

        inner join raw.account
            on statement.account_id = account.account_id

        where exists (select from own where counterparty_account_id is null)
            and statement.event_number not in ('', '0')

        window in_order as (
            partition by statement.account_id, statement.asset
            order by
                length(statement.event_number),
                statement.event_number collate "C",
                length(statement.transaction_id),
                statement.transaction_id collate "C"
        )
    ) as with_previous

    where amount_before <> amount_left
),

findings as (
    select
        own.asset,
        own.transaction_id,
        own.occurred_at,
        own.amount,
        case
            when own.counterparty_account_id is not null then -own.amount
            when other_leg.account_id is not null then other_leg.amount
            when breaks.account_id is not null then 0
        end as other_amount,
        coalesce(own.counterparty_account_id, other_leg.account_id, breaks.account_id) as other_account_id

    from own

    left join lateral (
        select
            candidates.account_id,
            case when paired.record_key is null then candidates.amount else 0 end as amount

        from history.collateral_transaction as candidates

        inner join other_accounts
            on candidates.account_id = other_accounts.account_id

        left join report.own_transfer as paired
            on candidates.account_id = paired.account_id and candidates.record_key = paired.record_key

        where candidates.event_number = own.event_number
            and candidates.asset = own.asset
            and candidates.transaction_type in ('TRANSFER_IN', 'TRANSFER_OUT')
            and own.counterparty_account_id is null

        order by
            paired.record_key is not null,
            candidates.account_id collate "C",
            candidates.record_key collate "C"

        limit 1
    ) as other_leg
        on true

    left join lateral (
        select candidates.account_id

        from breaks as candidates

        where own.counterparty_account_id is null
            and candidates.asset = own.asset
            and candidates.missing = -own.amount
            and (length(own.event_number), own.event_number collate "C") < (length(candidates.event_number), candidates.event_number collate "C")
            and (
                candidates.previous_event_number is null
                or (length(own.event_number), own.event_number collate "C")
                > (length(candidates.previous_event_number), candidates.previous_event_number collate "C")
            )

        order by candidates.account_id collate "C"

        limit 1
    ) as breaks
        on true
),

judged as (
    select
        findings.*,
        case
            when other_amount <> -amount then 'transfer ' || transaction_id
        end as broken

    from findings

    where other_account_id is not null
)

select
    'own_transfers' as law,
    asset || coalesce(' ' || broken, '') as subject,
    case when broken is null then 'agrees' else 'differs' end as status,
    case when broken is null then count(*) else trim_scale(min(-amount)) end as expected,
    case when broken is null then count(*) else trim_scale(min(other_amount)) end as found,
    count(*) as compared,
    case
        when broken is null then ''
        else
            'the transfer of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD') || ' with account ' || min(other_account_id)
            || case when min(other_amount) = 0 then ', which lacks its leg' else ', whose leg is another' end
    end as evidence,
    null as checked_at

from judged

group by
    asset,
    broken

order by
    asset collate "C",
    broken collate "C"
