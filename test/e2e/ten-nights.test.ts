/**
 * Ten nights of each venue as cron plays them: what the mail says first, and what `status` says in the morning. A quiet account without `since` and with money
 * from before its history beside a busy one with it; a reporting currency, whose rates lag; a contract that is delisted, a row that comes late, and one
 * of an unknown kind, which a person accepts after four nights.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  DAY_MS,
  formatInstant,
  HOUR_MS,
  type Instant,
  later,
  parseInstant,
} from "../../src/domain/instant.ts";
import type { World } from "../../src/simulator/world.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { newRig, type Outcome } from "../support/rig.ts";
import { type AccountScript, scriptedWorld, withIncomes } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

/** Tuesday, at the hour of the cron job. The weekend is the fifth and the sixth night. */
const FIRST = parseInstant("2026-05-05T03:17:00Z");
const NIGHTS = Array.from({ length: 10 }, (_, nth) => later(FIRST, nth * DAY_MS));
const day = (nth: number, hours = 0): Instant =>
  later(parseInstant("2026-05-05T00:00:00Z"), nth * DAY_MS + hours * HOUR_MS);

const CURRENCY = `reportingCurrency: EUR
pegs:
  - { asset: USDT, currency: USD, price: 1, because: redeemed at par by its issuer }
`;

/** The ECB's file as a job fetches it at noon of the day before: two nights behind, without weekends and the first of May. */
function ratesBefore(night: Instant): string {
  const days = Array.from({ length: 20 }, (_, ago) => later(night, -(ago + 2) * DAY_MS))
    .map((at) => formatInstant(at).slice(0, 10))
    .filter((date) => !["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-09", "2026-05-10"].includes(date))
    .filter((date) => !["2026-04-18", "2026-04-19", "2026-04-25", "2026-04-26"].includes(date));
  return ["Date,USD,", ...days.map((date) => `${date},1.25,`), ""].join("\n");
}

type Nightly = {
  readonly folder: string;
  setNow(now: Instant): void;
  run(...words: string[]): Promise<Outcome>;
  runUnwatched(...words: string[]): Promise<Outcome>;
};

/** Ten nights in lines: the date, the exit code, the first line of the mail, and what status says of each account; `morning` is what the person does then. */
async function tenNights(
  rig: Nightly,
  morning: Readonly<Record<number, readonly string[]>>,
): Promise<string[]> {
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
    const told = [...status.output.matchAll(/^(\w+) on |^ {2}((?:needs attention|accepted): .*)$/gm)].map(
      ([, account, text]) => account ?? text ?? "",
    );
    lines.push(`${formatInstant(night).slice(0, 10)} | ${exitCode} | ${first} | ${told.join("; ")}`);
    const words = morning[nth];
    if (words !== undefined) expect(await rig.run(...words)).toMatchObject({ exitCode: 0, errors: "" });
  }
  return lines;
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
          .trade(day(nth, 7), "SELL 1 ETHUSDT at 21", { fee: "0.01" });
      if (nth === 2) account.cash(day(nth, 9), "LIEN_CLAIM", "-3");
      if (nth === 7) account.cash(day(nth, 8), "WELCOME_BONUS", "12.5");
      account.trade(day(nth, 12), "SELL 1 BTCUSDT at 101", { fee: "0.05" });
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

async function change(folder: string, edit: (text: string) => string): Promise<void> {
  const path = join(folder, "perpbooks.yaml");
  await writeFile(path, edit(await readFile(path, "utf8")));
}

const withSince = (text: string) =>
  text.replace("  - name: busy\n", "  - name: busy\n    since: 2026-05-01\n");

test("Binance", { timeout: 240_000 }, async () => {
  const rig = await newBinanceRig({ kind: QUICK_KIND, world: familyWorld(), now: FIRST, since: null });
  await change(rig.folder, (text) => CURRENCY + withSince(text));
  expect(await tenNights(rig, {})).toEqual([]);
  await rig.close();
});

test("Aster", { timeout: 240_000 }, async () => {
  const rig = await newRig({
    kind: QUICK_KIND,
    world: familyWorld(),
    now: FIRST,
    accountLines: [],
    v3Account: "busy",
  });
  await change(rig.folder, (text) => CURRENCY + withSince(text));
  expect(await tenNights(rig, {})).toEqual([]);
  await rig.close();
});
