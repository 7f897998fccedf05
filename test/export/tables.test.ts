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
  signedCents,
  type,
} from "../../src/export/forms/columns.ts";
import type { Target } from "../../src/export/target.ts";
import { TARGETS } from "../../src/export/targets.ts";
import { csvLines } from "../../src/report/write-csv.ts";
import { JOURNALS, sumsOfTables } from "./read-back.ts";

const GOLDEN = join(import.meta.dirname, "..", "golden", "export", "event");
const WALLETS = { BNB: "0.00988", USDT: "641.053" };
/** What they are worth, with what is below a cent and so in no row. */
const WORTH = { USD: "646.981" };

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
    [signedCents, `-${cellOf(signedCents)}`.replace("--", "")],
  ]);
  if (types !== undefined)
    others.set(type, (types.paid.includes(cellOf(type)) ? types.received : types.paid)[0] ?? "");
  return row.map((own, place) => others.get(columns[place]?.cell) ?? own);
}

/** Those whose every row says what it changes in the wallet. */
const TABLES = TARGETS.filter(
  ({ name, reads, words, columns }) =>
    reads === "events" && words?.key !== "accounts" && columns.length > 0 && !JOURNALS.includes(name),
);
describe.each(TABLES)("$name", (target) => {
  const { name } = target;
  const sums = target.currency === undefined ? WALLETS : WORTH;

  test("adds up to the wallet", async () => {
    expect(await sumsOfTables(target, join(GOLDEN, name))).toEqual(sums);
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
        expect(await sumsOfTables(target, mutated), `${file}, row ${nth + 1}`).not.toEqual(sums);
      }
      await writeFile(join(mutated, file), text);
    }
    expect(rows).toBe(12);
  });
});

/** Each line by itself: how many stand before the first booking, and how one is turned around. */
const BOOKINGS: readonly {
  readonly name: string;
  readonly heads: number;
  readonly turn: (line: string) => string;
}[] = [
  {
    name: "datev",
    heads: 2,
    turn: (line) => line.replace(/;"([SH])";/, (_, S) => `;"${S === "S" ? "H" : "S"}";`),
  },
  { name: "quickbooks-journal", heads: 1, turn: (line) => line.replace(/,([\d.]*),([\d.]*),/, ",$2,$1,") },
  {
    name: "xero-journal",
    heads: 1,
    turn: (line) =>
      line.replace(/(-?)([\d.]+),,,,/, (_, sign, digits) => `${sign === "-" ? "" : "-"}${digits},,,,`),
  },
];
describe.each(BOOKINGS)("$name", ({ name, heads, turn }) => {
  const target = TARGETS.find((one) => one.name === name) ?? expect.fail(name);
  const sums = (where: string) => sumsOfTables(target, where).catch((error: Error) => error.message);

  test("adds up to the worth of the wallet", async () => {
    expect(await sums(join(GOLDEN, name))).toEqual(WORTH);
  });

  test("does not when a line is dropped, doubled or turned around", async () => {
    const mutated = join(folder, name);
    cpSync(join(GOLDEN, name), mutated, { recursive: true });
    const file = (await readdir(mutated)).find((one) => /(?<!\.map)\.csv$/.test(one)) ?? expect.fail(name);
    const lines = (await readFile(join(mutated, file), "latin1")).split(/(?<=\n)/);
    expect(lines.length - heads).toBeGreaterThan(9);
    for (const [nth, line] of [...lines.entries()].slice(heads))
      for (const other of ["", line + line, turn(line)]) {
        expect(other).not.toBe(line);
        await writeFile(join(mutated, file), lines.with(nth, other).join(""), "latin1");
        expect(await sums(mutated), `line ${nth + 1}: ${other}`).not.toEqual(WORTH);
      }
  });
});
