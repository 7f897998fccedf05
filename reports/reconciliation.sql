--! title: Reconciliation
--! grain: one row per account, check and subject: its newest proof, and every older one that differs; the
--!   differences of an account first
--! parameters: time_zone, account
--! sign: difference is found − expected: + means that the books show more than the venue
--! units: those of the subject: an asset's amount, a position's quantity, a price
--! note: expected is the venue's figure, found the books'; of the proofs record_*, expected is what was
--!   loaded, found what the store holds. The proofs are those of now, whatever the period; each is about the
--!   time from checked_since (empty: from the beginning of the books) to checked_at. status: differs;
--!   inferred, taken from evidence and so not proven by it; within_tolerance, a named tolerance; agrees.
--!   class says what the evidence shows a difference to be: late_row, rows may still appear; snapshot_skew,
--!   counted on the other side of a snapshot; unknown_kind, a record set aside; truncation, the venue's;
--!   missing_row, doubled_row, altered_row; unexplained, the rest. What is unexplained is in suspense: it is
--!   listed until evidence comes, and nothing is ever booked for it. stranded_lot, open when another contract
--!   got its ticker. accepted_because is the reason why a person has accepted a difference; it stays a
--!   difference, and nothing is proven by it.
--! trace: balances when check_name = equity where account_id = :account and asset = :subject
--!     and taken_at = :checked_at::timestamptz
--!   giving expected = sum(equity) ;
--!   balances when check_name = wallet where account_id = :account and asset = :subject
--!     and taken_at in (:checked_at::timestamptz, :checked_since::timestamptz)
--!   giving expected = sum(wallet) filter (where taken_at = :checked_at::timestamptz) ;
--!   postings when check_name = wallet where account_id = :account and asset = :subject
--!     and wallet is not null
--!     and entry_id in (
--!       select entry_id from ledger.entry where account_id = :account
--!         and value_at <= :checked_at::timestamptz
--!       and (:checked_since::timestamptz is null or value_at > :checked_since::timestamptz))
--!   giving wallet_postings_between = sum(amount)
--!   giving found = coalesce(sum(amount), 0) + coalesce((
--!     select wallet from snapshot.balance
--!     where account_id = :account and asset = :subject and taken_at = :checked_since::timestamptz), 0) ;
--!   position_changes when check_name = position|entry_price|unrealized_pnl where account_id = :account
--!     and symbol || ' ' || position_side = :subject and (occurred_at is null
--!       or occurred_at <= :checked_at::timestamptz)
--!   giving quantity_of_fills = sum(signed_quantity) ;
--!   positions when check_name = position|entry_price|unrealized_pnl where account_id = :account
--!     and symbol || ' ' || position_side = :subject and taken_at = :checked_at::timestamptz ;
--!   income when check_name = realized_pnl_cash|fee_cash where account_id = :account
--!     and kind in ('realized_pnl', 'contract_settlement', 'trading_fee')
--!     and (kind = 'trading_fee') = (:check_name = 'fee_cash')
--!     and :subject in (symbol || ' ' || asset, symbol || ' ' || asset || ' trade ' || trade_id)
--!     and record_key not in (select record_key from report.contract_settlement where account_id = :account)
--!   giving cash = sum(amount) ;
--!   income when check_name = contract_settlement where account_id = :account
--!     and record_key in (
--!       select record_key from report.contract_settlement
--!       where account_id = :account and symbol = :symbol and asset = :asset
--!         and occurred_at = :checked_at::timestamptz)
--!   giving expected = sum(amount) ;
--!   disposals when check_name = contract_settlement where account_id = :account and method = 'average'
--!     and fill_key in (
--!       select record_key from report.contract_settlement
--!       where account_id = :account and symbol = :symbol and asset = :asset
--!         and occurred_at = :checked_at::timestamptz)
--!   giving found = sum(realized_pnl) ;
--!   disposals when check_name = realized_pnl_average where account_id = :account and method = 'average'
--!     and :subject in (
--!       symbol || ' ' || position_side || ' ' || asset,
--!       symbol || ' ' || position_side || ' ' || asset || ' fill ' || fill_key)
--!   giving sum_of_disposals = sum(realized_pnl) giving sum_of_the_venue = sum(venue_realized_pnl)

select
    proof.account_id as account,
    proof.check_name as check_name,
    proof.subject as subject,
    report.plain(proof.expected) as expected,
    report.plain(proof.found) as found,
    report.plain(proof.difference) as difference,
    proof.status as status,
    proof.class as class,
    proof.asset as asset,
    proof.symbol as symbol,
    proof.note as note,
    report.local_time(proof.checked_since, :time_zone) as checked_since,
    report.local_time(proof.checked_at, :time_zone) as checked_at,
    item.because as accepted_because,
    report.local_time(item.decided_at, :time_zone) as accepted_at

from report.proof

left join report.item
    on proof.account_id = item.account_id
    and item.what = 'difference'
    and item.subject = proof.check_name || ' ' || proof.subject
    and item.until = proof.checked_at

where (proof.is_newest or proof.status = 'differs')
    and (:account::text is null or proof.account_id = :account)

order by
    proof.account_id collate "C",
    case proof.status
        when 'differs' then 1
        when 'inferred' then 2
        when 'within_tolerance' then 3
        else 4
    end,
    proof.check_name collate "C",
    proof.subject collate "C",
    proof.checked_at
