/**
 * The programs that read journals refuse a file in which a row was dropped, doubled or turned around: so what
 * they accept is proven by their balances.
 */
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePeriod } from "../../src/domain/period.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { exportAll } from "./export-all.ts";
import {
  balancesOf,
  complaint,
  complaintOfRecords,
  isInstalled,
  JOURNAL_TOOLS,
  walletsOf,
} from "./read-back.ts";
import { fillSampleStore } from "./sample-books.ts";

let store: Store;
let folder: string;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  folder = await mkdtemp(join(tmpdir(), "perpbooks-journals-"));
  await fillSampleStore(store);
  await exportAll({ store, folder, granularity: "event", period: parsePeriod("2026-01", "UTC") });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

type Mutation = (
  transactions: readonly string[],
  nth: number,
  turn?: (transaction: string) => string,
) => readonly string[];
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  dropped: (all, nth) => all.filter((_, place) => place !== nth),
  doubled: (all, nth) => all.flatMap((one, place) => (place === nth ? [one, one] : [one])),
  "turned around": (all, nth, turn = turned) => all.map((one, place) => (place === nth ? turn(one) : one)),
};

/** Each amount of its postings with the other sign. */
function turned(transaction: string): string {
  return transaction.replace(
    /^( +[A-Z]\S* {2})(-?)(\d[\d.]*)/gm,
    (_, before: string, sign: string, digits: string) => `${before}${sign === "-" ? "" : "-"}${digits}`,
  );
}

/** A record with the other sign of its amount. */
function turnedRow(row: string): string {
  return row.replace(
    /,(-?)(\d[\d.]*),(?=[A-Z]+,)/,
    (_, sign: string, digits: string) => `,${sign === "-" ? "" : "-"}${digits},`,
  );
}

for (const tool of JOURNAL_TOOLS) {
  describe.skipIf(!isInstalled(tool.tool))(tool.tool, () => {
    const extension = tool.target === "hledger" ? "journal" : "beancount";
    const outermost = (where: string) => join(where, `${tool.target}.${extension}`);

    test("accepts the journal", () => {
      expect(complaint(tool, outermost(join(folder, tool.target)))).toBe("");
    });

    test.each(Object.keys(MUTATIONS))("refuses one in which a row is %s", async (how) => {
      const mutated = join(folder, `${tool.tool}-${how}`);
      cpSync(join(folder, tool.target), mutated, { recursive: true });
      const file = join(mutated, `${tool.target}-main-2026.${extension}`);
      const transactions = (await readFile(file, "utf8")).split(/(?<=\n\n)/);
      const rows = transactions.filter((one) => /^\S+ \* /.test(one) && !one.includes("balances at")).length;
      expect(rows).toBe(12);
      for (let nth = 0; nth < rows; nth += 1) {
        const text = (MUTATIONS[how]?.(transactions, nth) ?? []).join("");
        expect(text).not.toBe(transactions.join(""));
        await writeFile(file, text);
        expect(complaint(tool, outermost(mutated)), `row ${nth + 1}`).not.toBe("");
      }
    });
  });
}

test.skipIf(!isInstalled("hledger"))("hledger's balances are the venue's wallets", () => {
  expect(walletsOf(join(folder, "hledger", "hledger.journal"))).toEqual({ BNB: "0.00988", USDT: "641.053" });
});

describe.skipIf(!isInstalled("hledger"))("hledger, by rules", () => {
  const file = () => join(folder, "hledger-csv", "hledger-csv-main.csv");

  test("has the balances of the journal in every ledger account", () => {
    expect(balancesOf(file())).toEqual(balancesOf(join(folder, "hledger", "hledger.journal")));
    expect(complaintOfRecords(file())).toBe("");
  });

  test.each(Object.keys(MUTATIONS))("refuses one in which a row is %s", async (how) => {
    const mutated = join(folder, `hledger-csv-${how}.csv`);
    cpSync(`${file()}.rules`, `${mutated}.rules`);
    const [header = "", ...rows] = (await readFile(file(), "utf8")).split(/(?<=\n)/);
    expect(rows.length).toBe(12);
    const commodityOf = (row: string) => row.split(",")[5];
    for (const [nth, row] of rows.entries()) {
      // Behind the last one of a commodity no balance is asserted.
      const isLast = rows.slice(nth + 1).every((later) => commodityOf(later) !== commodityOf(row));
      if (how === "dropped" && isLast) continue;
      const text = [header, ...(MUTATIONS[how]?.(rows, nth, turnedRow) ?? [])].join("");
      await writeFile(mutated, text);
      expect(complaintOfRecords(mutated), `row ${nth + 1}`).not.toBe("");
    }
  });
});

const STATEMENT_TOOL = "ofxdump";

test.skipIf(!isInstalled(STATEMENT_TOOL))("ofxdump reads every row of the statement, and its balance", () => {
  const { stdout } = spawnSync(STATEMENT_TOOL, [join(folder, "ofx", "ofx-main.ofx")], { encoding: "utf8" });
  const amounts = [...stdout.matchAll(/Total money amount: (.*)/g)].map(([, amount]) => amount?.trim());
  expect(amounts.slice(0, 5)).toEqual(["1000.00", "6.00", "-0.36", "-0.09", "0.05"]);
  const ids = [...stdout.matchAll(/ID for this transaction: (.*)/g)].map(([, id]) => id?.trim());
  expect(new Set(ids).size).toBe(12);
  expect(ids).toContain("main/income/C-9007199254740993");
  expect(stdout).toContain("Ledger balance: 646.98");
});
