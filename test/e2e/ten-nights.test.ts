/**
 * Ten nights of each venue as cron plays them: what the mail says first, and what `status` says in the
 * morning. A quiet account without `since` and with money from before its history beside a busy one with it;
 * a reporting currency, whose rates lag; a contract that is delisted, a row that comes late, and one of an
 * unknown kind, which a person accepts after four nights.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseInstant, startOf } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { generateEdgexWorld } from "../../src/simulator/edgex/world/generate.ts";
import type { EdgexWorld } from "../../src/simulator/edgex/world/world.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { newEdgexRig } from "../support/edgex-rig.ts";
import { newRig, type Outcome } from "../support/rig.ts";
import { longTest } from "../support/sample.ts";
import { type AccountScript, scriptedWorld, withIncomes } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

/** Tuesday, at the hour of the cron job. The weekend is the fifth and the sixth night. */
const FIRST = parseInstant("2026-05-05T03:17:00Z");
const NIGHTS = Array.from({ length: 10 }, (_, nth) => plus(FIRST, nth * DAY_MS));
const day = (nth: number, hours = 0): Instant =>
  plus(parseInstant("2026-05-05T00:00:00Z"), nth * DAY_MS + hours * HOUR_MS);

const CURRENCY = `reportingCurrency: EUR
pegs:
  - { asset: USDT, currency: USD, price: 1, because: redeemed at par by its issuer }
  - { asset: USDC, currency: USD, price: 1, because: redeemed at par by its issuer }
`;

/**
 * The ECB's file as a job fetches it at noon of the day before: two nights behind, without weekends and the
 * first of May.
 */
function ratesBefore(night: Instant): string {
  const days = Array.from({ length: 500 }, (_, ago) => plus(night, -(ago + 2) * DAY_MS))
    .filter((at) => !isWeekend(at) && formatInstant(at).slice(5, 10) !== "05-01")
    .map((at) => formatInstant(at).slice(0, 10));
  return ["Date,USD,", ...days.map((date) => `${date},1.25,`), ""].join("\n");
}

function isWeekend(at: Instant): boolean {
  return plus(startOf(at, "week", "UTC"), 5 * DAY_MS) <= at;
}

type Nightly = {
  readonly folder: string;
  setNow(now: Instant): void;
  run(...words: string[]): Promise<Outcome>;
  runUnwatched(...words: string[]): Promise<Outcome>;
};

/**
 * Ten nights in lines: the date, the exit code, the first line of the mail, and what status says of each
 * account; `mornings` what the person does then.
 */
async function tenNights(rig: Nightly, mornings: typeof MORNINGS): Promise<string[]> {
  const lines: string[] = [];
  for (const [nth, night] of NIGHTS.entries()) {
    rig.setNow(night);
    await writeFile(join(rig.folder, "rates.csv"), ratesBefore(night));
    const imported = await rig.run("price", "import", "rates.csv", "--kind", "ecb");
    expect(imported).toMatchObject({ exitCode: 0, errors: "" });
    const { exitCode, output, errors } = await rig.runUnwatched("run");
    const [first = ""] = errors.split("\n");
    if (exitCode === 0)
      expect(`${output}${errors}`, "a night after which nothing is open is silent").toBe("");
    const status = await rig.run("status");
    expect(status.exitCode, "status and run agree on what needs a person").toBe(exitCode);
    const told = [...status.output.matchAll(/^(\w+) on |^ {2}((?:open items|accepted): .*)$/gm)].map(
      ([, account, text]) => account ?? text ?? "",
    );
    lines.push(`${formatInstant(night).slice(0, 10)} | ${exitCode} | ${first} | ${told.join("; ")}`);
    for (const words of mornings[nth] ?? []) {
      for (const full of await inFull(rig, words))
        expect(await rig.run(...full), full.join(" ")).toMatchObject({ exitCode: 0, errors: "" });
    }
  }
  return lines;
}

/**
 * Commands with the whole key of a record for its beginning, and for each difference that is open, as a
 * person copies them from the reports.
 */
async function inFull(rig: Nightly, words: readonly string[]): Promise<readonly (readonly string[])[]> {
  const [record, difference] = ["--record", "--difference"].map((option) => words.indexOf(option) + 1);
  const rows = async (report: string) => {
    const { output } = await rig.run("report", report, "--format", "json");
    return JSON.parse(output) as readonly Readonly<Record<string, string | null>>[];
  };
  if (record !== undefined && record > 0) {
    const keys = (await rows("gaps")).map((row) => row["record_key"] ?? "");
    const key = keys.find((one) => one.startsWith(words[record] ?? ""));
    return [words.with(record, key ?? expect.unreachable(`no record key begins with ${words[record]}`))];
  }
  if (difference === undefined || difference === 0) return [words];
  return (await rows("reconciliation"))
    .filter((row) => row["status"] === "differs" && words.includes(row["account"] ?? ""))
    .map((row) => [
      ...words.with(difference, `${row["check_name"]} ${row["subject"]}`),
      "--at",
      row["checked_at"] ?? "",
    ]);
}

const quiet: AccountScript = {
  name: "quiet",
  play: (account) => account.cash(day(-400), "TRANSFER", "250"),
};
const busy: AccountScript = {
  name: "busy",
  play: (account) => {
    account.cash(day(-2), "TRANSFER", "1000");
    // After midnight, when no rate of the day is known, and at noon.
    for (let nth = -1; nth < 10; nth += 1) {
      account.trade(day(nth, 0.5), "BUY 1 BTCUSDT at 100", { fee: "0.05" });
      if (nth === 1)
        account
          .trade(day(nth, 6), "BUY 1 ETHUSDT at 20", { fee: "0.01" })
          .trade(day(nth, 7), "SELL 1 ETHUSDT at 21", { fee: "0.0105" });
      if (nth === 2) account.cash(day(nth, 9), "LIEN_CLAIM", "-3");
      if (nth === 7) account.cash(day(nth, 8), "WELCOME_BONUS", "12.5");
      account.trade(day(nth, 12), "SELL 1 BTCUSDT at 101", { fee: "0.0505" });
    }
  },
};

const LATE_MS = 30 * HOUR_MS;
function familyWorld(): World {
  const world = withIncomes(scriptedWorld([quiet, busy]), (row) =>
    row.incomeType === "WELCOME_BONUS" ? { ...row, lateBy: LATE_MS } : row,
  );
  const instruments = world.instruments.map((one) =>
    one.symbol === "ETHUSDT" ? { ...one, delisting: { at: day(3), leaves: "closed" as const } } : one,
  );
  return { ...world, instruments };
}

/** After three nights in a row the person has looked into what is open. */
const MORNINGS: Readonly<Record<number, readonly (readonly string[])[]>> = {
  5: [
    ["accept", "--account", "busy", "--record", "LIEN_CLAIM", "--because", "the venue explained it"],
    [
      "gap",
      "accept",
      "--account",
      "busy",
      "--symbol",
      "ETHUSDT",
      "--period",
      "2026-05-07..2026-05-08",
      "--because",
      "nothing was traded",
    ],
  ],
};

/**
 * What both venues of the family come to; what comes late is missed by the first wallet behind it, and found
 * the next night. A gap of a symbol that is gone ends where the venue first refused it; `importing` is what a
 * venue has whose files can be imported.
 */
function familyNights(importing: string): string[] {
  const settled = `${importing}where nothing is missing, perpbooks gap accept --account busy --symbol ETHUSDT --period 2026-05-07..2026-05-08 --because "…"`;
  return [
    "2026-05-05 | 0 |  | quiet; open items: none; busy; open items: none",
    "2026-05-06 | 0 |  | quiet; open items: none; busy; open items: none",
    "2026-05-07 | 0 |  | quiet; open items: none; busy; open items: none",
    `2026-05-08 | 3 | 3, open items: busy: 2 gaps; next: ${settled} | quiet; open items: none; busy; open items: 2 gaps, 1 entry in suspense`,
    `2026-05-09 | 3 | 3, open items: busy: 2 gaps; next: ${settled} | quiet; open items: none; busy; open items: 2 gaps, 1 entry in suspense`,
    `2026-05-10 | 3 | 3, open items: busy: 2 gaps since 2026-05-08; next: ${settled} | quiet; open items: none; busy; open items: 2 gaps since 2026-05-08, 1 entry in suspense since 2026-05-08`,
    "2026-05-11 | 0 |  | quiet; open items: none; busy; open items: none; accepted: 1 entry in suspense",
    "2026-05-12 | 0 |  | quiet; open items: none; busy; open items: none; accepted: 1 entry in suspense",
    "2026-05-13 | 3 | 3, open items: busy: 1 difference (1 late row); next: perpbooks report reconciliation | quiet; open items: none; busy; open items: 1 difference (1 late row); accepted: 1 entry in suspense",
    "2026-05-14 | 0 |  | quiet; open items: none; busy; open items: none; accepted: 1 entry in suspense",
  ];
}

async function change(folder: string, edit: (text: string) => string): Promise<void> {
  const path = join(folder, "perpbooks.yaml");
  await writeFile(path, edit(await readFile(path, "utf8")));
}

const withSince = (text: string) =>
  text.replace("  - name: busy\n", "  - name: busy\n    since: 2026-05-01\n");

test("Binance: a quiet account is silent from the first night on; what is open rings until a person has looked into it", {
  timeout: 240_000,
}, async () => {
  const rig = await newBinanceRig({
    kind: QUICK_KIND,
    world: familyWorld(),
    now: FIRST,
    since: null,
    reports: "at the end",
  });
  await change(rig.folder, (text) => CURRENCY + withSince(text));
  expect(await tenNights(rig, MORNINGS)).toEqual(familyNights("perpbooks import FILE --account busy; or, "));
  expect((await rig.run("report")).exitCode).toBe(0);
  const { reportingCurrency } = JSON.parse(await readFile(join(rig.folder, "out", "manifest.json"), "utf8"));
  expect(reportingCurrency, "what is not published yet is a remark that says until when").toEqual({
    incomplete: [],
    accepted: [],
    remarks: [
      "busy: 4 amounts in USDT have no price yet (the first at 2026-05-13T00:30:00.000Z): no price of USD in EUR for that time; it is due by 2026-05-14T14:00:00.000Z",
    ],
  });
  await rig.close();
});

longTest("Aster, V1 and V3: the same", { timeout: 240_000 }, async () => {
  const rig = await newRig({
    kind: QUICK_KIND,
    world: familyWorld(),
    now: FIRST,
    accountLines: [],
    v3Account: "busy",
    reports: "at the end",
  });
  await change(rig.folder, (text) => CURRENCY + withSince(text));
  expect(await tenNights(rig, MORNINGS)).toEqual(familyNights(""));
  await rig.close();
});

/**
 * A withdrawal of the fourth day never shows, and the last event before the eighth night shows six hours
 * behind that.
 */
function edgexWorld(): EdgexWorld {
  const world = generateEdgexWorld({
    seed: "ten nights",
    from: day(-26),
    until: day(11),
    fills: 24,
    accounts: [
      { name: "busy", generation: "v1" },
      { name: "quiet", generation: "v2" },
    ],
  });
  const night = NIGHTS[7] ?? FIRST;
  const accounts = world.accounts.map((account) => {
    if (account.name === "quiet") return { ...account, events: account.events.slice(0, 1) };
    const late = account.events.findLast(({ createdAt }) => createdAt < night);
    const never = account.events.find(({ collateral }) => collateral.transferReason === "FAST_WITHDRAW");
    const lateBy = new Map([
      [late, plus(night, 6 * HOUR_MS) - (late?.createdAt ?? night)],
      [never, 100 * DAY_MS],
    ]);
    return {
      ...account,
      events: account.events.map((event) => ({ ...event, lateBy: lateBy.get(event) ?? 0 })),
    };
  });
  return { ...world, accounts };
}

longTest(
  "edgeX, V1 and V2: the same, where a row never comes and another is late",
  {
    timeout: 240_000,
  },
  async () => {
    const rig = await newEdgexRig({
      kind: QUICK_KIND,
      world: edgexWorld(),
      now: FIRST,
      since: "2026-04-01",
      reports: "at the end",
    });
    await change(rig.folder, (text) => {
      const [others, own = ""] = text.split("  - name: quiet");
      return `${CURRENCY}${others}  - name: quiet${own.replace(/ {4}since: .*\n/, "")}`;
    });
    expect(
      await tenNights(rig, {
        6: [["accept", "--account", "busy", "--difference", "all", "--because", "the venue owes it"]],
      }),
    ).toEqual([
      "2026-05-05 | 0 |  | busy; open items: none; quiet; open items: none",
      "2026-05-06 | 0 |  | busy; open items: none; quiet; open items: none",
      "2026-05-07 | 0 |  | busy; open items: none; quiet; open items: none",
      "2026-05-08 | 0 |  | busy; open items: none; quiet; open items: none",
      "2026-05-09 | 3 | 3, open items: busy: 7 differences (7 unexplained); next: perpbooks report reconciliation | busy; open items: 7 differences (7 unexplained); quiet; open items: none",
      "2026-05-10 | 3 | 3, open items: busy: 7 differences (7 unexplained); next: perpbooks report reconciliation | busy; open items: 7 differences (7 unexplained); quiet; open items: none",
      "2026-05-11 | 3 | 3, open items: busy: 7 differences (7 unexplained) since 2026-05-09; next: perpbooks report reconciliation | busy; open items: 7 differences (7 unexplained) since 2026-05-09; quiet; open items: none",
      "2026-05-12 | 3 | 3, open items: busy: 8 differences (8 unexplained); next: perpbooks report reconciliation | busy; open items: 8 differences (8 unexplained); accepted: 7 differences (7 unexplained); quiet; open items: none",
      "2026-05-13 | 0 |  | busy; open items: none; accepted: 7 differences (7 unexplained); quiet; open items: none",
      "2026-05-14 | 0 |  | busy; open items: none; accepted: 7 differences (7 unexplained); quiet; open items: none",
    ]);
    await rig.close();
  },
);
