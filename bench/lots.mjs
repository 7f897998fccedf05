// How long the booking of N fills by four methods takes beside reading them, and beside what it cannot do
// without (COPY of the fills out and of what is booked in, into tables with the same indexes), and how much
// memory it needs beside a fifth of them: on a Postgres server that is started for it. Prints ratios beside
// the figures: absolute times say more about the machine than about the program.
//
//   node bench/lots.mjs [N = 200000]
//     a year in ten contracts: six fills open a position and six close it
//   node bench/lots.mjs [N = 200000] --never-flat
//     positions that open and close at random and are never flat, with thousands of lots open

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { sql } from "kysely";
import { bookLots } from "../dist/book/book-lots.js";
import { parseDecimal } from "../dist/domain/decimal.js";
import { parseUtcInstant } from "../dist/domain/instant.js";
import { openStore } from "../dist/store/open.js";
import { runSqlFile } from "../dist/store/sql-file.js";
import { startPostgres } from "./postgres.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { "never-flat": { type: "boolean", default: false } },
});
const SYMBOLS = options["never-flat"] ? 5 : 10;
const BATCH = 5_000;

/**
 * The side and the quantity of fill n, which is the k-th of its contract. Of the six closing quantities, each
 * is another one's opening quantity.
 */
const SHAPE = options["never-flat"]
  ? sql`
      select case when k % 7 in (0, 1, 2, 5) then 'BUY' else 'SELL' end,
             1 + (n * 104729) % 50 / 10.0`
  : sql`
      select case when (k % 12 < 6) = (k / 12 % 3 > 0) then 'BUY' else 'SELL' end,
             1 + (k / 12 * 7919 + case when k % 12 < 6 then k % 12 else (k % 12 - 6) * 5 % 6 end * 104729) % 50 / 10.0`;

/**
 * A year of fills; every third fee in another asset, but for positions that are never flat; and funding every
 * eight hours.
 */
async function fill(store, account, fills) {
  const otherAsset = options["never-flat"] ? "USDT" : "ASTER";
  await sql`
    insert into history.fill (account_id, record_key, symbol, fill_id, order_id, side, position_side, price,
                              quantity, fee, fee_asset, realized_pnl, margin_asset, is_maker, occurred_at,
                              sequence, value, posted_at, value_at)
    select ${account}, 'fill/' || n, 'S' || n % ${sql.lit(SYMBOLS)} || 'USDT', n::text, n::text,
           side, 'BOTH', price, quantity, 0.0123, case when n % 3 = 0 then ${otherAsset} else 'USDT' end, 0, 'USDT', true,
           at, n, price * quantity, at, at
    from generate_series(1, ${sql.lit(fills)}::bigint) as n,
         lateral (select n / ${sql.lit(SYMBOLS)}, 100 + (n * 7919) % 1000 / 100.0) as place (k, price),
         lateral (${SHAPE}) as shape (side, quantity),
         lateral (select timestamptz '2025-01-01' + n * interval '365 days' / ${sql.lit(fills)}) as time (at)
  `.execute(store.db);
  await sql`
    insert into history.income (account_id, record_key, kind, income_type, amount, asset, symbol, tran_id, trade_id,
                                info, occurred_at, sequence, part, value_at, posted_at)
    select ${account}, 'funding/' || s || '/' || k, 'funding', 'FUNDING_FEE', -0.01234567, 'USDT', 'S' || s || 'USDT', k::text, '', '',
           at, ${sql.lit(fills)} + k, '', at, at
    from generate_series(0, ${sql.lit(SYMBOLS - 1)}) as s, generate_series(1, 1095) as k,
         lateral (select timestamptz '2025-01-01' + k * interval '8 hours' + interval '3 seconds') as time (at)
  `.execute(store.db);
  await sql`analyze history.fill`.execute(store.db);
  await sql`analyze history.income`.execute(store.db);
}

/** Reads and parses in the order of the booking. */
async function read(store, account_id) {
  let rows = 0;
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
    let last = { posted_at: "-infinity", occurred_at: "-infinity", fill_id: "", record_key: "" };
    for (;;) {
      const batch = await runSqlFile(store.db, "book/next-events", {
        account_id,
        symbol: `S${symbol}USDT`,
        last_posted_at: last.posted_at,
        last_occurred_at: last.occurred_at,
        last_fill_id: last.fill_id,
        last_key: last.kind === "funding" ? "" : last.record_key,
        batch: BATCH,
      });
      rows += batch.length;
      for (const { posted_at, occurred_at, amount, value, fee, realized_pnl } of batch) {
        for (const time of [posted_at, occurred_at]) parseUtcInstant(time);
        for (const text of [amount, value, fee, realized_pnl]) parseDecimal(text);
      }
      if (batch.length < BATCH) break;
      last = batch.at(-1);
    }
  }
  return rows;
}

/** What booking writes. */
const BOOKED = ["disposal", "disposal_amount", "lot", "position_change"];

/** The floor of booking: the server writes the fills to a file, and reads the booked rows from files. */
async function copy(store, account, dataFolder) {
  const file = (table) => sql.lit(`${dataFolder}/${table}.copied`);
  for (const table of BOOKED) {
    const from = sql.table(`ledger.${table}`);
    await sql`copy (select * from ${from} where account_id = ${sql.lit(account)}) to ${file(table)}`.execute(
      store.db,
    );
    await sql`create table ${sql.table(`public.${table}`)} (like ${from} including all)`.execute(store.db);
  }
  return async () => {
    await sql`copy (select * from history.fill where account_id = ${sql.lit(account)}) to ${file("fill")}`.execute(
      store.db,
    );
    for (const table of BOOKED)
      await sql`copy ${sql.table(`public.${table}`)} from ${file(table)}`.execute(store.db);
  };
}

/** Processor time of the server's process for this connection, from Linux's /proc; NaN elsewhere. */
async function serverSeconds(store) {
  const { rows } = await sql`select pg_backend_pid() as pid`.execute(store.db);
  const stat = await readFile(`/proc/${rows[0].pid}/stat`, "utf8").catch(() => "");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}

async function timed(store, work) {
  const before = await serverSeconds(store);
  const started = performance.now();
  const cpu = process.cpuUsage();
  let megabytes = 0;
  const watch = setInterval(() => {
    megabytes = Math.max(megabytes, process.memoryUsage().rss / 1e6);
  }, 50);
  await work();
  clearInterval(watch);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1000;
  const here = (user + system) / 1e6;
  const server = (await serverSeconds(store)) - before;
  return { seconds, here, server, megabytes };
}

const { url, dataFolder, stop } = await startPostgres();
const store = await openStore({ kind: "postgres", url: { reveal: () => url }, shownAs: "the bench" });
const print = (line) => process.stdout.write(`${line}\n`);
try {
  const fills = Math.trunc(Number(positionals[0] ?? 200_000));
  for (const [account, size] of [
    ["small", Math.trunc(fills / 5)],
    ["large", fills],
  ]) {
    await fill(store, account, size);
    const reading = await timed(store, () => read(store, account));
    const booking = await timed(store, () => bookLots(store, account));
    const { rows } =
      await sql`select count(*) as count from ledger.disposal where account_id = ${account}`.execute(
        store.db,
      );
    const copying = await timed(store, await copy(store, account, dataFolder));
    for (const table of BOOKED) await sql`drop table ${sql.table(`public.${table}`)}`.execute(store.db);
    const again = await timed(store, () => bookLots(store, account));
    const time = ({ seconds, here, server }) =>
      `${seconds.toFixed(1)} s (processor: ${here.toFixed(1)} s here, ${server.toFixed(1)} s of the server)`;
    const processor = ({ here, server }) => here + server;
    print(
      `${size} fills: read in ${time(reading)}; booked by four methods in ${time(booking)}: ` +
        `× ${(booking.seconds / reading.seconds).toFixed(1)}, × ${(processor(booking) / processor(reading)).toFixed(1)} of processor time; ` +
        `copied in ${time(copying)}: × ${(booking.seconds / copying.seconds).toFixed(1)}, × ${(processor(booking) / processor(copying)).toFixed(1)}; ` +
        `${rows[0].count} disposals, at most ${booking.megabytes.toFixed(0)} MB; again with nothing new ${again.seconds.toFixed(2)} s`,
    );
  }
} finally {
  await store.close();
  await stop();
}
