/**
 * `perpbooks trace` on books read from the simulated venue: whatever a report shows leads to the venue's own
 * rows, verbatim, and to the request that brings them. The books hold a liquidation, an auto-deleveraging,
 * isolated margin, and an opening that is inferred.
 */
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { listReports } from "../../src/report/definition.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import type { Store } from "../../src/store/store.ts";
import { asRead } from "../errors/small-world.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-02T00:00:00Z");
const NOW = parseInstant("2026-06-01T09:30:00Z");
const WORLD = generateWorld({
  seed: "trace",
  from: FROM,
  until: NOW,
  fills: 300,
  accounts: [{ name: "main" }, { name: "hedge", mode: "hedge" }],
});
const REPORTS = (await listReports(null)).map(({ name }) => name);

type Traced = {
  readonly count: number;
  readonly rows: readonly {
    readonly cells: Readonly<Record<string, string | null>>;
    readonly branches: readonly {
      readonly source: string;
      readonly sums: readonly { readonly name: string; readonly difference: string | null }[];
      readonly facts: readonly {
        readonly words: string;
        readonly request: string | null;
        readonly record: {
          readonly versions: readonly { readonly body: string; readonly command: string | null }[];
          readonly windows: readonly { readonly evidence: string; readonly request: string | null }[];
        } | null;
      }[];
    }[];
  }[];
};

let rig: Rig;
beforeAll(async () => {
  rig = await newRig({ kind: QUICK_KIND, world: WORLD, now: NOW, accountLines: ["since: 2026-05-10"] });
  const outcome = await rig.run("run");
  // The history begins after the account did: positions and wallets were open before, and some of it needs a
  // person.
  expect([0, 3]).toContain(outcome.exitCode);
});
afterAll(() => rig.close());

async function traceJson(...words: string[]): Promise<Traced> {
  const { exitCode, output, errors } = await rig.run("trace", ...words, "--format", "json");
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: "" });
  return JSON.parse(output) as Traced;
}

describe("every report leads to the venue's own rows", () => {
  /**
   * What has no record: a snapshot is kept as figures and not as the venue's answer, but its request is
   * known; an opening is inferred from one.
   */
  const WITHOUT_RECORD = [/^(wallet of|position) /, / basis inferred;/];
  /** What was open before the history tells itself what it was inferred from. */
  const SAYS_ITS_EVIDENCE = /^open before the history begins \(inferred: .+\): 0 → /;

  /**
   * Nothing is lost, closed, or paid with a coin in these books, they have no reporting currency, and their
   * venue keeps no collateral statement.
   */
  const EMPTY_HERE = [
    "gaps",
    "adjustments",
    "restatement",
    "fee-coin-disposals",
    "collateral-statement",
    "valued-performance",
  ];

  test.each(REPORTS)("%s, and what is found adds up to its cells", async (name) => {
    const outcome = await rig.run("trace", "report", name, "--format", "json");
    if (outcome.exitCode === 2) {
      expect(asRead(outcome).message).toContain(`trace report ${name}: the report has no row`);
      // A report that is empty here is traced by hand-made rows in `test/report/trace.test.ts`.
      expect(EMPTY_HERE).toContain(name);
      return;
    }
    const { rows } = JSON.parse(outcome.output) as Traced;
    expect(rows.length).toBeGreaterThan(0);
    for (const { cells, branches } of rows) {
      const sums = branches.flatMap((branch) => branch.sums);
      const untied = sums.filter(({ difference }) => difference !== null && difference !== "0");
      expect({ cells, untied }).toEqual({ cells, untied: [] });
      const facts = branches.flatMap((branch) => branch.facts);
      expect(facts.length).toBeGreaterThan(0);
      for (const { words, record, request } of facts) {
        if (SAYS_ITS_EVIDENCE.test(words)) continue;
        if (record === null) {
          expect(
            WITHOUT_RECORD.some((such) => such.test(words)),
            words,
          ).toBe(true);
          expect(request).toMatch(/^GET \/fapi\/v/);
          continue;
        }
        expect(record.versions.map(({ body }) => body).join(), words).toMatch(/^\{.*\}$/);
        expect(record.versions.every(({ command }) => command === "run")).toBe(true);
        expect(record.windows.map(({ request: requested }) => requested).join(), words).toMatch(
          /^GET \/fapi\/v\d\/\w+.*startTime=\d+&endTime=\d+&limit=\d+$/,
        );
      }
    }
  });
});

test("an entry leads to its record, verbatim, its run, its span, and the request that such a span is read with", async () => {
  const [entry] = await rig.inspect((store) =>
    store.db
      .selectFrom("ledger.entry as entry")
      .innerJoin("raw.record as record", (join) =>
        join
          .onRef("entry.account_id", "=", "record.account_id")
          .onRef("entry.stream", "=", "record.stream")
          .onRef("entry.record_key", "=", "record.record_key"),
      )
      .select(["entry.entry_id", "record.body", "record.record_key", "record.run_id"])
      .where("entry.account_id", "=", "main")
      .where("entry.kind", "=", "liquidation")
      .execute(),
  );
  if (entry === undefined) throw new Error("the world has no liquidation");
  const { output, exitCode } = await rig.run("trace", "entry", entry.entry_id);
  expect(exitCode).toBe(0);
  const lines = output.trimEnd().split("\n");
  expect(lines[0]).toBe("entries: 1");
  expect(lines[1]).toMatch(
    new RegExp(
      `^ {2}main entry ${escaped(entry.entry_id)}: liquidation \\S+ at .*, basis cash; expenses:liquidation [\\d.]+ USDT, assets:wallet -[\\d.]+ USDT$`,
    ),
  );
  expect(lines.slice(2, 5)).toEqual([
    `    record income ${entry.record_key}`,
    `      version 1 of 1, brought by run ${entry.run_id} (run, started 2026-06-01T09:30:00.000Z)`,
    `        ${entry.body}`,
  ]);
  expect(lines[5]).toMatch(
    /^ {6}span income \[2026-05-\S+Z, 2026-\S+Z\), evidence venue, read at 2026-06-01T09:30:00.000Z by the same run$/,
  );
  expect(lines[6]).toMatch(
    /^ {8}such a span is read with GET \/fapi\/v1\/income\?startTime=\d+&endTime=\d+&limit=1000$/,
  );
  expect(lines).toHaveLength(7);

  const record = await rig.run("trace", "record", entry.record_key);
  expect(record.output).toContain(`        ${entry.body}\n`);
  expect(record.output).toContain(`main entry ${entry.entry_id}`);
});

test("a fill leads to its record, its cash and its disposal; a disposal to the fills of its position", async () => {
  const [disposal] = await rig.inspect((store) =>
    store.db
      .selectFrom("ledger.disposal as disposal")
      .innerJoin("history.fill as fill", (join) =>
        join
          .onRef("disposal.account_id", "=", "fill.account_id")
          .onRef("disposal.fill_key", "=", "fill.record_key"),
      )
      .select(["fill.fill_id", "fill.symbol"])
      .where("disposal.account_id", "=", "main")
      .where("fill.fee", "<>", "0")
      .orderBy("disposal.closed_at", "desc")
      .limit(1)
      .execute(),
  );
  if (disposal === undefined) throw new Error("the world has no disposal");
  const chosen = [disposal.fill_id, "--symbol", disposal.symbol, "--account", "main"];
  const ofFill = await traceJson("fill", ...chosen);
  expect(ofFill.rows.flatMap(({ branches }) => branches.map(({ source }) => source))).toEqual([
    "fills",
    "postings",
    "disposals",
  ]);
  const ofDisposal = await traceJson("disposal", ...chosen);
  expect(ofDisposal.rows[0]?.branches.map(({ source }) => source)).toEqual([
    "disposals",
    "fills",
    "postings",
  ]);
});

test("a check leads to the snapshot that was requested and to what the books hold of it", async () => {
  const { rows } = await traceJson("check", "wallet", "USDT", "--account", "main");
  const [wallets, entries] = rows[0]?.branches ?? [];
  expect(wallets?.facts.map(({ request }) => request)).toEqual([
    expect.stringMatching(/^GET \/fapi\/v\d\/balance$/),
  ]);
  expect(entries?.sums.map(({ name, difference }) => ({ name, difference }))).toEqual([
    { name: "wallet_postings_between", difference: null },
    { name: "found", difference: "0" },
  ]);
});

test("a figure of many entries shows the first ones and how many there are; --all shows all", async () => {
  const words = ["trace", "report", "balances", "--where", "account=main", "--where", "asset=USDT"];
  const { output } = await rig.run(...words);
  const [, count] = output.match(/^entries: (\d+), of which the first 10 are shown; --all shows all$/m) ?? [];
  expect(output.match(/^ {2}main entry /gm)).toHaveLength(10);
  expect(output).toMatch(/^ {2}closing: the sum is [\d.]+ = cell$/m);
  const all = await rig.run(...words, "--all");
  expect(String(all.output.match(/^ {2}main entry /gm)?.length)).toBe(count);
});

test("no secret is ever shown", async () => {
  const { output } = await rig.run("trace", "report", "balances", "--all", "--format", "json");
  expect(output).not.toMatch(/simulated-(key|secret)|signature|timestamp=/);
});

const NAMES_OF_FILLS = /fill_id is \d+, \d+, \d+, \d+, \d+, …/;

test.each([
  [
    "entry nothing/like/it",
    `perpbooks trace entry: there is no entry "nothing/like/it"
  nothing has this name or a similar one
  next: entry_id is a column of \`perpbooks report journal\`; put it in quotation marks`,
  ],
  [
    "fill 1 --symbol BTCUSDT",
    `perpbooks trace report fills: no row has fill_id=1 and symbol=BTCUSDT
  in the period 2026-05-10..2026-06-01
  FILLS
  symbol=BTCUSDT is there, but not together with the rest
  next: see \`perpbooks report fills\` for its rows; --period widens the search`,
  ],
  [
    "check walet USDT",
    `perpbooks trace report reconciliation: no row has check_name=walet and subject=USDT
  in the period 2026-05-10..2026-06-01
  check_name is wallet, day_sums, entry_price, equity, fee_amount, …
  subject=USDT is there, but not together with the rest
  next: see \`perpbooks report reconciliation\` for its rows; --period widens the search`,
  ],
  [
    "report daily",
    `perpbooks trace report: there is no report "daily"
  nothing was done
  next: see \`perpbooks report --list\``,
  ],
  [
    "report journal --where entry=1",
    `perpbooks trace report journal: the report has no column "entry"
  its columns are account, occurred_at, entry_id, kind, symbol, line, ledger_account, debit, credit, asset, basis, stream, record_key, note
  next: correct the name`,
  ],
  [
    "order 7",
    `perpbooks trace: a value is not known: what: found "order", expected one of "entry", "record", "fill", "disposal", "check", "report", "export"
  nothing was done
  next: see \`perpbooks trace --help\``,
  ],
])("trace %s", async (words, message) => {
  const read = asRead(await rig.run("trace", ...words.split(" ")));
  expect({ ...read, message: read.message.replace(NAMES_OF_FILLS, "FILLS") }).toEqual({
    exitCode: 2,
    message,
  });
});

test("an id that is nearly right is answered with those that are", async () => {
  const { errors, exitCode } = await rig.run("trace", "entry", "INSURANCE_CLEAR");
  expect(exitCode).toBe(2);
  expect(errors).toMatch(/near it: income\/INSURANCE_CLEAR\/\d+/);
});

test("books built anew without any margin change hold the same postings and wallets", async () => {
  const postings = (store: Store) =>
    sql<{ hash: string; postings: string }>`
      select md5(string_agg(posting::text, '' order by posting::text collate "C")) as hash, count(*) as postings from ledger.posting
    `.execute(store.db);
  const before = await rig.inspect(postings);
  const changes = await rig.inspect((store) =>
    store.db.deleteFrom("raw.record").where("stream", "=", "margin_changes").executeTakeFirst(),
  );
  expect(changes.numDeletedRows).toBeGreaterThan(0n);
  expect((await rig.run("book", "--from-empty")).errors).toBe("");
  expect((await rig.run("report", "margin-changes", "--format", "json")).output).toBe("[]\n");
  const after = await rig.inspect(postings);
  expect(after.rows).toEqual(before.rows);
  expect(before.rows[0]?.postings).not.toBe("0");
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
