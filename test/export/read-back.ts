/**
 * Reads exported files as the tools do: what each row changes in the wallet. A new target whose files are
 * tables has its line here.
 */
import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { type Decimal, formatDecimal, parseDecimal, ZERO } from "../../src/domain/decimal.ts";

type Row = Readonly<Record<string, string>>;
type Change = readonly [asset: string, amount: string];

/** By target: the changes that a row tells of. */
const CHANGES: Readonly<Record<string, (row: Row, file: string) => readonly Change[]>> = {
  bittytax: (row) => inAndOut(row, "Buy Quantity", "Buy Asset", "Sell Quantity", "Sell Asset"),
  disposals: (row) => [[`${row["method"]} ${row["asset"]}`, row["realized_pnl"] ?? ""]],
  events: (row) => [[row["asset"] ?? "", row["amount"] ?? ""]],
  "form-8949": (row, file) => [[methodOf(file), row["(h) Gain or (loss)"] ?? ""]],
  koinly: (row) => inAndOut(row, "Received Amount", "Received Currency", "Sent Amount", "Sent Currency"),
  recap: (row) => inAndOut(row, "InOrBuyAmount", "InOrBuyCurrency", "OutOrSellAmount", "OutOrSellCurrency"),
  rotki: ({ Type = "", Currency = "", Amount = "" }) => [
    [rotkiAsset(Currency), ["Deposit", "Income"].includes(Type) ? Amount : `-${Amount}`],
  ],
  txf: ({ cost = "", proceeds = "" }, file) => [
    [methodOf(file), proceeds],
    [methodOf(file), cost === "" ? "" : `-${cost}`],
  ],
};

/** The lot method that a file's name says. */
function methodOf(file: string): string {
  return /-(average|fifo|lifo|hifo)[-.]/.exec(file)?.[1] ?? "";
}

/** A record has its cost before its proceeds. */
function txfRows(text: string): Row[] {
  return text
    .split("^\r\n")
    .filter((record) => record.startsWith("TD\r\n"))
    .map((record) => {
      const [cost = "", proceeds = ""] = [...record.matchAll(/^\$(.*)\r$/gm)].map(
        ([, amount]) => amount ?? "",
      );
      return { cost, proceeds };
    });
}

/** The symbol of a token that is named by its contract. */
function rotkiAsset(currency: string): string {
  const symbols: Readonly<Record<string, string>> = {
    "eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48": "USDC",
    "eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7": "USDT",
  };
  return symbols[currency] ?? currency;
}

/** Of tables whose amounts have no sign. */
function inAndOut(row: Row, ...[inAmount, inAsset, outAmount, outAsset]: readonly string[]): Change[] {
  const cell = (name = "") => row[name] ?? "";
  return [
    ...(cell(inAmount) === "" ? [] : [[cell(inAsset), cell(inAmount)] as const]),
    ...(cell(outAmount) === "" ? [] : [[cell(outAsset), `-${cell(outAmount)}`] as const]),
  ];
}

/** What all tables in a target's folder add up to, by asset. */
export async function sumsOfTables(target: string, folder: string): Promise<Record<string, string>> {
  const changes = CHANGES[target];
  if (changes === undefined) throw new Error(`read-back.ts does not say how ${target} is read`);
  const sums = new Map<string, Decimal>();
  for (const name of await readdir(folder)) {
    if (!/\.(?:csv|txf)$/.test(name) || name.endsWith(".map.csv")) continue;
    const text = await readFile(join(folder, name), "utf8");
    const rows = name.endsWith(".txf") ? txfRows(text) : (parse(text, { columns: true }) as Row[]);
    // An amount without a price is an empty cell.
    for (const [asset, amount] of rows.flatMap((row) => changes(row, name)))
      if (amount !== "") sums.set(asset, (sums.get(asset) ?? ZERO).plus(parseDecimal(amount)));
  }
  return texts(sums);
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

/** The wallets as hledger sums them, by asset. */
export function walletsOf(file: string): Record<string, string> {
  const [{ tool }] = JOURNAL_TOOLS;
  const words = ["-f", file, "balance", "Assets", "-O", "csv", "--layout=bare"];
  const text = spawnSync(tool, words, { encoding: "utf8" }).stdout;
  const sums = new Map<string, Decimal>();
  for (const row of parse(text, { columns: true }) as Row[]) {
    const account = row["account"] ?? "";
    if (!account.startsWith("Assets:")) continue;
    const asset = (row["commodity"] ?? "").replaceAll('"', "");
    sums.set(asset, (sums.get(asset) ?? ZERO).plus(parseDecimal(row["balance"] ?? "")));
  }
  return texts(sums);
}
