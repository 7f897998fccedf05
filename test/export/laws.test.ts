/**
 * Worlds full of traps of every venue, in every target's form and granularity: what the rows of an asset add
 * up to is what its wallet changed by, opening and rows give the closing balance, every entry is in the map
 * once, and the programs that read journals accept them.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { type Decimal, parseDecimal, roundHalfUp, ZERO } from "../../src/domain/decimal.ts";
import { GRANULARITIES } from "../../src/domain/granularity.ts";
import { formatInstant, instant, parseUtcInstant } from "../../src/domain/instant.ts";
import { type Period, parsePeriod } from "../../src/domain/period.ts";
import { TARGETS } from "../../src/export/targets.ts";
import type { Store } from "../../src/store/store.ts";
import { sampleOf } from "../support/sample.ts";
import { FAMILIES, type Family, runSeed } from "../support/seeded-run.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { exportAll } from "./export-all.ts";
import {
  complaint,
  isInstalled,
  JOURNAL_TOOLS,
  JOURNALS,
  mappedEntries,
  resultsOfFiles,
  sumsOfTables,
  texts,
  walletsOf,
  walletsOfTable,
} from "./read-back.ts";

const SEED = 3;
const TOOLS = JOURNAL_TOOLS.filter(({ tool }) => isInstalled(tool));

describe.each(sampleOf<readonly Family[]>(["edgex-v2"], FAMILIES))("%s", (family) => {
  test("every target and granularity keeps the sums of the wallet", async () => {
    const store = await newStore(QUICK_KIND);
    const folder = await mkdtemp(join(tmpdir(), "perpbooks-laws-"));
    try {
      await runSeed({ family, seed: SEED, faultRate: 0, store });
      await addPrices(store);
      const whole = parsePeriod("2020..2029", "Europe/Berlin");
      const middle = await middleOf(store);
      for (const [name, period] of [
        ["whole", whole],
        ["middle", middle],
      ] as const)
        for (const granularity of GRANULARITIES) {
          const output = join(folder, name, granularity);
          await exportAll({ store, folder: output, granularity, period });
          await expectLaws(store, output, period, `${name}, ${granularity}`);
        }
      expect(await walletSums(store, whole.from, whole.until)).toEqual(await venueWallets(store));
    } finally {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function expectLaws(store: Store, output: string, period: Period, which: string): Promise<void> {
  const changes = await walletSums(store, period.from, period.until);
  const closing = await walletSums(store, parseUtcInstant("1970-01-01T00:00:00Z"), period.until);
  const entries = await entryIds(store, period);
  expect(entries.length, which).toBeGreaterThan(0);
  const results = await resultsOfCloses(store, period);
  const values = await valueSums(store, period);
  for (const target of TARGETS) {
    const { name, words, reads, currency } = target;
    const folder = join(output, name);
    if (reads === "disposals") {
      const expected = currency === undefined ? results.exact : results.inCents;
      expect(await resultsOfFiles(name, folder), `${name}, ${which}`).toEqual(expected);
      continue;
    }
    // The lines of a transaction stand for the same entries.
    const mapped = await mappedEntries(folder);
    const isOnce = name !== "journal" && !JOURNALS.includes(name);
    expect(isOnce ? mapped : [...new Set(mapped)], `${name}, ${which}`).toEqual(entries);
    if (name === "journal") expect(await walletsOfTable(folder), which).toEqual(changes);
    if (words?.key !== "accounts")
      expect(await sumsOfTables(target, folder), `${name}, ${which}`).toEqual(
        currency === undefined ? changes : values,
      );
  }
  for (const tool of TOOLS) {
    const file = await outermostFile(output, tool.target);
    expect(complaint(tool, file), `${tool.tool}, ${which}`).toBe("");
    if (tool.tool !== "hledger") continue;
    expect(walletsOf(file), which).toEqual(closing);
    expect(walletsOf(...(await recordFiles(output))), which).toEqual(closing);
  }
}

async function outermostFile(output: string, target: string): Promise<string> {
  const name = (await readdir(join(output, target))).find((one) =>
    new RegExp(`^${target}(?:-INCOMPLETE)?\\.[a-z]+$`).test(one),
  );
  return join(output, target, name ?? expect.fail(`${target} has no outermost file`));
}

async function recordFiles(output: string): Promise<string[]> {
  const folder = join(output, "hledger-csv");
  const names = (await readdir(folder)).filter((name) => /(?<!\.map)\.csv$/.test(name));
  return names.map((name) => join(folder, name));
}

/** From a third of the events to two thirds. */
async function middleOf(store: Store): Promise<Period> {
  const { rows } = await sql<{ posted_at: string }>`
    select distinct posted_at from ledger.entry order by posted_at
  `.execute(store.db);
  const at = (share: number) => parseUtcInstant(rows[Math.floor(rows.length * share)]?.posted_at ?? "");
  const from = at(1 / 3);
  const until = instant(Math.max(at(2 / 3), from + 1));
  return { name: "middle", timeZone: "Europe/Berlin", from, until };
}

async function walletSums(store: Store, from: number, until: number): Promise<Record<string, string>> {
  const { rows } = await sql<{ asset: string; amount: string }>`
    select asset, sum(amount)::text as amount
    from report.journal
    where ledger_account = 'assets:wallet'
      and posted_at >= ${formatInstant(instant(from))}::timestamptz
      and posted_at < ${formatInstant(instant(until))}::timestamptz
    group by asset
  `.execute(store.db);
  return texts(new Map(rows.map(({ asset, amount }) => [asset, parseDecimal(amount)])));
}

/** Seeds have no reporting currency: each asset is worth an odd number of it, but for the last minute. */
async function addPrices(store: Store): Promise<void> {
  await sql`
    insert into ledger.valuation (
      account_id, asset, minute, currency, price, quality, missing, fingerprint, is_booked, is_held
    )
    select account_id, asset, minute, 'USD', price, case when price is not null then 'peg' end,
      case when price is null then asset || ' has no price' end, '', true, false
    from (
      select account_id, asset, minute,
        case when minute < max(minute) over () then 0.987654321 + length(asset) end as price
      from (
        select account_id, asset, date_trunc('minute', occurred_at) as minute from report.journal
        union
        select account_id, asset, date_trunc('minute', closed_at) from ledger.disposal
      ) as minutes
    ) as priced
  `.execute(store.db);
}

/** What the closes of a period add up to, by lot method and asset; and in cents, by lot method. */
async function resultsOfCloses(store: Store, { from, until }: Period) {
  const { rows } = await sql<{ method: string; asset: string; amount: string; value: string | null }>`
    select method, disposal.asset, sum(realized_pnl)::text as amount,
      sum(realized_pnl * price)::text as value
    from ledger.disposal
    left join ledger.valuation
      on disposal.account_id = valuation.account_id
      and disposal.asset = valuation.asset
      and date_trunc('minute', closed_at) = minute
    where closed_at >= ${formatInstant(from)}::timestamptz
      and closed_at < ${formatInstant(until)}::timestamptz
    group by method, disposal.asset
  `.execute(store.db);
  const values = new Map<string, Decimal>();
  for (const { method, value } of rows)
    values.set(method, (values.get(method) ?? ZERO).plus(parseDecimal(value ?? "0")));
  return {
    exact: texts(
      new Map(rows.map(({ method, asset, amount }) => [`${method} ${asset}`, parseDecimal(amount)])),
    ),
    inCents: texts(new Map([...values].map(([method, value]) => [method, roundHalfUp(value, 2)]))),
  };
}

/** What the wallet's changes are worth, and in its own asset what has no price. */
async function valueSums(store: Store, { from, until }: Period): Promise<Record<string, string>> {
  const { rows } = await sql<{ asset: string; amount: string }>`
    select case when value is null then asset else currency end as asset,
      sum(coalesce(value, amount))::text as amount
    from report.valued_entry
    where ledger_account = 'assets:wallet'
      and posted_at >= ${formatInstant(from)}::timestamptz
      and posted_at < ${formatInstant(until)}::timestamptz
    group by 1
  `.execute(store.db);
  return texts(new Map(rows.map(({ asset, amount }) => [asset, parseDecimal(amount)])));
}

async function entryIds(store: Store, { from, until }: Period): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select account_id || ' ' || entry_id as id
    from report.journal
    where ledger_account = 'assets:wallet'
      and posted_at >= ${formatInstant(from)}::timestamptz
      and posted_at < ${formatInstant(until)}::timestamptz
  `.execute(store.db);
  return rows.map(({ id }) => id).toSorted();
}

/**
 * As the venue showed them last, but for the last night: in that one the seed's wallet is harmed, for the
 * proofs to name it.
 */
async function venueWallets(store: Store): Promise<Record<string, string>> {
  const { rows } = await sql<{ asset: string; wallet: string }>`
    select asset, wallet::text as wallet
    from snapshot.balance
    where taken_at = (
      select taken_at from snapshot.taken order by taken_at desc offset 1 limit 1
    )
  `.execute(store.db);
  return texts(new Map(rows.map(({ asset, wallet }) => [asset, parseDecimal(wallet)])));
}
