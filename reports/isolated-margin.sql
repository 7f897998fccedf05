--! title: Isolated margin
--! grain: one row per isolated position from flat to flat that margin was moved into or out of, and asset
--! parameters: from, until, time_zone, account
--! sign: moved_in and moved_out are positive; by_cause: + into the position, − out of it
--! units: amounts in the row's asset
--! changes_after_close: it tells of each position from its first move to its end, which may come after the
--!   period
--! note: A sub-ledger: never cash in or out of the account, and in no other report's figures. left_at_end is
--!   moved_in − moved_out over the whole position, moves before the period included: of a position that was
--!   liquidated it is the margin lost, of one that is open what it holds, of any other what the venue gave
--!   back without a row. It knows only what the venue wrote a row for: the margin that a position was opened
--!   with may have none. outcome: open; closed, by the account's own order; liquidated, deleveraged,
--!   settlement or unknown, by an order of the venue; no_position, where no fill of it is known. A position
--!   is of every period from its first move to its end.
--! trace: margin_changes where account_id = :account and record_key in (
--!     select record_key from ledger.isolated_margin
--!     where account_id = :account and symbol = :symbol and position_side = :position_side
--!       and episode::text = :episode and asset = :asset)
--!   giving moved_in = coalesce(sum(amount) filter (where amount > 0), 0)
--!   giving moved_out = coalesce(-sum(amount) filter (where amount < 0), 0)
--!   giving left_at_end = sum(amount) ;
--!   fills where account_id = :account and symbol = :symbol and position_side = :position_side
--!     and order_id = :closing_order_id

select
    account_id as account,
    symbol as symbol,
    position_side as position_side,
    episode::text as episode,
    direction as direction,
    report.local_time(opened_at, :time_zone) as opened_at,
    report.local_time(closed_at, :time_zone) as closed_at,
    outcome as outcome,
    report.plain(moved_in) as moved_in,
    report.plain(moved_out) as moved_out,
    report.plain(left_at_end) as left_at_end,
    asset as asset,
    by_cause as by_cause,
    moves::text as moves,
    report.local_time(first_move_at, :time_zone) as first_move_at,
    report.local_time(last_move_at, :time_zone) as last_move_at,
    closing_order_id as closing_order_id

from report.isolated_margin_episode

where first_move_at < :until
    and (greatest(closed_at, last_move_at) >= :from or outcome = 'open')
    and (:account::text is null or account_id = :account)

order by
    isolated_margin_episode.account_id collate "C",
    isolated_margin_episode.symbol collate "C",
    isolated_margin_episode.position_side collate "C",
    isolated_margin_episode.episode,
    isolated_margin_episode.asset collate "C"
