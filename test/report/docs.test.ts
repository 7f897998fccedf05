/**
 * The docs that are made from what they describe. `UPDATE_DOCS=1 npx vitest run test/report` writes them
 * anew.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { parsePeriod } from "../../src/domain/period.ts";
import { PACKAGE_FOLDER } from "../../src/package.ts";
import { CHECK_NAMES } from "../../src/reconcile/finding.ts";
import { listReports, REPORTS_FOLDER, type ReportDefinition } from "../../src/report/definition.ts";
import { describeSchema } from "../../src/report/describe-schema.ts";
import { runReport } from "../../src/report/run-report.ts";
import { tablesThatAre } from "../../src/store/table-origins.ts";
import { newStore, QUICK_KIND, STORE_KINDS } from "../support/stores.ts";

const README = join(REPORTS_FOLDER, "README.md");
const SCHEMA = join(PACKAGE_FOLDER, "docs", "schema.md");
const OPERATIONS = join(PACKAGE_FOLDER, "docs", "operations.md");
const HINT =
  "the document is out of date; run UPDATE_DOCS=1 npx vitest run test/report and review the difference";

async function expectFile(path: string, text: string): Promise<void> {
  if (process.env["UPDATE_DOCS"] === "1") await writeFile(path, text);
  expect(await readFile(path, "utf8"), HINT).toBe(text);
}

for (const kind of STORE_KINDS) {
  test(`${kind}: docs/schema.md says what the catalog says`, async () => {
    const store = await newStore(kind);
    await expectFile(SCHEMA, await describeSchema(store));
    await store.close();
  });
}

test("the catalog names every law of the reconciliation, and no other", async () => {
  const store = await newStore(QUICK_KIND);
  const { rows } = await sql<{ said: string }>`
    select col_description(attrelid, attnum) as said
    from pg_attribute
    where attrelid = 'ledger.reconciliation'::regclass and attname = 'check_name'
  `.execute(store.db);
  await store.close();
  const [{ said } = { said: "" }] = rows;
  const names = said.replace("The check: ", "").replaceAll(/;[a-z ]*(?:also|across accounts) /g, ", ");
  expect(names.replace(" or ", ", ").replace(/\.$/, "").split(", ")).toEqual([...CHECK_NAMES]);
});

test("every table, view, column and function has a comment in the catalog", async () => {
  const store = await newStore("PGlite");
  const { rows } = await sql<{ name: string }>`
    with ours as (
      select oid, nspname from pg_namespace
      where nspname in ('raw', 'history', 'snapshot', 'ledger', 'price', 'report', 'perpbooks')
    )
    select ours.nspname as name from ours where obj_description(ours.oid, 'pg_namespace') is null
    union all
    select ours.nspname || '.' || class.relname
    from ours join pg_class as class on class.relnamespace = ours.oid
    where class.relkind in ('r', 'p', 'v') and obj_description(class.oid, 'pg_class') is null
    union all
    select ours.nspname || '.' || class.relname || '.' || attribute.attname
    from ours
    join pg_class as class on class.relnamespace = ours.oid
    join pg_attribute as attribute on attribute.attrelid = class.oid
    where class.relkind in ('r', 'p', 'v') and attribute.attnum > 0 and not attribute.attisdropped
      and col_description(class.oid, attribute.attnum) is null
    union all
    select ours.nspname || '.' || procedure.proname
    from ours join pg_proc as procedure on procedure.pronamespace = ours.oid
    where obj_description(procedure.oid, 'pg_proc') is null
  `.execute(store.db);
  expect(rows).toEqual([]);
  await store.close();
});

test("docs/operations.md names the tables that nothing can make again", async () => {
  const text = await readFile(OPERATIONS, "utf8");
  const [begin, end] = ["<!-- carried tables: begin -->", "<!-- carried tables: end -->"];
  const names = tablesThatAre("carried").map((name) => `\`${name}\``);
  await expectFile(
    OPERATIONS,
    `${text.slice(0, text.indexOf(begin))}${begin}\n${names.join(", ")}\n${text.slice(text.indexOf(end))}`,
  );
});

test("reports/README.md describes every report as its file does", async () => {
  const store = await newStore("PGlite");
  const sections: string[] = [];
  for (const definition of await listReports(null)) {
    const { columns } = await runReport(store, definition, parsePeriod("2026", "UTC"), null);
    sections.push(sectionOf(definition, columns));
  }
  const text = await readFile(README, "utf8");
  const begin = "<!-- reports: begin -->";
  await expectFile(
    README,
    `${text.slice(0, text.indexOf(begin))}${begin}\n\n${sections.join("\n")}\n<!-- reports: end -->\n`,
  );
  await store.close();
});

function sectionOf(definition: ReportDefinition, columns: readonly string[]): string {
  return [
    `### ${definition.name}`,
    "",
    `${definition.title}: ${definition.grain}.`,
    "",
    `- sign: ${definition.sign}`,
    `- units: ${definition.units}`,
    ...(definition.note === "" ? [] : [`- ${definition.note}`]),
    ...(definition.changesAfterClose === ""
      ? []
      : [`- may change after a close: ${definition.changesAfterClose}`]),
    `- parameters: ${definition.parameters.join(", ") || "none"}`,
    `- columns: ${columns.map((column) => `\`${column}\``).join(", ")}`,
    "",
  ].join("\n");
}
