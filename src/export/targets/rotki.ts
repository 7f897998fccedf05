/** rotki's generic events. Any other word than its six types makes it refuse the row. */
import { describe, nothing, type, unsignedAmount } from "../forms/columns.ts";
import { table } from "../forms/table.ts";

/** Its names of places; it knows no other of our venues. */
const LOCATIONS: Readonly<Record<string, string>> = { "binance-usdm": "binance" };
const ELSEWHERE = "external";

/**
 * On Binance it reads the venue's own symbols. Elsewhere a token is known by its contract, and a symbol that
 * several tokens have would be a guess.
 */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  USDC: "eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
  USDT: "eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7",
};

function locationOf(venue: string): string {
  return LOCATIONS[venue] ?? ELSEWHERE;
}

export const rotki = table({
  name: "rotki",
  title: "rotki, generic events",
  readBy: "rotki",
  confidence: "A",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: true,
  types: { received: ["Deposit", "Income", "Staking"], paid: ["Withdrawal", "Loss", "Spend"] },
  tags: {
    opening: { received: "Deposit", paid: "Withdrawal" },
    realized_pnl: { received: "Income", paid: "Loss" },
    trading_fee: { received: "Income", paid: "Loss" },
    rebate: { received: "Income", paid: "Loss" },
    funding: { received: "Income", paid: "Loss" },
    liquidation: { received: "Income", paid: "Loss" },
    reward: { received: "Income", paid: "Loss" },
    conversion: { received: "Deposit", paid: "Withdrawal" },
    transfer: { received: "Deposit", paid: "Withdrawal" },
    own_transfer: { received: "Deposit", paid: "Withdrawal" },
    unknown: { received: "Deposit", paid: "Withdrawal" },
  },
  columns: [
    { header: "Type", cell: type },
    { header: "Location", cell: ({ venue }) => locationOf(venue) },
    {
      header: "Currency",
      cell: ({ venue, asset }) => (locationOf(venue) === ELSEWHERE ? (IDENTIFIERS[asset] ?? asset) : asset),
    },
    { header: "Amount", cell: unsignedAmount },
    { header: "Fee", cell: nothing },
    { header: "Fee Currency", cell: nothing },
    { header: "Description", cell: describe },
    { header: "Timestamp", cell: ({ at }) => `${at}` },
  ],
  howToImport: [
    "“Import Data”, “Custom Import”, the file under “generic events”.",
    "Import each file once. rotki does not know a row again: a file that is imported twice doubles the books. So periods must not overlap.",
  ],
  cannotSay: [
    "Results and fees of futures: they are income and losses to it.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are deposits and withdrawals.",
    "A token that is not on Binance and has no identifier here goes by its symbol, which rotki may take for another one.",
    "Rows that equal another one of the same second stand there as one with their sum, in case it skips what it takes for a repetition.",
  ],
  check: ["That rotki reports no row as skipped: it leaves out what it cannot read and goes on."],
});
