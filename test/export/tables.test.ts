/**
 * A table in which a row was dropped, doubled or turned around no longer adds up to the wallet: shown on the
 * golden files of the sample account, of every target whose files are tables.
 */
import { cpSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  paid,
  paidAsset,
  received,
  receivedAsset,
  signedAmount,
  type,
} from "../../src/export/forms/columns.ts";
import type { Target } from "../../src/export/target.ts";
import { TARGETS } from "../../src/export/targets.ts";
import { csvLines } from "../../src/report/write-csv.ts";
import { sumsOfTables } from "./read-back.ts";

const GOLDEN = join(import.meta.dirname, "..", "golden", "export", "event");
const WALLETS = { BNB: "0.00988", USDT: "641.053" };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "perpbooks-tables-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Mutation = (
  rows: readonly string[][],
  nth: number,
  target: Pick<Target, "columns" | "types">,
) => readonly string[][];
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  dropped: (rows, nth) => rows.filter((_, place) => place !== nth),
  doubled: (rows, nth) => rows.flatMap((row, place) => (place === nth ? [row, row] : [row])),
  "turned around": (rows, nth, target) =>
    rows.map((row, place) => (place === nth ? turned(row, target) : row)),
};

/** With what came in and what went out exchanged, the other sign, or a type of the other direction. */
function turned(row: readonly string[], { columns, types }: Pick<Target, "columns" | "types">): string[] {
  const cellOf = (cell: unknown) => row[columns.findIndex((column) => column.cell === cell)] ?? "";
  const others = new Map<unknown, string>([
    [received, cellOf(paid)],
    [receivedAsset, cellOf(paidAsset)],
    [paid, cellOf(received)],
    [paidAsset, cellOf(receivedAsset)],
    [signedAmount, `-${cellOf(signedAmount)}`.replace("--", "")],
  ]);
  if (types !== undefined)
    others.set(type, (types.paid.includes(cellOf(type)) ? types.received : types.paid)[0] ?? "");
  return row.map((own, place) => others.get(columns[place]?.cell) ?? own);
}

/** Those whose rows say in the asset itself what they change in the wallet. */
const TABLES = TARGETS.filter(
  ({ reads, currency, words, columns }) =>
    reads === "events" && currency === undefined && words?.key !== "accounts" && columns.length > 0,
);
describe.each(TABLES)("$name", (target) => {
  const { name } = target;

  test("adds up to the wallet", async () => {
    expect(await sumsOfTables(target, join(GOLDEN, name))).toEqual(WALLETS);
  });

  test.each(Object.keys(MUTATIONS))("does not when a row is %s", async (how) => {
    const mutated = join(folder, `${name}-${how}`);
    cpSync(join(GOLDEN, name), mutated, { recursive: true });
    const files = (await readdir(mutated)).filter((file) => /(?<!\.map)\.csv$/.test(file));
    let rows = 0;
    for (const file of files) {
      const text = await readFile(join(mutated, file), "utf8");
      const [header = [], ...all] = parse(text) as string[][];
      rows += all.length;
      const columns = [target.columns, target.apart?.columns ?? []].find(
        (own) => own.map((column) => column.header).join() === header.join(),
      );
      const sheet = { ...target, columns: columns ?? expect.fail(`${file} has another header`) };
      for (const nth of all.keys()) {
        await writeFile(
          join(mutated, file),
          csvLines([header, ...(MUTATIONS[how]?.(all, nth, sheet) ?? [])]),
        );
        expect(await sumsOfTables(target, mutated), `${file}, row ${nth + 1}`).not.toEqual(WALLETS);
      }
      await writeFile(join(mutated, file), text);
    }
    expect(rows).toBe(12);
  });
});
