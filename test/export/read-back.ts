/** Reads exported files as the tools do: what each row changes in the wallet. */
import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { type Decimal, formatDecimal, parseDecimal, ZERO } from "../../src/domain/decimal.ts";
import {
  asset,
  paid,
  paidAsset,
  received,
  receivedAsset,
  signedAmount,
  signedCents,
  type,
  unsignedAmount,
} from "../../src/export/forms/columns.ts";
import type { Column, Target } from "../../src/export/target.ts";

type Row = Readonly<Record<string, string>>;
type Change = readonly [asset: string, amount: string];

/**
 * The changes that a row tells of, by the columns that every target makes of the same functions: which
 * headers they are is in the target, and what the cells hold is in the file alone.
 */
function changesOf({ columns, apart, types, currency }: Target, row: Row): Change[] {
  const own = [...columns, ...(apart?.columns ?? [])].filter(({ header }) => Object.hasOwn(row, header));
  const cellOf = (cell: Column["cell"]) =>
    row[own.find((column) => column.cell === cell)?.header ?? ""] ?? "";
  const named =
    cellOf(asset) === "" ? symbolOf(row["Currency"] ?? (currency === undefined ? "" : "USD")) : cellOf(asset);
  const sign = types?.paid.includes(cellOf(type)) === true ? "-" : "";
  return (
    [
      [named, cellOf(signedAmount)],
      [named, cellOf(signedCents)],
      [named, `${sign}${cellOf(unsignedAmount)}`],
      [cellOf(receivedAsset), cellOf(received)],
      [cellOf(paidAsset), `-${cellOf(paid)}`],
    ] as const
  ).filter(([, amount]) => /\d/.test(amount));
}

/** Of a token that is named by its contract. */
function symbolOf(currency: string): string {
  const symbols: Readonly<Record<string, string>> = {
    "eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48": "USDC",
    "eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7": "USDT",
  };
  return symbols[currency] ?? currency;
}

/** The results that the rows of disposals add up to, by lot method and, where they are exact, asset. */
export async function resultsOfFiles(target: string, folder: string): Promise<Record<string, string>> {
  const sums = new Map<string, Decimal>();
  for (const name of await readdir(folder)) {
    const [, method = ""] = /-(average|fifo|lifo|hifo)(?:-INCOMPLETE)?\.(?:csv|txf)$/.exec(name) ?? [];
    if (method === "") continue;
    const text = await readFile(join(folder, name), "utf8");
    const rows = name.endsWith(".txf") ? txfRows(text) : (parse(text, { columns: true }) as Row[]);
    for (const row of rows) {
      const asset = target === "disposals" ? ` ${row["asset"]}` : "";
      const gain = row["realized_pnl"] ?? row["(h) Gain or (loss)"] ?? "";
      // One without a price is an empty cell.
      if (gain !== "") add(sums, `${method}${asset}`, gain);
    }
  }
  return texts(sums);
}

/** A record has its cost before its proceeds. */
function txfRows(text: string): Row[] {
  return [...text.matchAll(/^TD\r\n[^^]*\^/gm)].map(([record]) => {
    const [cost = "", proceeds = ""] = [...record.matchAll(/^\$(.*)\r$/gm)].map(([, amount]) => amount ?? "");
    const gain = cost === "" ? "" : formatDecimal(parseDecimal(proceeds).minus(parseDecimal(cost)));
    return { realized_pnl: gain };
  });
}

/** What the wallets' lines of a journal in CSV add up to; the lines of each transaction must balance. */
export async function walletsOfTable(folder: string): Promise<Record<string, string>> {
  const wallets = new Map<string, Decimal>();
  const all = new Map<string, Decimal>();
  for (const name of await readdir(folder)) {
    if (!/^journal(?:-INCOMPLETE)?\.csv$/.test(name)) continue;
    for (const row of parse(await readFile(join(folder, name), "utf8"), { columns: true }) as Row[]) {
      const { account = "", debit = "", credit = "", commodity = "", transaction = "" } = row;
      const amount = debit === "" ? `-${credit}` : debit;
      add(all, `${transaction} ${commodity}`, amount);
      if (account.startsWith("Assets:")) add(wallets, commodity, amount);
    }
  }
  const unbalanced = [...all].filter(([, amount]) => !amount.isZero());
  if (unbalanced.length > 0) throw new Error(`transactions out of balance: ${unbalanced.join("; ")}`);
  return texts(wallets);
}

/** What all tables in a target's folder add up to, by asset, with what is too small for a row. */
export async function sumsOfTables(target: Target, folder: string): Promise<Record<string, string>> {
  const sums = new Map<string, Decimal>();
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), "utf8");
    for (const [, amount = ""] of name.endsWith(".ofx") ? text.matchAll(/<TRNAMT>([^<]*)/g) : [])
      add(sums, "USD", amount);
    if (!name.endsWith(".csv") || name.endsWith(".map.csv")) continue;
    for (const [asset, amount] of changesOfFile(target, text)) add(sums, asset, amount);
  }
  for (const [asset, amount] of restsOf(await readFile(join(folder, "README.md"), "utf8")))
    add(sums, asset, amount);
  return texts(sums);
}

function changesOfFile(target: Target, text: string): Change[] {
  if (text.startsWith('"EXTF"')) return changesOfBatch(text);
  const rows = parse(text, { columns: true }) as Row[];
  return JOURNALS.includes(target.name)
    ? changesOfJournals(rows)
    : rows.flatMap((row) => changesOf(target, row));
}

/** Of DATEV: what the wallet is debited with came in. */
function changesOfBatch(text: string): Change[] {
  const rows = parse(text, { columns: true, from_line: 2, delimiter: ";" }) as Row[];
  return rows.map((row) => {
    const sign = { S: "", H: "-" }[row["Soll/Haben-Kennzeichen"] ?? ""] ?? "neither S nor H";
    return ["USD", `${sign}${row["Umsatz (ohne Soll/Haben-Kz)"]?.replace(",", ".")}`];
  });
}

/** Whose rows are lines of journals with the wallet's among them. */
export const JOURNALS: readonly string[] = ["quickbooks-journal", "xero-journal"];

/** The lines of each journal must balance. */
function changesOfJournals(rows: readonly Row[]): Change[] {
  const journals = new Map<string, Decimal>();
  const changes: Change[] = [];
  for (const row of rows) {
    const { JournalNo, Debits = "", Credits = "" } = row;
    const amount = row["*Amount"] ?? (Debits === "" ? `-${Credits}` : Debits);
    add(journals, JournalNo ?? `${row["*Narration"]}, ${row["*Date"]}`, amount);
    if (/\bwallet, /.test(row["Description"] ?? "")) changes.push(["USD", amount]);
  }
  const unbalanced = [...journals].filter(([, amount]) => !amount.isZero());
  if (unbalanced.length > 0) throw new Error(`journals out of balance: ${unbalanced.join("; ")}`);
  return changes;
}

/** What the README says is in no row, because it is below the last decimal. */
function restsOf(readme: string): Change[] {
  const [, lines = ""] = /^\| account \| asset \| amount \|.*\n.*\n((?:\|.*\n)*)/m.exec(readme) ?? [];
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, , asset = "", amount = ""]) => [asset, amount]);
}

function add(sums: Map<string, Decimal>, asset: string, amount: string): void {
  sums.set(asset, (sums.get(asset) ?? ZERO).plus(parseDecimal(amount)));
}

export function texts(sums: ReadonlyMap<string, Decimal>): Record<string, string> {
  const assets = [...sums].filter(([, amount]) => !amount.isZero()).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(assets.map(([asset, amount]) => [asset, formatDecimal(amount)]));
}

/** The entries that a folder's maps name, each as often as it stands there. */
export async function mappedEntries(folder: string): Promise<string[]> {
  const entries: string[] = [];
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".map.csv")) continue;
    const rows = parse(await readFile(join(folder, name), "utf8"), { columns: true }) as Row[];
    for (const row of rows) entries.push(`${row["account"]} ${row["entry_id"]}`);
  }
  return entries.toSorted();
}

/**
 * A program that reads journals: how it checks a file, and how it sums the wallets. Null where it is not
 * installed.
 */
export const JOURNAL_TOOLS = [
  { tool: "hledger", target: "hledger", check: (file: string) => ["-f", file, "check", "--strict"] },
  { tool: "ledger", target: "hledger", check: (file: string) => ["-f", file, "balance"] },
  { tool: "bean-check", target: "beancount", check: (file: string) => ["--no-cache", file] },
] as const;

/** Whether a program is there; where it is not, that is said once. */
export function isInstalled(tool: string): boolean {
  const found = spawnSync(tool, ["--version"], { stdio: "ignore" }).error === undefined;
  if (!found)
    process.stdout.write(`${tool} is not installed: what it should prove of the journals was NOT run\n`);
  return found;
}

/** What the program says against the file; empty where it accepts it. */
export function complaint(tool: (typeof JOURNAL_TOOLS)[number], file: string): string {
  const { status, stdout, stderr } = spawnSync(tool.tool, tool.check(file), { encoding: "utf8" });
  return status === 0 ? "" : `${stdout}${stderr}` || `ended with ${status}`;
}

/** What hledger says against CSV, whose assertions it checks once its transactions are in a journal. */
export function complaintOfRecords(file: string): string {
  const [{ tool }] = JOURNAL_TOOLS;
  const printed = spawnSync(tool, ["-f", file, "print"], { encoding: "utf8" });
  if (printed.status !== 0) return printed.stderr;
  return spawnSync(tool, ["-f", "-", "check"], { encoding: "utf8", input: printed.stdout }).stderr;
}

/** The ledger accounts as hledger sums them: account, commodity and balance. */
export function balancesOf(...files: string[]): Row[] {
  const [{ tool }] = JOURNAL_TOOLS;
  const words = [...files.flatMap((file) => ["-f", file]), "balance", "-O", "csv", "--layout=bare"];
  return parse(spawnSync(tool, words, { encoding: "utf8" }).stdout, { columns: true }) as Row[];
}

/** The wallets as hledger sums them, by asset. */
export function walletsOf(...files: string[]): Record<string, string> {
  const sums = new Map<string, Decimal>();
  for (const row of balancesOf(...files)) {
    const account = row["account"] ?? "";
    if (!account.startsWith("Assets:")) continue;
    const asset = (row["commodity"] ?? "").replaceAll('"', "");
    sums.set(asset, (sums.get(asset) ?? ZERO).plus(parseDecimal(row["balance"] ?? "")));
  }
  return texts(sums);
}
