/**
 * What needs a person is accepted by a person: with a reason, for exactly what was seen, and everywhere to be
 * seen. One account gets every kind of trouble in one night; later one after the other changes, while the
 * rest stays accepted.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { HOUR_MS, plus } from "../../src/domain/instant.ts";
import { makeHarmfulProxy } from "../support/harmful-proxy.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-29T10:00:00Z");
const at = (hours: number) => plus(FROM, hours * HOUR_MS);

const world = scriptedWorld([
  {
    name: "main",
    play: (account) =>
      account
        .cash(at(0), "TRANSFER", "1000")
        .cash(at(1), "LIEN_CLAIM", "-1")
        .cash(at(2), "TRANSFER", "25")
        .cash(at(3), "TRANSFER", "7")
        .trade(at(4), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
        .trade(at(5), "SELL 1 BTCUSDT at 130", { fee: "0.065" })
        .trade(at(5.5), "BUY 0.5 ETHUSDT at 2000"),
  },
]);

/**
 * What the venue says from a night on: of a row of its cash statement another text (none: it is gone),
 * another wallet, another price of the open position.
 */
type Change =
  | { readonly row: RegExp; readonly instead: string }
  | { readonly wallet: string }
  | { readonly entryPrice: string };

const rowOf = (amount: string) => new RegExp(`\\{[^{}]*"income":"${amount}(?:\\.0*)?"[^{}]*\\}`);
const amountOf = (amount: string) => new RegExp(`"income":"${amount}0*"`);

type Case = {
  readonly what: string;
  /** What comes in the night of all troubles; null for what the world has from the beginning. */
  readonly trouble: Change | null;
  readonly open: string;
  /** What comes later, which is not what was accepted. */
  readonly change: Change;
  readonly openThen: readonly string[];
};

const CASES: readonly Case[] = [
  {
    what: "rewritten",
    trouble: { row: amountOf("-0.065"), instead: '"income":"-0.07"' },
    open: "income: 1 record is set aside (rewritten)",
    change: { row: amountOf("-0.07"), instead: '"income":"-0.08"' },
    openThen: ["income: 1 record is set aside (rewritten)"],
  },
  {
    what: "vanished",
    trouble: { row: rowOf("25"), instead: "" },
    open: "income: 1 record is set aside (vanished)",
    change: { row: rowOf("7"), instead: "" },
    openThen: ["income: 1 record is set aside (vanished)"],
  },
  {
    what: "suspense",
    trouble: null,
    open: "suspense: 1 posting of kinds that are not known, together -1 USDT",
    change: { row: amountOf("-1\\.?"), instead: '"income":"-2"' },
    openThen: [
      "income: 1 record is set aside (rewritten)",
      "suspense: 1 posting of kinds that are not known, together -1 USDT",
    ],
  },
  {
    // Shown by each night's snapshot anew, with the same figures.
    what: "difference that stands",
    trouble: { entryPrice: "2001.50" },
    open: "entry_price ETHUSDT BOTH: the books differ from the venue by -1.5",
    change: { entryPrice: "2002.50" },
    openThen: ["entry_price ETHUSDT BOTH: the books differ from the venue by -2.5"],
  },
  {
    what: "difference",
    trouble: { wallet: "1060" },
    open: "wallet USDT: the books differ from the venue by 0.885",
    change: { wallet: "1050" },
    openThen: ["wallet USDT: the books differ from the venue by 10"],
  },
];

let rig: Rig;
const proxy = makeHarmfulProxy();
const changes: Change[] = [];
let hours = 6;

function changedRows(body: string): string {
  return changes
    .reduce((text, change) => ("row" in change ? text.replace(change.row, change.instead) : text), body)
    .replace(/,{2,}/g, ",")
    .replace("[,", "[")
    .replace(",]", "]");
}

function changedWallet(body: string): string {
  const wallet = changes.findLast((change) => "wallet" in change);
  return wallet === undefined ? body : body.replace(/"balance":"[^"]*"/, `"balance":"${wallet.wallet}"`);
}

function changedPosition(body: string): string {
  const position = changes.findLast((change) => "entryPrice" in change);
  if (position === undefined) return body;
  return body.replace(/\{[^{}]*"symbol":"ETHUSDT"[^{}]*\}/, (row) =>
    row.replace(/"entryPrice":"[^"]*"/, `"entryPrice":"${position.entryPrice}"`),
  );
}

beforeAll(async () => {
  rig = await newRig({
    kind: QUICK_KIND,
    world,
    now: at(hours),
    accountLines: ["since: 2026-05-01"],
    through: proxy.through,
    reports: "at the end",
  });
  proxy.harm(({ path }) => {
    if (path === "/fapi/v1/income") return { kind: "rewrite", change: changedRows };
    if (path === "/fapi/v2/positionRisk") return { kind: "rewrite", change: changedPosition };
    if (path === "/fapi/v2/balance") return { kind: "rewrite", change: changedWallet };
    return null;
  });
});
afterAll(() => rig.close());

type Night = { readonly exitCode: number; readonly output: string; readonly open: readonly string[] };

/** The next night's exit code, and what its summary says to be open. */
async function night(): Promise<Night> {
  hours += 1;
  rig.setNow(at(hours));
  const { exitCode, output, errors } = await rig.run("run");
  expect(errors).toBe("");
  return { exitCode, output, open: linesOf(output, "INCOMPLETE") };
}

/** Without what the reports suspect, and how to go on. */
function linesOf(output: string, word: string): readonly string[] {
  const lines = output.matchAll(new RegExp(`^  ${word}: (.*)$`, "gm"));
  return [...lines].map(([, sentence = ""]) => sentence.replace(/ \(suspect.*?\)(?=;|$)/, ""));
}

/** The rows of a report after the last night. */
async function rowsOf(report: string): Promise<readonly Readonly<Record<string, string | null>>[]> {
  const { output } = await rig.run("report", report, "--format", "json");
  return JSON.parse(output);
}

/** The names of the files that say so, as they are after the last night. */
async function incompleteFiles(): Promise<readonly string[]> {
  await rig.run("report");
  return Object.keys(await rig.files()).filter((name) => name.includes("-INCOMPLETE"));
}

/** What is open, as a person would copy it from the reports. */
async function openHandles(): Promise<readonly (readonly [option: string, handle: string])[]> {
  const records = (await rowsOf("gaps")).filter(
    (row) => row["record_key"] !== null && row["accepted_because"] === null,
  );
  const differences = (await rowsOf("reconciliation")).filter(
    (row) => row["status"] === "differs" && row["accepted_because"] === null,
  );
  return [
    ...[...new Set(records.map((row) => row["record_key"] ?? ""))].map((key) => ["--record", key] as const),
    ...differences.map((row) => ["--difference", `${row["check_name"]} ${row["subject"]}`] as const),
  ];
}

async function acceptAll(because: string): Promise<void> {
  for (const [option, handle] of await openHandles()) {
    const outcome = await rig.run("accept", "--account", "main", option, handle, "--because", because);
    expect(outcome).toMatchObject({ exitCode: 0, errors: "" });
    expect(outcome.output).toContain(`: accepted, because ${because}\n`);
  }
}

describe("what is accepted stays so, until it is no longer that", () => {
  test("a night that ends with 3 ends with 0 once all that it shows is accepted", async () => {
    expect((await night()).open).toEqual(
      CASES.filter(({ trouble }) => trouble === null).map(({ open }) => open),
    );
    changes.push(...CASES.flatMap(({ trouble }) => trouble ?? []));
    expect(await night()).toMatchObject({ exitCode: 3, open: CASES.map(({ open }) => open) });
    expect(await incompleteFiles()).toEqual(
      expect.arrayContaining(["gaps-INCOMPLETE.csv", "reconciliation-INCOMPLETE.csv"]),
    );
    await acceptAll("we asked the venue");
    expect(await night()).toMatchObject({ exitCode: 0, open: [] });
  });

  test.each(CASES)(
    "$what: a change opens it again, and no more than that",
    async ({ what, change, openThen }) => {
      changes.push(change);
      expect(await night()).toMatchObject({ exitCode: 3, open: openThen });
      await acceptAll(`${what} changed`);
    },
  );

  test("it is counted apart, and stays in the summary, and the manifest, with its reason; the name of no file says INCOMPLETE", async () => {
    const { exitCode, output, open } = await night();
    expect({ exitCode, open }).toEqual({ exitCode: 0, open: [] });
    expect(output).toContain("NOT PROVEN: of the checks");
    expect(output).toContain("3 DIFFER (3 unexplained; 3 accepted)");
    expect(linesOf(output, "ACCEPTED")).toEqual([
      "income: 1 record is set aside (rewritten); accepted, because rewritten changed",
      "income: 1 record is set aside (rewritten); accepted, because suspense changed",
      "income: 1 record is set aside (vanished); accepted, because vanished changed",
      "income: 1 record is set aside (vanished); accepted, because we asked the venue",
      "suspense: 1 posting of kinds that are not known, together -1 USDT; accepted, because suspense changed",
      "entry_price ETHUSDT BOTH: the books differ from the venue by -2.5; accepted, because difference that stands changed",
      "wallet USDT: the books differ from the venue by 0.885; accepted, because we asked the venue",
      "wallet USDT: the books differ from the venue by 10; accepted, because difference changed",
    ]);
    expect(await incompleteFiles()).toEqual([]);
    const files = await rig.files();
    const { isComplete, incomplete, accepted } = JSON.parse(files["manifest.json"] ?? "");
    expect({ isComplete, incomplete, accepted: accepted.length }).toEqual({
      isComplete: true,
      incomplete: [],
      accepted: 8,
    });
    expect(await rig.run("status")).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining(`
  open items: none
  accepted: 4 records set aside, 3 differences (3 unexplained), 1 entry in suspense
`),
    });
  });
});

test("books made anew keep the decisions, and a close lists what they are about", async () => {
  expect((await rig.run("book", "--from-empty")).exitCode).toBe(0);
  expect(await rig.run("reconcile")).toMatchObject({
    exitCode: 0,
    output:
      "main: reconciled; accepted: 4 records set aside, 3 differences (3 unexplained), 1 entry in suspense\n",
  });
  rig.setNow(parseInstant("2026-06-05T10:00:00Z"));
  await rig.run("sync");
  const closed = await rig.run("close", "2026-05");
  expect(closed).toMatchObject({ exitCode: 0, errors: "" });
  expect(closed.output.match(/^ {2}accepted: .*/gm)).toHaveLength(8);
});

test("a decision that is taken back leaves the item open, and both stay on record", async () => {
  const wallet = ["accept", "--account", "main", "--difference", "wallet USDT"];
  const twice = await rig.run(...wallet, "--undo", "--because", "the bank found it");
  expect(twice).toMatchObject({ exitCode: 2 });
  const [, when] = twice.errors.match(/at (\S+): expected 1050/) ?? [];
  expect(await rig.run(...wallet, "--at", when ?? "", "--undo", "--because", "the bank found it")).toEqual({
    exitCode: 0,
    output: "main wallet USDT: open again, because the bank found it\n",
    errors: "",
  });
  expect((await rig.run("status")).exitCode).toBe(3);
  const kept = await rig.inspect((store) =>
    store.db
      .selectFrom("raw.decision")
      .select(["because", "withdrawn_because"])
      .where("subject", "=", "wallet USDT")
      .orderBy("decision_number")
      .execute(),
  );
  expect(kept).toEqual([
    { because: "we asked the venue", withdrawn_because: "" },
    { because: "difference changed", withdrawn_because: "the bank found it" },
  ]);
});

describe("what cannot be decided is refused with a word, and changes nothing", () => {
  const REFUSED: readonly {
    readonly what: string;
    readonly words: readonly string[];
    readonly message: string;
  }[] = [
    {
      what: "a record that is not there",
      words: ["--record", "TRANSFER/0"],
      message: `perpbooks accept: there is no record TRANSFER/0
  near it: TRANSFER/`,
    },
    {
      what: "a check that is not there",
      words: ["--difference", "wallet BTC"],
      message: `perpbooks accept: there is no check wallet BTC
  nothing was changed
  next: see \`perpbooks report reconciliation\`: the check's name, a blank, and its subject`,
    },
    {
      what: "a check that does not differ",
      words: ["--difference", "record_count records"],
      message: `perpbooks accept: record_count records does not differ
  nothing was changed`,
    },
    {
      what: "another instant than the difference's",
      words: ["--difference", "wallet USDT", "--at", "2026-05-29T00:00:00Z"],
      message: "perpbooks accept: wallet USDT does not differ at this instant\n",
    },
    {
      what: "an instant that is none",
      words: ["--difference", "wallet USDT", "--at", "yesterday"],
      message: 'perpbooks accept: --at "yesterday" is no instant\n',
    },
    {
      what: "two handles at once, and no reason",
      words: ["--record", "x", "--difference", "wallet USDT", "--because", " "],
      message: `perpbooks accept: one of --record, --difference and --price is needed, and only one; --because gives no reason
  nothing was changed
  next: perpbooks accept --account NAME --record KEY --because "…", or --difference "CHECK_NAME SUBJECT", or --price ASSET
`,
    },
    {
      what: "an instant of a record",
      words: ["--record", "x", "--at", "2026-05-29"],
      message: "perpbooks accept: --at is for --difference only\n",
    },
  ];

  test.each(REFUSED)("$what", async ({ words, message }) => {
    const because = words.includes("--because") ? [] : ["--because", "it is so"];
    const outcome = await rig.run("accept", "--account", "main", ...words, ...because);
    expect(outcome).toMatchObject({ exitCode: 2, output: "", errors: expect.stringContaining(message) });
    expect(outcome.errors).toContain("nothing was changed");
  });

  test("what is in order, what is accepted already, and what no decision is in force on", async () => {
    const [key, bought] = await rig.inspect(async ({ db }) => {
      const records = db.selectFrom("raw.record").select("record_key");
      const suspense = await records.where("record_key", "like", "LIEN_CLAIM/%").executeTakeFirstOrThrow();
      const fill = await records.where("stream", "=", "fills").executeTakeFirstOrThrow();
      return [suspense.record_key, fill.record_key];
    });
    const accept = (...words: string[]) => rig.run("accept", "--account", "main", ...words, "--because", "x");
    expect(
      (await accept("--record", bought)).errors,
    ).toBe(`perpbooks accept: the record ${bought} has no open item
  nothing was changed
  next: see \`perpbooks report gaps\`
`);
    expect((await accept("--record", key)).errors).toBe(`perpbooks accept: ${key} is accepted already
  income ${key} rewritten: because suspense changed
  income ${key} suspense: because suspense changed
  nothing was changed
  next: nothing; --undo opens it again
`);
    const traced = await rig.run("trace", "record", key);
    expect(traced.output).toContain("set aside, rewritten: the venue changed income");
    expect(traced.output).toContain("; accepted, because suspense changed\n");
    expect((await accept("--record", key, "--undo")).exitCode).toBe(0);
    expect(
      (await accept("--record", key, "--undo")).errors,
    ).toBe(`perpbooks accept: no decision on ${key} is in force
  nothing was changed
  next: see \`perpbooks status\`; a decision does not hold for what has changed since
`);
    const { length } = await rig.inspect(({ db }) => db.selectFrom("raw.decision").select("seen").execute());
    expect(length).toBe(11);
  });
});
