/**
 * `perpbooks download`: files that the venue makes on request, of an allowance that is never spent by
 * accident.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rehearsalClock } from "../../src/clock.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import type { DownloadRow } from "../../src/store/tables.ts";
import { expectTruth } from "../support/auditor.ts";
import {
  type BinanceRig,
  type BinanceRigOptions,
  newBinanceRig,
  withoutHidden,
} from "../support/binance-rig.ts";
import { makeHarmfulProxy } from "../support/harmful-proxy.ts";
import { makeBooks } from "../support/make-books.ts";
import { newRig } from "../support/rig.ts";
import { heavyKinds, QUICK_KIND } from "../support/stores.ts";
import { says, startLoopback } from "../unit/http/loopback.ts";

const FROM = parseInstant("2026-02-02T00:00:00Z");
const NOW = parseInstant("2026-06-01T09:30:00Z");
/** When the account was synced for the first time: its last two days had not settled. */
const FIRST = parseInstant("2026-02-22T09:30:00Z");
const SERVED_FROM = plus(NOW, -89 * DAY_MS + 10 * MINUTE_MS);
const MARGIN_SERVED_FROM = plus(NOW, -29 * DAY_MS + 10 * MINUTE_MS);

function world(fills: number, until = NOW): World {
  return generateWorld({
    seed: "download",
    from: FROM,
    until,
    fills,
    venue: "binance",
    symbols: ["BTCUSDT", "ETHUSDT", "BNBUSDT"],
    accounts: [{ name: "main" }],
    burstFills: 6,
  });
}

/** Equal rows are real rows: each kickback comes twice, wherever a span's edge may lie. */
function withTwins({ accounts, ...rest }: World): World {
  return {
    ...rest,
    accounts: accounts.map((account) => ({
      ...account,
      incomes: account.incomes.flatMap((row) =>
        row.incomeType === "REFERRAL_KICKBACK" ? [row, row] : [row],
      ),
    })),
  };
}

const WORLD = withTwins(world(300));
const SMALL = world(40);

/** What is waited for before a file's state is queried again for the first time: by then its id is stored. */
const FIRST_POLL = 30 * SECOND_MS;

const ASKS = ["/fapi/v1/income/asyn", "/fapi/v1/trade/asyn"];

/** What was spent so far: the asks, by path and span. */
function downloadRequestsOf({ simulator }: BinanceRig): string[] {
  return simulator
    .requests()
    .filter((request) => ASKS.includes(request.path))
    .map(({ path, params, status }) => `${path} ${params["startTime"]}-${params["endTime"]} ${status}`);
}

function rowsOf(rig: BinanceRig): Promise<DownloadRow[]> {
  return rig.inspect((store) =>
    store.db.selectFrom("raw.download").selectAll().orderBy("requested_at").orderBy("stream").execute(),
  );
}

/** Sets the first day of the account's books a week back. */
async function beginEarlier(rig: BinanceRig): Promise<void> {
  const text = await readFile(join(rig.folder, "perpbooks.yaml"), "utf8");
  await rig.write("perpbooks.yaml", text.replace("since: 2026-02-09", "since: 2026-02-02"));
}

const WHOLE = ["download", "--account", "main", "--from", "2026-02-02", "--until", "2026-06-01"];

for (const kind of heavyKinds("PGlite")) {
  describe(`on ${kind}`, () => {
    test("the whole way: shown, requested once, waited for, loaded, and the books are those of the whole world", async () => {
      // The books began a week late, and begin earlier since, so that one file must reach over what the first
      // sync has read.
      const rig = await newBinanceRig({ kind, world: WORLD, now: FIRST, since: "2026-02-09" });
      await rig.run("sync");
      await beginEarlier(rig);
      rig.setNow(NOW);
      expect((await rig.run("run")).exitCode).toBe(3);

      rig.setNow(plus(NOW, HOUR_MS));
      const before = rig.simulator.requests().length;
      const shown = await rig.run(...WHOLE);
      expect(shown).toMatchObject({ exitCode: 0, errors: "" });
      expect(
        shown.output,
      ).toBe(`main income: 0 of 5 requests of 2026-06 spent from here; those on Binance USDⓈ-M's web site count too
  to request: [2026-02-02T00:00:00.000Z, 2026-03-03T16:00:01.000Z)
main fills: 0 of 5 requests of 2026-06 spent from here; those on Binance USDⓈ-M's web site count too
  to request: [2026-02-02T00:00:00.000Z, 2026-03-04T09:40:01.000Z)
nothing was sent; with --spend it requests them, and goes on with what is under way
`);
      expect(rig.simulator.requests().length, "without --spend nothing is sent at all").toBe(before);

      const done = await rig.run(...WHOLE, "--spend", "--log", "-");
      expect(done).toMatchObject({ exitCode: 0, errors: "" });
      expect(done.output).toContain("next: perpbooks run");
      expect(downloadRequestsOf(rig)).toHaveLength(2);
      const [wait = 0, ...polls] = rig.waits();
      expect(wait, "requests are a minute apart").toBeGreaterThanOrEqual(MINUTE_MS - 1000);
      expect(polls).toEqual([30_000, 60_000]);
      expect(done.log, "the link is all it takes to have the file").not.toContain("/downloads/");
      const rows = await rowsOf(rig);
      expect(rows.map((row) => [row.stream, row.outcome])).toEqual([
        ["income", "loaded"],
        ["fills", "loaded"],
      ]);
      expect(JSON.stringify(rows)).not.toContain("/downloads/");

      const after = rig.simulator.requests().length;
      const again = await rig.run(...WHOLE, "--spend");
      expect(again.exitCode).toBe(0);
      expect(again.output).toContain("nothing to request");
      expect(rig.simulator.requests().length).toBe(after);

      await makeBooks(rig);
      await rig.inspect(async (store) => {
        expect(await store.db.selectFrom("raw.set_aside").selectAll().execute()).toEqual([]);
        const gaps = await store.db.selectFrom("raw.gap").select("stream").distinct().execute();
        expect(gaps.map((gap) => gap.stream).toSorted()).toEqual(["forced_orders", "margin_changes"]);
        await expectTruth(store, asKept(WORLD), rig.now());
        const differing = store.db
          .selectFrom("ledger.reconciliation")
          .selectAll()
          .where("status", "=", "differs");
        expect(await differing.execute()).toEqual([]);
      });
      await rig.close();
    });
  });
}

for (const kind of heavyKinds("Postgres")) {
  describe(`on ${kind}`, () => {
    test("killed when the id was stored, it goes on with the same file and requests no other", async () => {
      const rig = await synced({ kind });
      const killed = await rig.runInterrupted(FIRST_POLL, ...WHOLE, "--stream", "fills", "--spend");
      expect(killed.exitCode).toBe(1);
      expect(downloadRequestsOf(rig)).toHaveLength(1);
      const [row] = await rowsOf(rig);
      expect(row).toMatchObject({ stream: "fills", outcome: null });
      expect(row?.download_id).toMatch(/^\d+$/);

      rig.setNow(plus(rig.now(), 2 * HOUR_MS));
      const shown = await rig.run(...WHOLE, "--stream", "fills");
      expect(shown.output).toContain(
        `  under way: [2026-02-02T00:00:00.000Z, 2026-03-04T09:40:01.000Z), requested at `,
      );
      expect(shown.output).not.toContain("to request");
      expect(await rig.run(...WHOLE, "--stream", "fills", "--spend")).toMatchObject({
        exitCode: 0,
        errors: "",
      });
      expect(downloadRequestsOf(rig)).toHaveLength(1);
      expect(await rowsOf(rig)).toMatchObject([{ download_id: row?.download_id, outcome: "loaded" }]);
      await rig.close();
    });

    test("the allowance of a month is never exceeded, and the next month has its own", async () => {
      const rig = await synced({ kind });
      const spent = (day: number, outcome: string | null, download_id: string | null): DownloadRow => ({
        account_id: "main",
        stream: "income",
        from_time: "2025-01-01T00:00:00.000Z",
        until_time: "2025-02-01T00:00:00.000Z",
        requested_at: formatInstant(plus(parseInstant("2026-06-01T00:00:00Z"), day * MINUTE_MS)),
        download_id,
        ready_until: null,
        loaded_at: null,
        outcome,
      });
      await rig.inspect((store) =>
        store.db
          .insertInto("raw.download")
          .values([
            spent(1, "loaded", "1"),
            spent(2, "loaded", "2"),
            spent(3, "expired", "3"),
            spent(4, null, "4"),
            spent(5, null, null),
          ])
          .execute(),
      );
      const words = [...WHOLE, "--stream", "income"];
      expect(
        (await rig.run(...words)).output,
      ).toBe(`main income: 5 of 5 requests of 2026-06 spent from here, 1 of them without an answer; those on Binance USDⓈ-M's web site count too
  not this month: [2026-02-02T00:00:00.000Z, 2026-03-03T16:00:16.000Z)
nothing was sent; with --spend it requests them, and goes on with what is under way
`);
      const refused = await rig.run(...words, "--spend");
      expect(refused.exitCode).toBe(3);
      expect(refused.output).toContain(
        "main income: the allowance of 2026-06 is spent; run the same command again next month",
      );
      expect(downloadRequestsOf(rig)).toEqual([]);
      rig.setNow(parseInstant("2026-07-01T00:00:00Z"));
      expect(await rig.run(...words, "--spend")).toMatchObject({ exitCode: 0, errors: "" });
      expect(downloadRequestsOf(rig)).toHaveLength(1);
      await rig.close();
    });
  });
}

/**
 * Margin changes and forced orders are in no file: what neither of the two syncs could see is not in the
 * books.
 */
function asKept(whole: World): World {
  const first = withoutHidden(whole, {
    margin: parseInstant("2026-02-09T00:00:00Z"),
    forced: parseInstant("2026-02-09T00:00:00Z"),
  });
  return {
    ...first,
    accounts: first.accounts.map((account) => ({
      ...account,
      marginChanges: account.marginChanges.filter(
        (row) => row.occurredAt <= FIRST || row.occurredAt >= MARGIN_SERVED_FROM,
      ),
      forcedOrders: account.forcedOrders.filter(
        (row) => row.occurredAt <= FIRST || row.occurredAt >= SERVED_FROM,
      ),
    })),
  };
}

async function synced(
  options: Partial<BinanceRigOptions> & Pick<BinanceRigOptions, "kind">,
): Promise<BinanceRig> {
  const rig = await newBinanceRig({ world: SMALL, now: NOW, since: "2026-02-02", ...options });
  await rig.run("sync");
  rig.setNow(plus(NOW, HOUR_MS));
  return rig;
}

describe("what goes wrong costs nothing more", () => {
  const ONE = [...WHOLE, "--stream", "income", "--spend"];
  const WHERE = "main download of income [2026-02-02T00:00:00.000Z, 2026-03-03T16:00:16.000Z)";

  test("a request whose answer is lost is not sent again by itself, and counts", async () => {
    const proxy = makeHarmfulProxy();
    const rig = await synced({ kind: QUICK_KIND, proxy });
    proxy.harm(({ path }) => (ASKS.includes(path) ? { kind: "cut" } : null));
    const outcome = await rig.run(...ONE);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.errors).toContain(
      `${WHERE}: the venue's answer never came\n  last: the connection was lost\n`,
    );
    expect(downloadRequestsOf(rig)).toHaveLength(1);
    expect(await rowsOf(rig)).toMatchObject([{ download_id: null, outcome: null }]);
    proxy.harm(null);
    expect((await rig.run(...WHOLE, "--stream", "income")).output).toContain(
      "1 of 5 requests of 2026-06 spent from here, 1 of them without an answer",
    );
    await rig.close();
  });

  test("a request that the venue refuses does not count", async () => {
    const rig = await synced({ kind: QUICK_KIND, simulator: { downloads: { perMonth: 0 } } });
    const outcome = await rig.run(...ONE);
    expect(outcome).toMatchObject({ exitCode: 1 });
    expect(outcome.errors.trimEnd()).toBe(`${WHERE}: the venue refused to make a file
  HTTP 400, code -4499: {"code":-4499,"msg":"The limit of 0 downloads per month has been reached."}
  what was loaded before is safe
  the request is not counted here
  next: if the month's allowance is used up, as downloads on the venue's web site count too: run the same command again next month; else download the file on the web site, and give it to perpbooks import`);
    expect(await rowsOf(rig)).toEqual([]);
    await rig.close();
  });

  test("a link that has expired is named, and only the next command requests it again", async () => {
    const rig = await synced({
      kind: QUICK_KIND,
      simulator: { downloads: { linkLifetime: 0, pollsUntilReady: 0 } },
    });
    const outcome = await rig.run(...ONE);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.errors).toMatch(
      /: the venue no longer has the file: its link has expired before it was fetched\n {2}it was requested at \S+\n {2}nothing was loaded from it, nothing was requested instead, and other files are not affected\n {2}next: run the same command again: with --spend it requests the file again, which costs another request\n$/,
    );
    expect(downloadRequestsOf(rig)).toHaveLength(1);
    expect(await rowsOf(rig)).toMatchObject([{ outcome: "expired" }]);
    expect((await rig.run(...WHOLE, "--stream", "income")).output).toContain("to request");
    await rig.close();
  });

  test("a file that is not ready when the patience is over stays requested", async () => {
    const rig = await synced({ kind: QUICK_KIND, simulator: { downloads: { pollsUntilReady: 60 } } });
    const outcome = await rig.run(...ONE);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.errors).toContain("main download: the venue is still making 1 file after 3 h 5");
    expect(outcome.errors).toContain(
      "next: run the same command again: it goes on with the same files, and requests none of them again",
    );
    expect(Math.max(...rig.waits())).toBe(5 * MINUTE_MS);
    expect((await rig.run(...ONE)).exitCode).toBe(0);
    expect(downloadRequestsOf(rig)).toHaveLength(1);
    await rig.close();
  });

  test.each([
    [
      "failed",
      /"status":"\w+"/,
      '"status":"failed"',
      /the state of file \d+ cannot be read: "status": completed or processing was expected, found "failed"/,
    ],
    [
      "a link over plain http",
      /"url":"[^"]+"/,
      '"url":"http://files.invalid/secret.zip"',
      /^GET a file of files\.invalid: the link is not an https:\/\/ address/,
    ],
    [
      "a link that nobody honours",
      /(\d+)\.zip/,
      "x$1.zip",
      /the file could not be fetched by the link that the venue gave\n {2}HTTP 403/,
    ],
  ])("%s: the file stays requested, and the link is not shown", async (_, pattern, replacement, message) => {
    const proxy = makeHarmfulProxy();
    const rig = await synced({ kind: QUICK_KIND, proxy });
    proxy.harm(({ path }) =>
      path.endsWith("/asyn/id")
        ? { kind: "rewrite", change: (body) => body.replace(pattern, replacement) }
        : null,
    );
    const outcome = await rig.run(...ONE, "--log", "-");
    expect(outcome.exitCode).toBe(1);
    expect(outcome.errors).toMatch(message);
    expect(outcome.log).not.toMatch(/\.zip/);
    proxy.harm(null);
    expect((await rig.run(...ONE)).exitCode).toBe(0);
    expect(downloadRequestsOf(rig)).toHaveLength(1);
    await rig.close();
  });

  test("an answer without an id counts as a request that was made", async () => {
    const proxy = makeHarmfulProxy();
    const rig = await synced({ kind: QUICK_KIND, proxy });
    proxy.harm(({ path }) =>
      ASKS.includes(path) ? { kind: "rewrite", change: () => '{"downloadId":""}' } : null,
    );
    const outcome = await rig.run(...ONE);
    expect(outcome.exitCode).toBe(1);
    expect(
      outcome.errors,
    ).toBe(`binance-usdm download of income: an id of the file was expected ("downloadId": text was expected, found "")
  the answer begins: {"downloadId":""}
  the venue may have counted this request, so it counts here too; nothing was loaded
  next: run the same command again; if it persists, the venue has changed its answer: report it
`);
    expect(await rowsOf(rig)).toMatchObject([{ download_id: null, outcome: null }]);
    await rig.close();
  });

  test("a link at which nobody is well is tried again, and then by the next command", async () => {
    const proxy = makeHarmfulProxy();
    const rig = await synced({ kind: QUICK_KIND, proxy });
    const { baseUrl, received } = await startLoopback(rehearsalClock(NOW), [says(503, "busy")]);
    proxy.harm(({ path }) =>
      path.endsWith("/asyn/id")
        ? {
            kind: "rewrite",
            change: (body) => body.replace(/"url":"[^"]+"/, `"url":"${baseUrl}/secret.zip"`),
          }
        : null,
    );
    const outcome = await rig.run(...ONE);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.errors).toBe(`${WHERE}: the file could not be fetched in 4 tries
  last: the file could not be fetched by the link that the venue gave
  HTTP 503
  nothing was loaded from it; its request stands, and is not repeated
  next: run the same command again while the venue keeps the file, which is a day
`);
    expect(received).toHaveLength(4);
    proxy.harm(null);
    expect((await rig.run(...ONE)).exitCode).toBe(0);
    expect(downloadRequestsOf(rig)).toHaveLength(1);
    await rig.close();
  });

  test("a file that cannot be loaded as it is was paid for: it is kept", async () => {
    const rig = await synced({
      kind: QUICK_KIND,
      simulator: { downloads: { transactions: "T2", csv: { utcOffsetMinutes: 180 } } },
    });
    // The zone in the name is right, so it loads by that; another one of the user's own is refused.
    const outcome = await rig.run(...WHOLE, "--stream", "income", "--file-time-zone", "UTC+0", "--spend");
    expect(outcome.exitCode).toBe(2);
    expect(outcome.errors).toMatch(/: two time zones are given for it, /);
    const [kept = ""] = await readdir(join(rig.folder, "out", "downloads"));
    expect(kept).toMatch(/^\d+\.zip$/);
    expect(outcome.output).toContain(`the file is kept: ${join(rig.folder, "out", "downloads", kept)}`);
    expect((await rig.run(...ONE)).exitCode, "with the zone in its name it loads").toBe(0);
    expect(downloadRequestsOf(rig)).toHaveLength(1);
    await rig.close();
  });

  test.each([
    [["--until", "2026-02-02"], "--from 2026-02-02 is not before --until 2026-02-02"],
    [["--until", "soon"], '--until: "soon" is not a day'],
  ])("%s", async (words, message) => {
    const rig = await newBinanceRig({ kind: QUICK_KIND, world: SMALL, now: NOW, since: "2026-02-02" });
    const outcome = await rig.run("download", "--account", "main", "--from", "2026-02-02", ...words);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.errors).toContain(`perpbooks download: ${message}\n  nothing was done\n  next: `);
    await rig.close();
  });

  test("nothing is requested from before the account's books begin", async () => {
    const rig = await newBinanceRig({ kind: QUICK_KIND, world: SMALL, now: NOW, since: "2026-02-09" });
    await rig.run("sync");
    rig.setNow(plus(NOW, HOUR_MS));
    const shown = await rig.run(...WHOLE, "--stream", "income");
    expect(shown).toMatchObject({
      exitCode: 0,
      errors: "",
      output: `main: its books begin at 2026-02-09T00:00:00.000Z; nothing is requested from before
main income: 0 of 5 requests of 2026-06 spent from here; those on Binance USDⓈ-M's web site count too
  to request: [2026-02-09T00:00:00.000Z, 2026-03-03T16:00:16.000Z)
nothing was sent; with --spend it requests them, and goes on with what is under way
`,
    });
    const early = await rig.run(
      "download",
      "--account",
      "main",
      "--from",
      "2025-01-01",
      "--until",
      "2026-02-09",
    );
    expect(early.exitCode).toBe(2);
    expect(early.errors).toBe(
      [
        "perpbooks download: --until 2026-02-09 is not after 2026-02-09T00:00:00.000Z, where the books of main begin",
        "  nothing was done",
        "  next: give a later --until, or set the account's since to an earlier day",
        "",
      ].join("\n"),
    );
    await rig.close();
  });

  test("a download whose import is taken back may be requested again", async () => {
    const rig = await synced({ kind: QUICK_KIND });
    expect((await rig.run(...ONE)).exitCode).toBe(0);
    expect((await rig.run("import", "--account", "main", "--undo")).exitCode).toBe(0);
    expect((await rowsOf(rig)).map((row) => row.outcome)).toEqual(["undone"]);
    expect((await rig.run(...WHOLE, "--stream", "income")).output).toContain(
      "1 of 5 requests of 2026-06 spent from here; those on Binance USDⓈ-M's web site count too\n  to request: [2026-02-02",
    );
    await rig.close();
  });

  test("a venue that makes no files, and an account that was never synced", async () => {
    const aster = await newRig({
      kind: QUICK_KIND,
      world: generateWorld({ seed: 1, from: FROM, until: FIRST, fills: 10, accounts: [{ name: "main" }] }),
      now: FIRST,
    });
    const refused = await aster.run(...WHOLE);
    expect(refused.exitCode).toBe(2);
    expect(refused.errors).toContain(
      "perpbooks download: Aster makes no files on request\n  nothing was done\n  next: see `perpbooks gap accept`\n",
    );
    expect(await aster.run("sync")).toMatchObject({ exitCode: 0 });
    expect(
      (await aster.run("import", "perpbooks.yaml", "--account", "main")).errors,
    ).toBe(`perpbooks import: Aster makes no files that perpbooks can read
  nothing was loaded
  next: see \`perpbooks gap accept\`
`);
    await aster.close();
    const rig = await newBinanceRig({ kind: QUICK_KIND, world: SMALL, now: NOW, since: "2026-02-02" });
    expect((await rig.run(...WHOLE)).errors).toContain('perpbooks download: "main" was never synced');
    await rig.close();
  });
});
