/**
 * What a proof is worth: at the end of a seed's nights a row of the store is lost, doubled or altered, a flag
 * turned, and the venue shows another wallet. Each must be named, wherever the account's history begins.
 */
import { sql } from "kysely";
import { expect } from "vitest";
import { parseDecimal } from "../../src/domain/decimal.ts";
import type { Balance } from "../../src/domain/record.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import type { Random } from "../../src/simulator/shared/random.ts";
import type { Database, Store } from "../../src/store/store.ts";
import type { RecordRow } from "../../src/store/tables.ts";
import type { Venue } from "../../src/venues/venue.ts";
import { rolledBack } from "./rolled-back.ts";
import { type Night, playNight } from "./seeded-run.ts";

type Harmed = {
  readonly store: Store;
  readonly accountId: string;
  readonly venue: Venue;
  readonly random: Random;
};

const HARMS: Readonly<Record<string, (db: Database, row: RecordRow) => Promise<void>>> = {
  lost: async (db, row) => {
    await remove(db, row);
  },
  doubled: async (db, row) => {
    const { rows } = await sql<{ next: string }>`
      select max(sequence) + 1 as next from raw.record where account_id = ${row.account_id}`.execute(db);
    const twin = { ...row, record_key: `${row.record_key}-twin`, sequence: rows[0]?.next ?? "1" };
    await db.insertInto("raw.record").values(twin).execute();
  },
  altered: async (db, row) => {
    await put(
      db,
      row,
      row.body.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)),
    );
  },
  "a flag turned": async (db, row) => {
    const turned = row.body.replace(/\b(true|false)\b/, (flag) => (flag === "true" ? "false" : "true"));
    // A row without a flag is of one side or the other, or has a name that is written otherwise.
    const body = turned === row.body ? row.body.replace(/[a-z](?=[^a-z]*$)/i, "~") : turned;
    await put(db, row, body);
  },
};

async function remove(db: Database, row: RecordRow): Promise<void> {
  await db
    .deleteFrom("raw.record")
    .where("account_id", "=", row.account_id)
    .where("stream", "=", row.stream)
    .where("record_key", "=", row.record_key)
    .where("version", "=", row.version)
    .execute();
}

async function put(db: Database, row: RecordRow, body: string): Promise<void> {
  expect(body, `${row.stream} ${row.record_key} was to be altered`).not.toBe(row.body);
  await remove(db, row);
  await db
    .insertInto("raw.record")
    .values({ ...row, body })
    .execute();
}

/** One random row each; every harm is taken back. */
export async function expectHarmNamed({ store, accountId, venue, random }: Harmed): Promise<void> {
  const rows = await store.db
    .selectFrom("raw.record")
    .selectAll()
    .where("account_id", "=", accountId)
    .orderBy("sequence")
    .execute();
  for (const [what, harm] of Object.entries(HARMS)) {
    const row = random.pick(rows);
    const named = await rolledBack(store, async (inner) => {
      await harm(inner.db, row);
      await reconcileAccount(inner, accountId, venue.amountDecimals, { isWhole: true, program: "" });
      return differing(inner, accountId);
    });
    const place = `${row.stream}${row.symbol === "" ? "" : ` ${row.symbol}`}`;
    expect(
      named.filter(
        ({ check_name, subject }) => check_name.startsWith("record_") && subject.startsWith(row.stream),
      ),
      `${what}: ${place} ${row.record_key} of ${row.occurred_at}`,
    ).not.toEqual([]);
  }
}

function differing(store: Store, accountId: string) {
  return store.db
    .selectFrom("ledger.reconciliation")
    .select(["check_name", "subject", "asset"])
    .where("account_id", "=", accountId)
    .where("status", "=", "differs")
    .execute();
}

const LIES: Readonly<Record<string, (balances: readonly Balance[]) => readonly Balance[]>> = {
  "a unit more": (balances) =>
    balances.map((one, nth) =>
      nth === 0 ? { ...one, wallet: one.wallet.plus(parseDecimal("0.000001")) } : one,
    ),
  "no list at all": () => [],
};

/** One night more, in which the venue shows another wallet than it has. */
export async function expectWalletNamed(night: Night, random: Random): Promise<void> {
  const lie = random.pick(Object.keys(LIES));
  let told: readonly Balance[] = [];
  const lying: Venue = {
    ...night.venue,
    readBalances: (body, names) => {
      told = night.venue.readBalances(body, names);
      return LIES[lie]?.(told) ?? [];
    },
  };
  await playNight({ ...night, venue: lying });
  const wrong = (lie === "a unit more" ? told.slice(0, 1) : told).filter(({ wallet }) => !wallet.isZero());
  const named = (await differing(night.store, night.accountId)).map(({ asset }) => asset);
  expect(named, `the venue shows ${lie}`).toEqual(expect.arrayContaining(wrong.map(({ asset }) => asset)));
}
