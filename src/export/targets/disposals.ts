/**
 * Each close of a position with what it brought and cost, in its asset and in the reporting currency: what
 * returns that ask for every close need.
 */
import { type Decimal, formatDecimal } from "../../domain/decimal.ts";
import { formatInstant } from "../../domain/instant.ts";
import { csvText, type Disposal, type DisposalColumn, disposalFiles, valued } from "../disposals.ts";

const text = (amount: Decimal | null): string | null => (amount === null ? null : formatDecimal(amount));

const COLUMNS: readonly DisposalColumn<Disposal>[] = [
  { header: "account", cell: ({ account }) => account, means: "the account's name" },
  { header: "method", cell: ({ method }) => method, means: "the lot method, which is the file's too" },
  { header: "symbol", cell: ({ symbol }) => symbol, means: "the contract" },
  { header: "position_side", cell: ({ positionSide }) => positionSide, means: "BOTH, LONG or SHORT" },
  { header: "direction", cell: ({ direction }) => direction, means: "long or short" },
  {
    header: "opened_at",
    cell: ({ openedAt }) => (openedAt === null ? null : formatInstant(openedAt)),
    means:
      "when the piece was opened, in UTC; at average cost when the position left flat. Empty where it was open before the history begins",
  },
  {
    header: "closed_at",
    cell: ({ closedAt }) => formatInstant(closedAt),
    means: "when it was closed, in UTC",
  },
  { header: "quantity", cell: ({ quantity }) => text(quantity), means: "in the contract's base unit" },
  { header: "asset", cell: ({ asset }) => asset, means: "the asset of the amounts that follow" },
  {
    header: "proceeds",
    cell: ({ proceeds }) => text(proceeds),
    means: "what the sale brought; of a short the sale comes first",
  },
  { header: "cost", cell: ({ cost }) => text(cost), means: "what the purchase cost" },
  {
    header: "realized_pnl",
    cell: ({ realizedPnl }) => text(realizedPnl),
    means: "proceeds less cost, before fees and funding",
  },
  {
    header: "opening_fee",
    cell: ({ openingFee }) => text(openingFee.negated()),
    means:
      "the piece's share of the fees that opened it, in the asset: − paid. In other assets: the report disposals",
  },
  {
    header: "closing_fee",
    cell: ({ closingFee }) => text(closingFee.negated()),
    means: "its share of the closing fill's fee, likewise",
  },
  {
    header: "funding",
    cell: ({ funding }) => text(funding),
    means: "the funding that belongs to the piece: + received, − paid",
  },
  { header: "currency", cell: ({ currency }) => currency, means: "the reporting currency, if there is one" },
  {
    header: "currency_price",
    cell: ({ currencyPrice }) => text(currencyPrice),
    means: "units of it for one of the asset, in the minute of the close",
  },
  {
    header: "price_quality",
    cell: ({ quality }) => quality,
    means: "none_needed, minute, day or peg",
  },
  {
    header: "value_proceeds",
    cell: (of) => text(valued(of.proceeds, of)),
    means: "the proceeds in the currency, exactly; empty where a price is missing",
  },
  { header: "value_cost", cell: (of) => text(valued(of.cost, of)), means: "the cost, likewise" },
  {
    header: "value_realized_pnl",
    cell: (of) => text(valued(of.realizedPnl, of)),
    means: "the result, likewise: value_proceeds less value_cost",
  },
  {
    header: "missing",
    cell: ({ currency, missing }) => (currency === null ? null : missing),
    means: "which price is missing",
  },
  {
    header: "basis",
    cell: ({ basis }) => basis,
    means:
      "fill; inferred where the piece was open before the history begins, or the cash of a settlement tells what it was closed at",
  },
  { header: "fill_id", cell: ({ fillId }) => fillId, means: "the venue's id of the closing trade" },
  { header: "order_id", cell: ({ orderId }) => orderId, means: "the venue's id of its order" },
  { header: "record_key", cell: ({ fillKey }) => fillKey, means: "the closing fill: perpbooks trace record" },
  {
    header: "opening_record_key",
    cell: ({ openingFillKey }) => openingFillKey,
    means: "the fill that opened the piece, at average cost the oldest in it; opening before the history",
  },
  { header: "piece", cell: ({ piece }) => piece, means: "its number among those that the fill closed" },
];

export const disposals = disposalFiles({
  name: "disposals",
  title: "closed pieces of positions by one lot method (our own format)",
  readBy: "tax advisers, scripts, spreadsheets",
  confidence: "own",
  form: [
    "CSV in UTF-8, commas, a decimal point, lines that end in CR LF. Times are UTC.",
    "Every digit of every amount.",
  ],
  extension: "csv",
  columns: COLUMNS,
  words: null,
  text: csvText(COLUMNS, "\r\n", () => (disposal) => disposal),
  howToImport: [
    "Read every column as text: ids have more digits than a number of a spreadsheet keeps.",
    "Without --method the file is of the method that the configuration calls the result; `perpbooks export disposals --method fifo lifo` writes one file for each.",
  ],
  cannotSay: [
    "Fees in another asset than the result; they are in the report `disposals`.",
    "Funding that belongs to no closed piece, and what else changed the wallet.",
  ],
  check: [
    "The sum of `realized_pnl` per asset is the result of the closes below; files of two methods are never added up.",
    "Proceeds, cost and result of a row are valued at one price, of the minute of the close.",
  ],
});
