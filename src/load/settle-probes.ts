/**
 * An answer without rows, of a time that the venue may have forgotten, proves nothing by itself. Where it has
 * served an older row of the same stream, of whatever symbol, its memory reached over that time, and the
 * silence is a proof.
 */
import { formatInstant, parseUtcInstant } from "../domain/instant.ts";
import type { StreamName } from "../domain/record.ts";
import type { Window } from "../domain/window.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { ProbeRow } from "../store/tables.ts";
import { closeGap, gapsWithin } from "./close-gap.ts";

const PROBE_KEY = ["account_id", "stream", "symbol", "from_time"] as const;

/** Remembers spans that were answered with nothing, or not at all: they are not requested again. */
export async function recordProbes(store: Store, probes: readonly ProbeRow[]): Promise<void> {
  await insertRows(store.db, "raw.probe", PROBE_KEY, probes);
}

/** Makes coverage of all silence that rows have proven since, and takes it out of the gaps. */
export async function settleProbes(
  store: Store,
  accountId: string,
  stream: StreamName,
  runId: string,
): Promise<void> {
  type Proven = Omit<ProbeRow, "account_id" | "stream"> & { readonly proven_from: string };
  const proven = await runSqlFile<Proven>(store.db, "load/proven-probes", { account_id: accountId, stream });
  for (const { proven_from, ...found } of proven) {
    const probe: ProbeRow = { account_id: accountId, stream, ...found };
    await store.db.transaction().execute((transaction) => settle(transaction, probe, proven_from, runId));
  }
}

async function settle(
  transaction: Transaction,
  probe: ProbeRow,
  provenFrom: string,
  runId: string,
): Promise<void> {
  const part: Window = { from: parseUtcInstant(provenFrom), until: parseUtcInstant(probe.until_time) };
  const { read_at, ...span } = probe;
  await insertRows(
    transaction,
    "raw.window",
    ["account_id", "stream", "symbol", "from_time", "until_time", "is_settled"],
    [
      {
        ...span,
        from_time: formatInstant(part.from),
        is_settled: true,
        row_count: 0,
        read_at,
        run_id: runId,
        evidence: "venue",
        note: "",
      },
    ],
  );
  await transaction
    .deleteFrom("raw.probe")
    .where("account_id", "=", probe.account_id)
    .where("stream", "=", probe.stream)
    .where("symbol", "=", probe.symbol)
    .where("from_time", "=", probe.from_time)
    .execute();
  const left = { ...probe, until_time: formatInstant(part.from) };
  if (parseUtcInstant(left.from_time) < part.from)
    await insertRows(transaction, "raw.probe", PROBE_KEY, [left]);
  for (const gap of await gapsWithin(transaction, probe.account_id, part)) {
    if (gap.stream === probe.stream && gap.symbol === probe.symbol) await closeGap(transaction, gap, part);
  }
}
