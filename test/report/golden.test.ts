/**
 * Every report on a small hand-made store, byte for byte, on both kinds of database. `UPDATE_GOLDEN=1 npx
 * vitest run test/report` writes the golden files anew; read their differences as you would read code.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePeriod } from "../../src/domain/period.ts";
import { DEFAULT_TREATMENT } from "../../src/domain/treatment.ts";
import { listReports } from "../../src/report/definition.ts";
import { writeReports } from "../../src/report/write-reports.ts";
import type { Store } from "../../src/store/store.ts";
import { withoutVersions } from "../support/golden.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";
import { addRareRows, fillStore, spoilStore } from "./small-books.ts";

const GOLDEN = join(import.meta.dirname, "..", "golden", "report");
const RARE = [
  "adjustments",
  "collateral-statement",
  "fee-coin-disposals",
  "fills",
  "isolated-margin",
  "journal",
  "liquidations",
  "margin-changes",
  "prices-used",
  "restatement",
  "transfers",
  "valued-result",
];
const MARCH = parsePeriod("2026-03", "Europe/Berlin");

for (const kind of STORE_KINDS) {
  describe(kind, () => {
    let store: Store;
    let folder: string;
    beforeAll(async () => {
      store = await newStore(kind);
      folder = await mkdtemp(join(tmpdir(), "perpbooks-golden-"));
      await fillStore(store);
    });
    afterAll(async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });

    const write = async (
      outputFolder: string,
      accountIds: readonly string[] | null = null,
      isWritten: (report: string) => boolean = () => true,
    ) =>
      writeReports({
        store,
        definitions: (await listReports(null)).filter(({ name }) => isWritten(name)),
        period: MARCH,
        accountIds,
        outputFolder,
        formats: ["csv", "json"],
        csvDialect: "plain",
        treatment: DEFAULT_TREATMENT,
      });

    test("every report of a complete period is as the golden files have it", async () => {
      await write(join(folder, "complete"));
      await compareFolders(join(folder, "complete"), join(GOLDEN, "complete"), kind);
    });

    test("accounts given by name, in whatever order, give the same bytes as all accounts", async () => {
      await write(join(folder, "complete"), ["main", "Zweite"]);
      await compareFolders(join(folder, "complete"), join(GOLDEN, "complete"), kind);
    });

    test("a spoiled period says INCOMPLETE in the names of its files and why in its manifest, and the complete twins are gone", async () => {
      await spoilStore(store);
      await write(join(folder, "complete"));
      await compareFolders(join(folder, "complete"), join(GOLDEN, "incomplete"), kind);
    });

    test("what few accounts have (late rows of a closed day, a venue's statement, prices, coins) is in reports of its own or has a note", async () => {
      await addRareRows(store);
      await write(join(folder, "rare"), null, (name) => RARE.includes(name));
      await compareFolders(join(folder, "rare"), join(GOLDEN, "rare"), kind);
    });
  });
}

async function compareFolders(found: string, expected: string, kind: string): Promise<void> {
  const names = (await readdir(found)).toSorted();
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, withoutVersions(await readFile(join(found, name), "utf8")));
  if (process.env["UPDATE_GOLDEN"] === "1" && kind === STORE_KINDS[0]) {
    await rm(expected, { recursive: true, force: true });
    await mkdir(expected, { recursive: true });
    for (const [name, text] of texts) await writeFile(join(expected, name), text);
  }
  expect(names).toEqual((await readdir(expected)).toSorted());
  for (const [name, text] of texts) expect(text, name).toBe(await readFile(join(expected, name), "utf8"));
}
