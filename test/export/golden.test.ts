/**
 * The sample account in every target's form, byte for byte, on both kinds of database. `UPDATE_GOLDEN=1 npx
 * vitest run test/export/golden.test.ts` writes the golden files anew; read their differences as you would
 * read code.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { readXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GRANULARITIES } from "../../src/domain/granularity.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { TARGETS } from "../../src/export/targets.ts";
import type { Store } from "../../src/store/store.ts";
import { book, insert } from "../report/small-books.ts";
import { withoutVersions } from "../support/golden.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";
import { exportAll } from "./export-all.ts";
import { sumsOfTables } from "./read-back.ts";
import { fillSampleStore } from "./sample-books.ts";

const GOLDEN = join(import.meta.dirname, "..", "golden", "export");
/** A sign for each byte: not every target writes UTF-8. */
const BYTES = "latin1";
const JANUARY = parsePeriod("2026-01", "UTC");

for (const kind of STORE_KINDS) {
  describe(kind, () => {
    let store: Store;
    let folder: string;
    beforeAll(async () => {
      store = await newStore(kind);
      folder = await mkdtemp(join(tmpdir(), "perpbooks-export-"));
      await fillSampleStore(store);
    });
    afterAll(async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });

    test.each(GRANULARITIES)("one row for each %s", async (granularity) => {
      const output = join(folder, granularity);
      await exportAll({ store, folder: output, granularity, period: JANUARY });
      for (const { name } of TARGETS)
        await compareFolders(join(output, name), join(GOLDEN, granularity, name), kind);
    });

    test("a workbook beside a table has its cells", async () => {
      const output = join(folder, "workbook");
      await exportAll({ store, folder: output, granularity: "event", period: JANUARY });
      const file = (extension: string) => readFile(join(output, "blockpit", `blockpit-main.${extension}`));
      const { sheets } = await readXlsx(new Uint8Array(await file("xlsx")));
      const cells = sheets[0]?.rows.map((row) => row.map((cell) => (cell === null ? "" : `${cell}`)));
      expect(cells).toEqual(parse(await file("csv")));
      expect(sheets[0]?.rows[1]?.[6]).toBe(1000);
    });

    test("written again, every file has the same bytes, and nothing is left of a period that was incomplete", async () => {
      const output = join(folder, "event");
      await store.db
        .insertInto("raw.gap")
        .values({
          account_id: "main",
          stream: "income",
          symbol: "",
          from_time: "2026-01-10T00:00:00Z",
          until_time: "2026-01-11T00:00:00Z",
          reason: "the venue keeps 90 days",
        })
        .execute();
      const { manifests } = await exportAll({ store, folder: output, granularity: "event", period: JANUARY });
      expect([...manifests.values()].map(({ isComplete }) => isComplete)).toEqual(TARGETS.map(() => false));
      expect((await readdir(join(output, "koinly"))).toSorted()).toEqual([
        "README.md",
        "koinly-main-INCOMPLETE.csv",
        "koinly-main-INCOMPLETE.map.csv",
        "manifest.json",
      ]);
      await store.db.deleteFrom("raw.gap").execute();
      await exportAll({ store, folder: output, granularity: "event", period: JANUARY });
      for (const { name } of TARGETS)
        await compareFolders(join(output, name), join(GOLDEN, "event", name), "compare only");
    });

    test("what comes after a close is exported when the books count it, and the closed month stays as it is", async () => {
      const late = {
        account_id: "main",
        entry_id: "late",
        stream: "income",
        record_key: "late",
        basis: "cash",
      };
      const at = { occurred_at: "2026-01-05T08:00:00.000Z", value_at: "2026-01-05T08:00:00.000Z" };
      await insert(store, "ledger.entry", [
        { ...late, ...at, kind: "rebate", symbol: "", posted_at: "2026-02-01T00:00:00.000Z" },
      ]);
      await insert(store, "ledger.movement", [
        {
          account_id: "main",
          entry_id: "late",
          line: 1,
          debit_account: "assets:wallet",
          credit_account: "income:rebates",
          asset: "USDT",
          amount: "0.3",
        },
      ]);
      const output = join(folder, "event");
      await exportAll({ store, folder: output, granularity: "event", period: JANUARY });
      // A manifest says beside it that something came.
      for (const { name: target } of TARGETS)
        for (const name of await textFiles(join(output, target)))
          if (name !== "manifest.json")
            expect(await readFile(join(output, target, name), BYTES), name).toBe(
              await readFile(join(GOLDEN, "event", target, name), BYTES),
            );
      const february = join(folder, "february");
      await exportAll({
        store,
        folder: february,
        granularity: "event",
        period: parsePeriod("2026-02", "UTC"),
      });
      const names = await readdir(join(february, "koinly"));
      const name =
        names.find((one) => /^koinly-main(?:-INCOMPLETE)?\.csv$/.test(one)) ?? expect.fail("no file");
      expect(await readFile(join(february, "koinly", name), "utf8")).toContain(
        'futures fee,"rebate, adjustment of 2026-01-05 08:00:00 | late",\n',
      );
    });

    test("what nobody understands is exported as unknown, and the files say that they are incomplete", async () => {
      const unknown = ["gift", "unknown", "", "2026-01-05T08:00:00.000Z"] as const;
      await book(store, "main", [[...unknown, "assets:wallet", "suspense", "0.70", "ASTER"]]);
      const output = join(folder, "unknown");
      await exportAll({ store, folder: output, granularity: "month", period: JANUARY });
      const names = (await readdir(output, { recursive: true })).filter((name) =>
        /\.(?:csv|journal)$/.test(name),
      );
      expect(names.filter((name) => !name.includes("-INCOMPLETE"))).toEqual([]);
      const read = (...path: string[]) => readFile(join(output, ...path), "utf8");
      expect(await read("koinly", "koinly-main-INCOMPLETE.csv")).toContain(
        "2026-01-05 08:00:00,,,0.7,ASTER,,,,,,unknown | gift,\n",
      );
      expect(await read("hledger", "hledger-main-2026-INCOMPLETE.journal")).toContain(
        "    Equity:Unknown  -0.70 ASTER\n",
      );
      expect(await read("hledger", "hledger-INCOMPLETE.journal")).toContain(
        "include hledger-main-2026-INCOMPLETE.journal\n",
      );
    });

    test("what is too small for a tool's decimals is in its README and its map, and nothing is lost", async () => {
      const dust = ["dust", "trading_fee", "BTCUSDT", "2026-01-05T08:30:00.000Z"] as const;
      await book(store, "main", [[...dust, "expense:trading_fee", "assets:wallet", "0.000000001", "DUST"]]);
      const output = join(folder, "dust");
      await exportAll({ store, folder: output, granularity: "event", period: JANUARY });
      const small = TARGETS.filter(({ name }) => ["turbotax", "awaken"].includes(name));
      for (const target of small) {
        const read = (name: string) => readFile(join(output, target.name, name), "utf8");
        expect(await read("README.md")).toContain("\n| main | DUST | -0.000000001 | 1 |\n");
        expect(await read(`${target.name}-main-INCOMPLETE.csv`)).not.toContain("DUST");
        expect(await read(`${target.name}-main-INCOMPLETE.map.csv`)).toMatch(/^,main,dust\r$/m);
        expect(await sumsOfTables(target, join(output, target.name))).toMatchObject({ DUST: "-0.000000001" });
      }
    });
  });
}

/** A workbook's hash is in the manifest, and its cells are compared with the table's. */
async function textFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.endsWith(".xlsx")).toSorted();
}

async function compareFolders(found: string, expected: string, kind: string): Promise<void> {
  const names = await textFiles(found);
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, withoutVersions(await readFile(join(found, name), BYTES)));
  if (process.env["UPDATE_GOLDEN"] === "1" && kind === STORE_KINDS[0]) {
    await rm(expected, { recursive: true, force: true });
    await mkdir(expected, { recursive: true });
    for (const [name, text] of texts) await writeFile(join(expected, name), text, BYTES);
  }
  expect(names).toEqual(await textFiles(expected));
  for (const [name, text] of texts) expect(text, name).toBe(await readFile(join(expected, name), BYTES));
}
