/** What can happen to one row: it is taken out, put in twice, or one of its words is another. */
import { sql } from "kysely";
import { formatDecimal, parseDecimal } from "../../src/domain/decimal.ts";
import { DAY_MS, instant, parseUtcInstant, plus } from "../../src/domain/instant.ts";
import type { CommonStreamName } from "../../src/domain/record.ts";
import type { Random } from "../../src/simulator/shared/random.ts";
import type { Database } from "../../src/store/store.ts";
import type { RecordRow } from "../../src/store/tables.ts";
import type { Venue } from "../../src/venues/venue.ts";

export type RawRow = Pick<RecordRow, "stream" | "record_key" | "version" | "symbol" | "occurred_at" | "body">;

export type Mutation = {
  readonly kind: "remove" | "double" | `alter ${string}`;
  readonly before: RawRow;
  /** What is there instead, or as well; null where nothing is. */
  readonly after: RawRow | null;
};

/** Fields of a row that a mutation alters, by what they mean. */
const FIELDS: Readonly<Record<CommonStreamName, Readonly<Record<string, string>>>> = {
  income: { amount: "income", symbol: "symbol", time: "time" },
  fills: {
    price: "price",
    quantity: "qty",
    fee: "commission",
    pnl: "realizedPnl",
    side: "side",
    symbol: "symbol",
    time: "time",
  },
  forced_orders: {
    price: "avgPrice",
    quantity: "executedQty",
    side: "side",
    symbol: "symbol",
    time: "time",
  },
  margin_changes: { amount: "amount", symbol: "symbol", time: "time" },
};

/** `symbols` are those that another one is chosen from. */
export function drawMutation(
  random: Random,
  rows: readonly RawRow[],
  symbols: readonly string[],
  venue: Venue,
): Mutation {
  const before = random.pick(rows);
  const what = random.pick(["remove", "double", "alter", "alter"] as const);
  if (what === "remove") return { kind: "remove", before, after: null };
  if (what === "double") return { kind: "double", before, after: asServed(venue, before, before.body) };
  const fields = Object.entries(FIELDS[before.stream as CommonStreamName]).filter(
    ([name]) => name !== "symbol" || before.symbol !== "",
  );
  const [name, field] = random.pick(fields);
  const value = fieldOf(before.body, field);
  const body = withField(before.body, field, alteredValue(random, name, value, symbols));
  return { kind: `alter ${name}`, before, after: asServed(venue, before, body) };
}

/** One amount of a row is another, by some units of its last decimals. */
export function alterAmount(random: Random, before: RawRow, field: string, venue: Venue): Mutation {
  const body = withField(before.body, field, alteredAmount(random, fieldOf(before.body, field)));
  return { kind: `alter ${field}`, before, after: asServed(venue, before, body) };
}

function alteredValue(random: Random, name: string, value: string, symbols: readonly string[]): string {
  switch (name) {
    case "side":
      return value === "BUY" ? "SELL" : "BUY";
    case "symbol":
      return random.pick(symbols.filter((symbol) => symbol !== value));
    case "time":
      return String(Number(value) + random.pick([-1, 1]) * DAY_MS);
    default: {
      // By a few units of the last decimals, by some parts, or to the other sign: as a typing error, a
      // rounding and a mistaken sign would.
      const altered = alteredAmount(random, value);
      return name === "amount" && random.chance(1, 4)
        ? formatDecimal(parseDecimal(value).negated())
        : altered;
    }
  }
}

function alteredAmount(random: Random, value: string): string {
  const amount = parseDecimal(value);
  const decimals = value.split(".")[1]?.length ?? 0;
  const units = parseDecimal(String(random.integer(11, 99_999))).div(parseDecimal("10").pow(decimals));
  return formatDecimal(amount.isNegative() ? amount.minus(units) : amount.plus(units));
}

function pattern(field: string): RegExp {
  return new RegExp(`("${field}":"?)([^",}]*)`);
}

export function fieldOf(body: string, field: string): string {
  const value = body.match(pattern(field))?.[2];
  if (value === undefined) throw new RangeError(`${body} has no ${field}`);
  return value;
}

function withField(body: string, field: string, value: string): string {
  return body.replace(pattern(field), (_, before: string) => before + value);
}

/** The row as its venue would have served it: who it is follows from its words. */
function asServed(venue: Venue, row: RawRow, body: string): RawRow {
  const stream = row.stream as CommonStreamName;
  const span = {
    by: "time",
    window: { from: instant(0), until: plus(parseUtcInstant(row.occurred_at), 2 * DAY_MS) },
  } as const;
  const [served] = venue.readPage({ stream, symbol: row.symbol, filters: {}, span }, `[${body}]`);
  if (served === undefined) throw new RangeError(`${venue.id} reads no row in ${body}`);
  return {
    ...row,
    record_key: served.identity.join("/"),
    symbol: served.symbol,
    occurred_at: new Date(served.occurredAt).toISOString(),
    body: served.body,
  };
}

/** Changes the store; the seal stays as it was. */
export async function applyMutation(db: Database, account_id: string, mutation: Mutation): Promise<void> {
  const { before, after, kind } = mutation;
  const whole = await db
    .selectFrom("raw.record")
    .selectAll()
    .where("account_id", "=", account_id)
    .where("stream", "=", before.stream)
    .where("record_key", "=", before.record_key)
    .where("version", "=", before.version)
    .executeTakeFirstOrThrow();
  if (kind !== "double") {
    await db
      .deleteFrom("raw.record")
      .where("account_id", "=", account_id)
      .where("stream", "=", before.stream)
      .where("record_key", "=", before.record_key)
      .where("version", "=", before.version)
      .execute();
  }
  if (after === null) return;
  const taken = await db
    .selectFrom("raw.record")
    .select("record_key")
    .where("account_id", "=", account_id)
    .where("stream", "=", after.stream)
    .where("record_key", "like", `${after.record_key.replaceAll(/[%_\\]/g, "\\$&")}#%`)
    .execute();
  const keys = new Set(taken.map(({ record_key }) => record_key));
  // Of twins, one may have been changed before: its number is free, and the other's is not.
  let twin = 1;
  while (keys.has(`${after.record_key}#${twin}`)) twin += 1;
  const { rows } = await sql<{ next: string }>`
    select max(sequence) + 1 as next from raw.record where account_id = ${account_id}
  `.execute(db);
  await db
    .insertInto("raw.record")
    .values({
      ...whole,
      ...after,
      record_key: `${after.record_key}#${twin}`,
      sequence: kind === "double" ? (rows[0]?.next ?? "1") : whole.sequence,
    })
    .execute();
}

/** As if the loads had brought the records as they are now: their sequences, digests and counts. */
export async function sealAgain(db: Database, account_id: string): Promise<void> {
  await sql`
    with numbered as (
      select stream, record_key, version, row_number() over (order by sequence) as number
      from raw.record where account_id = ${account_id}
    )
    update raw.record
    set
      sequence = numbered.number,
      digest = raw.digest_of(record.stream, record.record_key, record.version, record.symbol, record.occurred_at, numbered.number, record.body)
    from numbered
    where record.account_id = ${account_id} and record.stream = numbered.stream
      and record.record_key = numbered.record_key and record.version = numbered.version
  `.execute(db);
  await sql`
    update raw.account set last_sequence = (select count(*) from raw.record where account_id = ${account_id})
    where account_id = ${account_id}
  `.execute(db);
  await db.deleteFrom("raw.control_total").where("account_id", "=", account_id).execute();
  await sql`
    insert into raw.control_total (account_id, stream, symbol, day, records)
    select account_id, stream, symbol, date_trunc('day', occurred_at, 'UTC'), count(*)
    from raw.record where account_id = ${account_id}
    group by account_id, stream, symbol, date_trunc('day', occurred_at, 'UTC')
  `.execute(db);
}
