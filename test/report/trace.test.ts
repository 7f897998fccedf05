/**
 * From every row of every report down to what it rests on, on both kinds of database: the sums of what is
 * found are the cells, to the last digit. The records themselves, and how they were requested, are looked at
 * in `test/e2e/trace.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePeriod } from "../../src/domain/period.ts";
import { listReports, readDefinition } from "../../src/report/definition.ts";
import { type RowChoice, type TracedReport, traceReport } from "../../src/report/trace-report.ts";
import { readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";
import { heavyKinds, newStore } from "../support/stores.ts";
import { addRareRows, fillStore, insert, record, spoilStore } from "./small-books.ts";

const MARCH = parsePeriod("2026-03", "Europe/Berlin");
const REPORTS = await listReports(null);
/** Of a report with a row for each day, a few days show what all do. */
const SOME_ROWS: Readonly<Record<string, readonly RowChoice[]>> = {
  equity: [{ column: "day", value: "2026-03-29" }],
};

for (const kind of heavyKinds("PGlite")) {
  describe(kind, () => {
    let store: Store;
    beforeAll(async () => {
      store = await newStore(kind);
      await fillStore(store);
      await spoilStore(store);
      await addRareRows(store);
      await insert(store, "raw.record", [record("main", "income", "odd", "", "2026-03-31T08:00:00.000Z")]);
    });
    afterAll(() => store.close());

    const trace = (report: string, where: readonly RowChoice[] = []): Promise<TracedReport> => {
      const definition = REPORTS.find(({ name }) => name === report);
      if (definition === undefined) throw new RangeError(`there is no report ${report}`);
      return readOnly(store, (db) =>
        traceReport(db, {
          definition,
          period: MARCH,
          accounts: [null],
          where,
          rowsMax: null,
          factsMax: null,
        }),
      );
    };

    test.each(REPORTS.map(({ name }) => name))(
      "every row of %s leads to facts that add up to its cells",
      async (name) => {
        const traced = await trace(name, SOME_ROWS[name]);
        expect(traced.rows.length).toBeGreaterThan(0);
        for (const { cells, branches } of traced.rows) {
          const facts = branches.flatMap((branch) => branch.facts);
          const differences = branches
            .flatMap(({ sums }) => sums)
            .filter(({ difference }) => difference !== null && difference !== "0");
          // These books are made by hand: proofs are about nothing that is there.
          if (name === "reconciliation") continue;
          expect({ cells, facts: facts.length > 0, differences }).toEqual({
            cells,
            facts: true,
            differences: [],
          });
        }
      },
    );

    test("a sum that is not the cell says by how much it differs", async () => {
      const keep = (quantity: string) =>
        store.db
          .updateTable("ledger.position_change")
          .set({ quantity_after: quantity })
          .where("account_id", "=", "Zweite")
          .where("position_side", "=", "SHORT")
          .execute();
      await keep("-3");
      const { rows } = await trace("positions", [{ column: "position_side", value: "SHORT" }]);
      await keep("-1");
      expect(rows.map(({ branches }) => branches.flatMap(({ sums }) => sums))).toEqual([
        [{ name: "quantity", sum: "-1", cell: "-3", difference: "2" }],
      ]);
    });

    test("a figure shows the entries it is made of, and no others", async () => {
      const { rows } = await trace("daily-result", [
        { column: "day", value: "2026-03-29" },
        { column: "asset", value: "USDT" },
      ]);
      const [row] = rows;
      expect(row?.cells).toMatchObject({ realized_pnl: "3.996", rebates: "0.5", funding: "-0.2" });
      expect(row?.branches.flatMap(({ facts }) => facts.map(({ words }) => words))).toEqual([
        "entry pnl 1: realized_pnl BTCUSDT at 2026-03-29T00:30:00.000+00:00, basis cash; assets:wallet 3.996 USDT, income:realized_pnl -3.996 USDT",
        "entry rebate: rebate BTCUSDT at 2026-03-29T00:30:00.000+00:00, basis cash; assets:wallet 0.5 USDT, income:rebates -0.5 USDT",
        "entry funding 1: funding BTCUSDT at 2026-03-29T08:00:00.000+00:00, basis cash; assets:wallet 0.1 USDT, income:funding -0.1 USDT",
        "entry funding 2: funding BTCUSDT at 2026-03-29T16:00:00.000+00:00, basis cash; expenses:funding 0.3 USDT, assets:wallet -0.3 USDT",
      ]);
    });

    test("a gap leads to itself, because nothing of it was read", async () => {
      const { rows } = await trace("gaps", [
        { column: "what", value: "gap" },
        { column: "symbol", value: "ethusdt" },
      ]);
      expect(rows.flatMap(({ branches }) => branches.flatMap(({ facts }) => facts))).toEqual([
        {
          account_id: "Zweite",
          words:
            "gap in fills ethusdt [2026-02-01T00:00:00.000+00:00, 2026-03-05T00:00:00.000+00:00): the venue keeps 90 days; nothing of it was read, so there is no record",
          record: null,
          snapshot: null,
        },
      ]);
    });

    test("a row that is not there is refused with what is", async () => {
      await expect(trace("fills", [{ column: "fill_id", value: "109" }])).rejects.toThrow(
        `perpbooks trace report fills: no row has fill_id=109
  in the period 2026-03
  fill_id is 101, 102, 103, 12, 3, …
  next: see \`perpbooks report fills\` for its rows; --period widens the search`,
      );
      await expect(trace("fills", [{ column: "fil_id", value: "101" }])).rejects.toThrow(
        'trace report fills: the report has no column "fil_id"',
      );
    });

    test("a report of somebody's own is traced by its key columns, or says that it cannot be", async () => {
      const own = (columns: string, directive = "") =>
        readDefinition(
          "mine/own.sql",
          `--! title: t\n--! grain: g\n--! parameters: none\n--! sign: s\n--! units: u\n${directive}\nselect ${columns} from report.journal where entry_id = 'transfer' and account_id = 'main' and line = 1`,
        );
      const traceOwn = (columns: string, directive?: string) =>
        readOnly(store, (db) =>
          traceReport(db, {
            definition: own(columns, directive),
            period: MARCH,
            accounts: [null],
            where: [],
            rowsMax: null,
            factsMax: null,
          }),
        );
      const { rows } = await traceOwn("account_id as account, entry_id as entry_id");
      expect(rows[0]?.branches[0]).toMatchObject({ source: "postings", count: "1" });
      await expect(
        traceOwn("account_id as account"),
      ).rejects.toThrow(`trace report own: the report does not say what is behind a row of it
  mine/own.sql has no directive "--! trace:", and no column entry_id or record_key
  next: add the directive; reports/README.md says how`);
      await expect(
        traceOwn("account_id as account", "--! trace: postings where entry_id = :entry"),
      ).rejects.toThrow(`report mine/own.sql: its directive "trace" names :entry, which is no column of it
  its columns are account
  next: correct the directive`);
      await expect(
        traceOwn("account_id as account", "--! trace: postings where nonsense = :account"),
      ).rejects.toThrow(
        'report mine/own.sql: Postgres refuses the select\n  column "nonsense" does not exist',
      );
    });
  });
}

test("a directive that cannot be read is a mistake of the file", () => {
  const read = (directive: string) =>
    readDefinition(
      "mine/own.sql",
      `--! title: t\n--! grain: g\n--! parameters: none\n--! sign: s\n--! units: u\n--! trace: ${directive}\nselect 'x' as x`,
    );
  expect(() => read("orders where a = :x ; fills ; fills when kind = adl|none where b giving c +")).toThrow(
    `report mine/own.sql: the file is not a report: 3 mistakes
  the directive "trace" names the unknown source "orders"; known are postings, valued_postings, prices, fills, income, forced_orders, margin_changes, disposals, position_changes, records, balances, positions, gaps, windows
  the directive "trace" has a clause that is not "SOURCE [when COLUMN = VALUE|VALUE] where CONDITION": fills
  the directive "trace" gives something that is neither "COLUMN = SUM" nor "COLUMN, COLUMN [filter (where …)]": c +`,
  );
  expect(
    read(
      "fills when kind = adl|none where a = 1 giving b = sum(c) giving d = 2 giving e, f filter (where g > 1)",
    ).trace,
  ).toEqual([
    {
      source: "fills",
      when: { column: "kind", values: ["adl", "none"] },
      condition: "a = 1",
      sums: [
        { name: "b", expression: "sum(c)" },
        { name: "d", expression: "2" },
        { name: "e", expression: "sum(e) filter (where g > 1)" },
        { name: "f", expression: "sum(f) filter (where g > 1)" },
      ],
    },
  ]);
});
