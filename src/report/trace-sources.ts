/**
 * What a figure may rest on: a relation of the store each, how its rows are told to people, and the record
 * that each came from.
 */

type TraceSource = {
  readonly relation: string;
  /** What its rows are called, for "12 …". */
  readonly noun: string;
  /** One fact may be several rows: what its columns are grouped by. */
  readonly groupBy?: string;
  readonly words: string;
  /** The record in `raw`; "null" where it has none. */
  readonly stream: string;
  readonly recordKey: string;
  /** What was requested of the venue, where its answer is kept as a snapshot and not verbatim. */
  readonly snapshot?: "balances" | "positions";
  readonly order: string;
};

const UTC = (column: string) => `report.local_time(${column}, 'UTC')`;

const SOURCES = {
  postings: {
    relation: "report.journal",
    noun: "entries",
    groupBy: "account_id, entry_id, kind, symbol, basis, stream, record_key, occurred_at",
    words: `'entry ' || entry_id || ': ' || kind || ' ' || symbol || case symbol when '' then '' else ' ' end || 'at ' || ${UTC("occurred_at")}
      || ', basis ' || basis || '; ' || string_agg(ledger_account || ' ' || report.plain(amount) || ' ' || asset, ', ' order by line)`,
    stream: "stream",
    recordKey: "record_key",
    order: 'occurred_at, entry_id collate "C"',
  },
  valued_postings: {
    relation: "report.valued_entry",
    noun: "entries, valued",
    groupBy: "account_id, entry_id, kind, symbol, basis, stream, record_key, occurred_at",
    words: `'entry ' || entry_id || ': ' || kind || ' ' || symbol || case symbol when '' then '' else ' ' end || 'at ' || ${UTC("occurred_at")}
      || ', basis ' || basis || '; ' || string_agg(
        ledger_account || ' ' || report.plain(amount) || ' ' || asset || coalesce(' = ' || report.plain(value) || ' ' || currency, ', ' || missing),
        ', ' order by line)`,
    stream: "stream",
    recordKey: "record_key",
    order: 'occurred_at, entry_id collate "C"',
  },
  prices: {
    relation: "ledger.valuation_leg",
    noun: "prices",
    words: `'price of ' || base_asset || case quality when 'peg' then '' else ' at ' || ${UTC("quoted_at")} end || ': ' || report.plain(price) || ' ' || quote_asset || ', ' || quality
      || ', from ' || source || '; a price is kept as a figure, so there is no record'`,
    stream: "null",
    recordKey: "null",
    order: 'asset collate "C", minute, leg',
  },
  fills: {
    relation: "history.fill",
    noun: "fills",
    words: `'fill ' || fill_id || ': ' || side || ' ' || report.plain(quantity) || ' ' || symbol || ' at ' || report.plain(price)
      || ', fee ' || report.plain(fee) || ' ' || fee_asset || ', venue''s realized PnL ' || report.plain(realized_pnl) || ', ' || ${UTC("occurred_at")}`,
    stream: "'fills'",
    recordKey: "record_key",
    order: 'occurred_at, length(fill_id), fill_id collate "C", record_key collate "C"',
  },
  income: {
    relation: "history.income",
    noun: "rows of the cash statement",
    words: `'cash ' || kind || ' (' || income_type || '): ' || report.plain(amount) || ' ' || asset || ' at ' || ${UTC("occurred_at")}`,
    stream: "'income'",
    recordKey: "record_key",
    order: 'occurred_at, record_key collate "C", part collate "C"',
  },
  forced_orders: {
    relation: "history.forced_order",
    noun: "records of an order of the venue",
    words: `'order ' || order_id || ': ' || kind || ' ' || side || ' ' || report.plain(executed_quantity) || ' ' || symbol
      || ', ' || status || ', ' || ${UTC("occurred_at")}`,
    // edgeX tells of a forced order in the rows of its fills.
    stream: `case when exists (
      select from history.fill
      where fill.account_id = forced_order.account_id and fill.record_key = forced_order.record_key and fill.sequence = forced_order.sequence
    ) then 'fills' else 'forced_orders' end`,
    recordKey: "record_key",
    order: 'occurred_at, record_key collate "C"',
  },
  margin_changes: {
    relation: "history.margin_change",
    noun: "margin changes",
    words: `'margin ' || direction || ' of ' || symbol || ' ' || position_side || ': ' || report.plain(amount) || ' ' || asset
      || case reason when '' then '' else ', ' || reason end || ', ' || ${UTC("occurred_at")}`,
    stream: "'margin_changes'",
    recordKey: "record_key",
    order: 'occurred_at, record_key collate "C"',
  },
  disposals: {
    relation: "ledger.disposal",
    noun: "disposals",
    words: `'disposal by ' || method || ': ' || report.plain(quantity) || ' ' || symbol || ' ' || position_side || ', proceeds ' || report.plain(proceeds)
      || ' − cost ' || report.plain(cost) || ' = ' || report.plain(realized_pnl) || ' ' || asset || ', ' || ${UTC("closed_at")}`,
    stream: `case when exists (
        select from report.contract_settlement
        where contract_settlement.account_id = disposal.account_id and contract_settlement.record_key = disposal.fill_key
      ) then 'income' else 'fills' end`,
    recordKey: "fill_key",
    order: 'closed_at, fill_key collate "C", method collate "C", opened_at, quantity',
  },
  position_changes: {
    relation: "ledger.position_change",
    noun: "changes of the position",
    words: `case record_key when '' then 'open before the history begins (' || (
        select opening.source || ': ' || opening.evidence
        from ledger.position_opening as opening
        where opening.account_id = position_change.account_id and opening.symbol = position_change.symbol
          and opening.position_side = position_change.position_side
      ) || ')' else case fill_id when '' then 'settlement of the contract' else 'fill ' || fill_id end end || ': ' || report.plain(quantity_before)
      || ' → ' || report.plain(quantity_after) || coalesce(', ' || ${UTC("occurred_at")}, '')`,
    stream: "case when record_key = '' then null when fill_id = '' then 'income' else 'fills' end",
    recordKey: "nullif(record_key, '')",
    order: "number",
  },
  records: {
    relation: "raw.record",
    noun: "versions of a record",
    words: `'version ' || version || ' of a record of ' || stream || ', ' || ${UTC("occurred_at")}`,
    stream: "stream",
    recordKey: "record_key",
    order: 'occurred_at, stream collate "C", record_key collate "C", version',
  },
  balances: {
    relation: "snapshot.balance",
    noun: "wallets as the venue showed them",
    words: `'wallet of ' || asset || ' at ' || ${UTC("taken_at")} || ': ' || report.plain(wallet)`,
    stream: "null",
    recordKey: "null",
    snapshot: "balances",
    order: 'taken_at, asset collate "C"',
  },
  positions: {
    relation: "snapshot.position",
    noun: "positions as the venue showed them",
    words: `'position ' || symbol || ' ' || position_side || ' at ' || ${UTC("taken_at")} || ': ' || report.plain(quantity)
      || ', entry price ' || report.plain(entry_price)`,
    stream: "null",
    recordKey: "null",
    snapshot: "positions",
    order: 'taken_at, symbol collate "C", position_side collate "C"',
  },
  gaps: {
    relation: "raw.gap",
    noun: "gaps",
    words: `'gap in ' || stream || ' ' || symbol || case symbol when '' then '' else ' ' end || '[' || ${UTC("from_time")} || ', ' || ${UTC("until_time")} || '): '
      || reason || '; nothing of it was read, so there is no record'`,
    stream: "null",
    recordKey: "null",
    order: 'from_time, stream collate "C", symbol collate "C"',
  },
  windows: {
    relation: "raw.window",
    noun: "spans known to be complete",
    words: `stream || ' ' || symbol || case symbol when '' then '' else ' ' end || '[' || ${UTC("from_time")} || ', ' || ${UTC("until_time")} || '): '
      || 'evidence ' || evidence || case note when '' then '' else ', ' || note end || '; by run ' || run_id || ' at ' || ${UTC("read_at")}`,
    stream: "null",
    recordKey: "null",
    order: 'from_time, stream collate "C", symbol collate "C", is_settled',
  },
} as const satisfies Readonly<Record<string, TraceSource>>;

export type TraceSourceName = keyof typeof SOURCES;
export const TRACE_SOURCES: Readonly<Record<TraceSourceName, TraceSource>> = SOURCES;
export const TRACE_SOURCE_NAMES = Object.keys(SOURCES);

export function isTraceSource(name: string): name is TraceSourceName {
  return TRACE_SOURCE_NAMES.includes(name);
}
