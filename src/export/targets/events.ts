/** All that is known of each event, for scripts, auditors and tools that no target is for. */
import { formatDecimal } from "../../domain/decimal.ts";
import { formatInstant } from "../../domain/instant.ts";
import { asset, signedAmount } from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const events = table({
  name: "events",
  title: "all events with all columns (our own format)",
  readBy: "scripts, auditors, spreadsheets",
  confidence: "own",
  files: "one",
  lineEnd: "\r\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: false,
  tags: null,
  columns: [
    { header: "account", cell: ({ account }) => account, means: "the account's name" },
    { header: "venue", cell: ({ venue }) => venue, means: "the venue it is on" },
    { header: "time", cell: ({ at }) => formatInstant(at), means: "when the books count it, in UTC" },
    {
      header: "occurred_at",
      cell: ({ occurredAt }) => formatInstant(occurredAt),
      means:
        "when it happened, in UTC; of a merged row, its last event. Of one event it is earlier than time where that is an adjustment of a closed period",
    },
    {
      header: "kind",
      cell: ({ kind }) => kind,
      means:
        "opening, realized_pnl, trading_fee, rebate, funding, liquidation, reward, conversion, transfer, own_transfer or unknown",
    },
    {
      header: "cash_kind",
      cell: ({ cashKind }) => cashKind,
      means:
        "what the row of the cash statement is: deposit, withdrawal, contract_settlement, …; empty for what has none",
    },
    { header: "asset", cell: asset, means: "the asset of the amount" },
    {
      header: "amount",
      cell: signedAmount,
      means: "what it changes in the wallet: + in, − out",
    },
    { header: "symbol", cell: ({ symbol }) => symbol, means: "the contract; empty where the event has none" },
    { header: "side", cell: ({ side }) => side, means: "of the fill: BUY or SELL" },
    {
      header: "position_side",
      cell: ({ positionSide }) => positionSide,
      means: "of the fill: BOTH, LONG or SHORT",
    },
    { header: "quantity", cell: ({ quantity }) => quantity, means: "of the fill" },
    { header: "price", cell: ({ price }) => price, means: "of the fill" },
    { header: "trade_id", cell: ({ tradeId }) => tradeId, means: "the venue's id of the trade" },
    { header: "order_id", cell: ({ orderId }) => orderId, means: "the venue's id of the order" },
    {
      header: "transaction_id",
      cell: ({ transactionId }) => transactionId,
      means: "the venue's id of the row of its cash statement",
    },
    {
      header: "stream",
      cell: ({ stream }) => stream,
      means: "where the record is: income, fills or snapshot",
    },
    {
      header: "record_key",
      cell: ({ recordKey }) => recordKey,
      means: "the venue's record: perpbooks trace record",
    },
    {
      header: "entry_id",
      cell: ({ entryIds }) => (entryIds.length === 1 ? (entryIds[0] ?? null) : null),
      means: "the entry of the ledger: perpbooks trace entry; empty for several, which the map names",
    },
    {
      header: "entries",
      cell: ({ entryIds }) => `${entryIds.length}`,
      means: "how many entries the row stands for",
    },
    {
      header: "basis",
      cell: ({ basis }) => basis,
      means: "cash, fill (its cash row is missing), inferred (an opening) or reversal",
    },
    {
      header: "counterparty_account",
      cell: ({ counterpartyAccount }) => counterpartyAccount,
      means: "the other account of an own_transfer",
    },
    { header: "info", cell: ({ info }) => info, means: "the venue's remark" },
    {
      header: "currency",
      cell: ({ currency }) => currency,
      means: "the reporting currency, if there is one",
    },
    {
      header: "currency_price",
      cell: ({ currencyPrice }) => currencyPrice,
      means: "units of it for one of the asset, in the minute of the event",
    },
    {
      header: "value",
      cell: ({ value }) => (value === null ? null : formatDecimal(value)),
      means: "the amount in it, exactly; empty where a price is missing",
    },
    { header: "missing", cell: ({ missing }) => missing, means: "which price is missing" },
  ],
  howToImport: ["Read every column as text: ids have more digits than a number of a spreadsheet keeps."],
  cannotSay: ["Executions that moved no cash; they are in the report `fills`."],
  check: ["The sum of `amount` per account and asset is the change of the wallet below."],
});
