/**
 * The Advanced Custom CSV of Summ, which was called Crypto Tax Calculator. An amount has no sign there and no
 * column of its direction: the type alone tells it.
 */
import { asset, describe, nothing, rowId, secondsText, type, unsignedAmount } from "../forms/columns.ts";
import { table } from "../forms/table.ts";

export const summ = table({
  name: "summ",
  title: "Summ (Crypto Tax Calculator), Advanced Custom CSV",
  readBy: "Summ, formerly Crypto Tax Calculator",
  confidence: "B",
  files: "by account",
  lineEnd: "\n",
  rowsMax: null,
  decimals: null,
  skipsTwins: false,
  tags: {
    opening: { received: "transfer-in", paid: "transfer-out" },
    realized_pnl: { received: "realized-profit", paid: "realized-loss" },
    trading_fee: { received: "rebate", paid: "margin-fee" },
    rebate: { received: "rebate", paid: "margin-fee" },
    funding: { received: "realized-profit", paid: "realized-loss" },
    liquidation: { received: "rebate", paid: "margin-fee" },
    reward: { received: "income", paid: "expense" },
    conversion: { received: "receive", paid: "send" },
    transfer: { received: "transfer-in", paid: "transfer-out" },
    own_transfer: { received: "transfer-in", paid: "transfer-out" },
    unknown: { received: "receive", paid: "send" },
  },
  types: {
    received: [
      "realized-profit",
      "rebate",
      "cashback",
      "income",
      "interest",
      "airdrop",
      "incoming-gift",
      "receive",
      "transfer-in",
      "fiat-deposit",
    ],
    paid: [
      "realized-loss",
      "margin-fee",
      "fee",
      "expense",
      "lost",
      "stolen",
      "outgoing-gift",
      "personal-use",
      "send",
      "transfer-out",
      "fiat-withdrawal",
    ],
  },
  columns: [
    { header: "Timestamp (UTC)", cell: ({ at }) => secondsText(at) },
    { header: "Type", cell: type },
    { header: "Base Currency", cell: asset },
    { header: "Base Amount", cell: unsignedAmount },
    { header: "Quote Currency (Optional)", cell: nothing },
    { header: "Quote Amount (Optional)", cell: nothing },
    // A fee that is a row of its own must not be here as well.
    { header: "Fee Currency (Optional)", cell: nothing },
    { header: "Fee Amount (Optional)", cell: nothing },
    // Empty: the name of the import.
    { header: "From (Optional)", cell: nothing },
    { header: "To (Optional)", cell: nothing },
    { header: "Blockchain (Optional)", cell: nothing },
    { header: "ID (Optional)", cell: rowId },
    { header: "Description (Optional)", cell: describe },
    { header: "Reference Price Per Unit (Optional)", cell: nothing },
    { header: "Reference Price Currency (Optional)", cell: nothing },
  ],
  howToImport: [
    "On the page of integrations, import it as an “Advanced Custom CSV”: one import for each account, with the account's name as its source.",
    "Leave the date format under “Advanced Options” as it is (YYYY-MM-DD HH:mm:ss); the times are UTC.",
  ],
  cannotSay: [
    "Funding: what was received is a realized profit, what was paid a realized loss. `exports: [{ target: summ, tags: { funding: { received: realized-profit, paid: margin-fee } } }]` makes it a fee.",
    "Positions and executions: it takes what futures changed in the wallet.",
    "An event that nobody understands yet (kind unknown) and the sides of a conversion are receive and send.",
  ],
  check: [
    "The balance of each asset is the closing balance below, where the whole history was imported.",
    "Derivatives Trading Report: realized profits less realized losses are the results and the funding.",
    "“Reconcile”: transfers need the other wallet's import.",
  ],
});
