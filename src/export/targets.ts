/** What can be exported, in the order in which it is listed. */
import type { ReportsTarget, TablesTarget, Target } from "./target.ts";
import { awaken } from "./targets/awaken.ts";
import { beancount } from "./targets/beancount.ts";
import { bitcoinTax } from "./targets/bitcoin-tax.ts";
import { bittytax } from "./targets/bittytax.ts";
import { blockpit } from "./targets/blockpit.ts";
import { coinledger } from "./targets/coinledger.ts";
import { coinpanda } from "./targets/coinpanda.ts";
import { cointracker } from "./targets/cointracker.ts";
import { cointracking } from "./targets/cointracking.ts";
import { cryptio } from "./targets/cryptio.ts";
import { datev } from "./targets/datev.ts";
import { disposals } from "./targets/disposals.ts";
import { divly } from "./targets/divly.ts";
import { events } from "./targets/events.ts";
import { form8949 } from "./targets/form-8949.ts";
import { hledger } from "./targets/hledger.ts";
import { hledgerCsv } from "./targets/hledger-csv.ts";
import { journal } from "./targets/journal.ts";
import { koinly } from "./targets/koinly.ts";
import { ofx } from "./targets/ofx.ts";
import { parquet } from "./targets/parquet.ts";
import { quickbooks } from "./targets/quickbooks.ts";
import { quickbooksJournal } from "./targets/quickbooks-journal.ts";
import { recap } from "./targets/recap.ts";
import { rotki } from "./targets/rotki.ts";
import { summ } from "./targets/summ.ts";
import { tokentax } from "./targets/tokentax.ts";
import { turbotax } from "./targets/turbotax.ts";
import { txf } from "./targets/txf.ts";
import { workbook } from "./targets/workbook.ts";
import { xero } from "./targets/xero.ts";
import { xeroJournal } from "./targets/xero-journal.ts";
import { zenledger } from "./targets/zenledger.ts";

export const TARGETS: readonly Target[] = [
  koinly,
  cointracking,
  coinledger,
  summ,
  blockpit,
  cointracker,
  tokentax,
  turbotax,
  coinpanda,
  divly,
  zenledger,
  cryptio,
  bitcoinTax,
  awaken,
  rotki,
  bittytax,
  recap,
  hledger,
  hledgerCsv,
  beancount,
  journal,
  quickbooks,
  quickbooksJournal,
  xero,
  xeroJournal,
  datev,
  ofx,
  events,
  disposals,
  form8949,
  txf,
];

/** Those that are made from events, and what is made from the reports. */
export const EXPORTS: readonly (Target | ReportsTarget | TablesTarget)[] = [...TARGETS, workbook, parquet];

export const EXPORTS_BY_NAME: Readonly<Record<string, Target | ReportsTarget | TablesTarget>> =
  Object.fromEntries(EXPORTS.map((target) => [target.name, target]));

/** Of those that are made from events. */
export const TARGETS_BY_NAME: Readonly<Record<string, Target>> = Object.fromEntries(
  TARGETS.map((target) => [target.name, target]),
);
