-- The sub-ledger of isolated margin: what moved between the wallet and each isolated position, and what was
-- left of it at the end.
--
-- The law: the margin of a position at any instant is what moved in less what moved out, by the venue's own
-- rows of margin changes and by them alone. Its limits: venues differ in what they write a row for. Aster's
-- rows give no cause, and seem to be the moves that a person requested; Binance's name one (USER_ADJUST,
-- TRADE, FUNDING_FEE, …), and those of a trade or of funding tell of money that the cash statement tells of
-- too. No snapshot shows an isolated wallet, so the margin that a position was opened with is known only
-- where the venue wrote a row for it. None of it is cash: nothing here is in any posting, and no report adds
-- it to one.
drop view if exists ledger.isolated_margin cascade;

create view ledger.isolated_margin as
-- A move belongs to the position that was open at its instant. Where one closes at that very instant and the
-- next one opens, what came out belongs to the first and what went in to the next: hence the ranks.
with moments as (
    select
        account_id,
        symbol,
        position_side,
        record_key,
        reason,
        amount,
        asset,
        occurred_at,
        posted_at,
        case when amount < 0 then 0 else 2 end as rank,
        null::timestamptz as closed_at

    from history.margin_change

    union all

    select
        account_id,
        symbol,
        position_side,
        null,
        null,
        null,
        null,
        opened_at,
        coalesce(opened_at, '-infinity'),
        1,
        coalesce(closed_at, 'infinity')

    from report.position_episode
),

counted as (
    select
        account_id,
        symbol,
        position_side,
        record_key,
        reason,
        amount,
        asset,
        occurred_at,
        posted_at,
        count(closed_at) over in_order as opened_before,
        max(closed_at) over in_order as last_closed_at

    from moments

    window in_order as (
        partition by
            account_id,
            symbol,
            position_side
        order by
            posted_at,
            rank
    )
),

moves as (
    select
        account_id,
        symbol,
        position_side,
        record_key,
        reason,
        amount,
        asset,
        occurred_at,
        posted_at,
        -- What went in while no position was open was for the next one; what came out belongs to the one
        -- before, or else to the one that opens now.
        case
            when opened_before = 0 then 1
            when amount > 0 and last_closed_at < posted_at then opened_before + 1
            else opened_before
        end as episode

    from counted

    where record_key is not null
)

select
    account_id,
    symbol,
    position_side,
    episode,
    record_key,
    reason,
    amount,
    asset,
    sum(amount) over (
        partition by
            account_id,
            symbol,
            position_side,
            episode,
            asset
        order by
            posted_at,
            occurred_at,
            record_key collate "C"
        rows between unbounded preceding and current row
    ) as balance,
    occurred_at,
    posted_at

from moves;

comment on view ledger.isolated_margin is 'One row per move of margin between the wallet and an isolated position, with what the position then held. A sub-ledger: never in a posting.';
comment on column ledger.isolated_margin.account_id is 'The account.';
comment on column ledger.isolated_margin.symbol is 'The contract.';
comment on column ledger.isolated_margin.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.isolated_margin.episode is 'The position it belongs to: its number in report.position_episode. A number that is not there is a position of which no fill is known.';
comment on column ledger.isolated_margin.record_key is 'The record of the margin change.';
comment on column ledger.isolated_margin.reason is 'The venue''s word for the cause; empty if it gives none.';
comment on column ledger.isolated_margin.amount is 'Positive into the position, negative out of it.';
comment on column ledger.isolated_margin.asset is 'The asset of the amount.';
comment on column ledger.isolated_margin.balance is 'What had moved in less what had moved out of this position, this move included.';
comment on column ledger.isolated_margin.occurred_at is 'When, in UTC.';
comment on column ledger.isolated_margin.posted_at is 'When the books count it, in UTC.';

drop view if exists report.isolated_margin_episode cascade;

create view report.isolated_margin_episode as
with forced as (
    select
        account_id,
        symbol,
        order_id,
        min(kind collate "C") as kind

    from history.forced_order

    where order_id <> ''

    group by
        account_id,
        symbol,
        order_id
),

causes as (
    select
        account_id,
        symbol,
        position_side,
        episode,
        asset,
        reason,
        coalesce(sum(amount) filter (where amount > 0), 0) as moved_in,
        coalesce(-sum(amount) filter (where amount < 0), 0) as moved_out,
        sum(amount) as amount,
        count(*) as moves,
        min(posted_at) as first_move_at,
        max(posted_at) as last_move_at

    from ledger.isolated_margin

    group by
        account_id,
        symbol,
        position_side,
        episode,
        asset,
        reason
),

totals as (
    select
        account_id,
        symbol,
        position_side,
        episode,
        asset,
        sum(moved_in) as moved_in,
        sum(moved_out) as moved_out,
        sum(amount) as left_at_end,
        string_agg(
            case reason when '' then 'no cause given' else reason end || ' ' || report.plain(amount),
            '; ' order by reason collate "C"
        ) as by_cause,
        sum(moves) as moves,
        min(first_move_at) as first_move_at,
        max(last_move_at) as last_move_at

    from causes

    group by
        account_id,
        symbol,
        position_side,
        episode,
        asset
)

select
    totals.account_id,
    totals.symbol,
    totals.position_side,
    totals.episode,
    position_episode.direction,
    totals.asset,
    totals.moved_in,
    totals.moved_out,
    totals.left_at_end,
    totals.by_cause,
    case
        when position_episode.episode is null then 'no_position'
        when position_episode.closed_at is null then 'open'
        when position_episode.closing_order_id = '' then 'settlement'
        when forced.kind = 'liquidation' then 'liquidated'
        when forced.kind = 'adl' then 'deleveraged'
        when forced.kind is not null then forced.kind
        else 'closed'
    end as outcome,
    totals.moves,
    totals.first_move_at,
    totals.last_move_at,
    position_episode.opened_at,
    position_episode.closed_at,
    position_episode.closing_order_id

from totals

left join report.position_episode
    on totals.account_id = position_episode.account_id
    and totals.symbol = position_episode.symbol
    and totals.position_side = position_episode.position_side
    and totals.episode = position_episode.episode

left join forced
    on position_episode.account_id = forced.account_id
    and position_episode.symbol = forced.symbol
    and position_episode.closing_order_id = forced.order_id;

comment on view report.isolated_margin_episode is 'One row per position that margin was moved into or out of, and asset: what moved in, out, and was left.';
comment on column report.isolated_margin_episode.account_id is 'The account.';
comment on column report.isolated_margin_episode.symbol is 'The contract.';
comment on column report.isolated_margin_episode.position_side is 'BOTH, LONG or SHORT.';
comment on column report.isolated_margin_episode.episode is 'The position''s number within its series, as in report.position_episode.';
comment on column report.isolated_margin_episode.direction is 'long or short; null where no fill of the position is known.';
comment on column report.isolated_margin_episode.asset is 'The asset of the amounts.';
comment on column report.isolated_margin_episode.moved_in is 'What moved from the wallet into the position.';
comment on column report.isolated_margin_episode.moved_out is 'What moved back, positive.';
comment on column report.isolated_margin_episode.left_at_end is 'moved_in − moved_out: what no row took back. Of a liquidation it is lost; of another close the venue gave it back without a row.';
comment on column report.isolated_margin_episode.by_cause is 'The same by the venue''s word for the cause, signed: + into the position.';
comment on column report.isolated_margin_episode.outcome is 'open; closed, by the account''s own order; liquidated, deleveraged, settlement or unknown, by an order of the venue; no_position, where no fill of it is known.';
comment on column report.isolated_margin_episode.moves is 'How many rows tell of it.';
comment on column report.isolated_margin_episode.first_move_at is 'When the books count the first of them, in UTC.';
comment on column report.isolated_margin_episode.last_move_at is 'When they count the last one, in UTC.';
comment on column report.isolated_margin_episode.opened_at is 'When the position left flat, in UTC; null where that is not known.';
comment on column report.isolated_margin_episode.closed_at is 'When it came back to flat, in UTC; null while it is open or not known.';
comment on column report.isolated_margin_episode.closing_order_id is 'The order that closed it; null while it is open or not known.';
