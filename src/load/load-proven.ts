/**
 * Loads a proven span: its rows and its coverage in one transaction. Whatever happens, the store then never
 * claims a span whose rows it lacks, nor holds rows of a span half-read.
 */
import { keyRows } from "../domain/identity.ts";
import { earliest, formatInstant, type Instant, latest, plus } from "../domain/instant.ts";
import type { StreamName } from "../domain/record.ts";
import { storableSymbol } from "../domain/storable.ts";
import type { Window } from "../domain/window.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { SetAsideRow } from "../store/tables.ts";
import { takeBackBeginning } from "./beginning.ts";
import { changedFields } from "./rewritten-fields.ts";
import { takeBackSilence } from "./silence.ts";

export type ProvenLoad = {
  readonly accountId: string;
  readonly stream: StreamName;
  readonly symbol: string;
  readonly window: Window;
  readonly rows: readonly {
    readonly identity: readonly string[];
    readonly symbol: string;
    readonly occurredAt: Instant;
    readonly body: string;
    /** True while the venue may still change the row for the account's books. */
    readonly isPending?: boolean;
  }[];
  /** The venue's time when the span was requested. */
  readonly readAt: Instant;
  /** Rows may still appear in what is younger than this. */
  readonly latenessMs: number;
  /**
   * A row that has been pending for longer is taken as it is; null where it is waited for as long as it
   * takes.
   */
  readonly pendingMaxMs: number | null;
  /** Fields that the venue may change later. */
  readonly mayChange: readonly string[];
  /** Whether the row of this body can be booked. */
  readonly isUnderstood: (body: string) => boolean;
  readonly runId: string;
  /** What shows that the span is complete, and the file's name where it is one. */
  readonly evidence: { readonly kind: "venue" | "import"; readonly note: string };
};

/** Returns how many rows were new. */
export async function loadProven(store: Store, load: ProvenLoad): Promise<number> {
  const keyed = keyRows(load.rows).map((row) => ({
    record_key: row.key as string,
    symbol: storableSymbol(row.symbol),
    occurred_at: formatInstant(row.occurredAt),
    body: row.body,
  }));
  return store.db.transaction().execute(async (transaction) => {
    const rows = JSON.stringify(keyed);
    const { accountId: account_id, stream, runId: run_id } = load;
    const added =
      keyed.length === 0
        ? []
        : await runSqlFile<{ record_key: string; version: number }>(transaction, "load/records", {
            account_id,
            stream,
            run_id,
            rows,
          });
    const first = load.rows.map((row) => row.occurredAt).reduce(earliest, load.window.until);
    if (keyed.length > 0) {
      await takeBackBeginning(transaction, account_id, first);
      await takeBackSilence(transaction, account_id, keyed);
    }
    const rewritten = added.filter((row) => row.version > 1).map((row) => row.record_key);
    if (rewritten.length > 0) await recordRewritten(transaction, load, rewritten);
    await recordVanished(transaction, load, JSON.stringify(keyed.map(({ record_key }) => ({ record_key }))));
    await recordCoverage(transaction, load);
    return added.length - rewritten.length;
  });
}

/**
 * What is older than the lateness is settled; the rest counts as loaded, and is requested again. So is what
 * lies between the first and the last row that the venue may still change (a deposit not confirmed yet, a
 * position still open) or that was not understood, which it may have fixed: the one span costs one request,
 * however many they are.
 */
async function recordCoverage(transaction: Transaction, load: ProvenLoad): Promise<void> {
  const { accountId, stream, symbol, window } = load;
  const settledUntil = latest(window.from, earliest(window.until, plus(load.readAt, -load.latenessMs)));
  await transaction
    .deleteFrom("raw.window")
    .where("account_id", "=", accountId)
    .where("stream", "=", stream)
    .where("symbol", "=", symbol)
    .where("is_settled", "=", false)
    .where("from_time", "<", formatInstant(window.until))
    .where("until_time", ">", formatInstant(window.from))
    .execute();
  const row = (from: Instant, until: Instant, is_settled: boolean) => ({
    account_id: accountId,
    stream,
    symbol,
    from_time: formatInstant(from),
    until_time: formatInstant(until),
    is_settled,
    row_count: load.rows.length,
    read_at: formatInstant(load.readAt),
    run_id: load.runId,
    evidence: load.evidence.kind,
    note: load.evidence.note,
  });
  const pending = pendingSpan(load, { from: window.from, until: settledUntil });
  const parts = [
    row(window.from, pending.from, true),
    row(pending.from, pending.until, false),
    row(pending.until, settledUntil, true),
    row(settledUntil, window.until, false),
  ];
  await insertRows(
    transaction,
    "raw.window",
    ["account_id", "stream", "symbol", "from_time", "until_time", "is_settled"],
    parts.filter((part) => part.from_time < part.until_time),
  );
}

/**
 * From the first pending row to behind the last one within `settled`; empty, at its end, where there is none.
 */
function pendingSpan(load: ProvenLoad, settled: Window): Window {
  const { rows, readAt, pendingMaxMs, evidence } = load;
  const waitedFor = pendingMaxMs === null ? settled.from : latest(settled.from, plus(readAt, -pendingMaxMs));
  const instants = rows
    .filter(
      (row) =>
        row.occurredAt >= settled.from &&
        row.occurredAt < settled.until &&
        ((row.isPending === true && row.occurredAt >= waitedFor) ||
          // A file says the same whenever it is read.
          (evidence.kind === "venue" && !load.isUnderstood(row.body))),
    )
    .map((row) => row.occurredAt);
  const none = { from: settled.until, until: settled.until };
  return instants.reduce(
    (span, at) => ({ from: earliest(span.from, at), until: latest(span.until, plus(at, 1)) }),
    instants[0] === undefined ? none : { from: instants[0], until: plus(instants[0], 1) },
  );
}

type Version = {
  readonly record_key: string;
  readonly symbol: string;
  readonly occurred_at: string;
  readonly body: string;
};

/** What the venue ever said of records, each with its versions oldest first. */
async function versionsOf(
  transaction: Transaction,
  { accountId: account_id, stream }: ProvenLoad,
  keys: readonly string[],
): Promise<readonly (readonly [newest: Version, versions: readonly Version[]])[]> {
  const rows = await runSqlFile<Version>(transaction, "load/versions", {
    account_id,
    stream,
    keys: JSON.stringify(keys.map((record_key) => ({ record_key }))),
  });
  const versions = new Map<string, Version[]>();
  for (const row of rows) versions.set(row.record_key, [...(versions.get(row.record_key) ?? []), row]);
  return [...versions.values()].flatMap((all) => {
    const newest = all.at(-1);
    return newest === undefined ? [] : [[newest, all] as const];
  });
}

/**
 * An alarm for each record of which the venue now says something else than at first; none any more where it
 * says the same again.
 */
async function recordRewritten(
  transaction: Transaction,
  load: ProvenLoad,
  keys: readonly string[],
): Promise<void> {
  const alarms: SetAsideRow[] = [];
  const settled: string[] = [];
  for (const [newest, versions] of await versionsOf(transaction, load, keys)) {
    const fields = changedFields(
      versions.map(({ body }) => body),
      load,
    );
    if (fields.length === 0) settled.push(newest.record_key);
    else {
      const reason = `the venue changed ${fields.join(", ")}; the books keep what it said first`;
      alarms.push(setAside(load, newest, "rewritten", reason));
    }
  }
  if (settled.length > 0) {
    await transaction
      .deleteFrom("raw.set_aside")
      .where("account_id", "=", load.accountId)
      .where("stream", "=", load.stream)
      .where("kind", "=", "rewritten")
      .where("record_key", "in", settled)
      .execute();
  }
  await insertSetAside(transaction, alarms);
}

async function recordVanished(transaction: Transaction, load: ProvenLoad, rows: string): Promise<void> {
  // A file says nothing of what the venue's interface serves: only rows that the interface did not give come
  // from it.
  if (load.evidence.kind === "import") return;
  const { accountId: account_id, stream } = load;
  if (load.rows.length > 0) await runSqlFile(transaction, "load/reappeared", { account_id, stream, rows });
  const vanished = await runSqlFile<{ record_key: string }>(transaction, "load/vanished", {
    account_id: load.accountId,
    stream: load.stream,
    symbol: load.symbol,
    from_time: formatInstant(load.window.from),
    until_time: formatInstant(load.window.until),
    rows,
  });
  if (vanished.length === 0) return;
  const keys = vanished.map(({ record_key }) => record_key);
  const marks = (await versionsOf(transaction, load, keys)).map(([newest, versions]) =>
    versions.some(({ body }) => load.isUnderstood(body))
      ? setAside(load, newest, "vanished", "the venue no longer serves this record; the books keep it")
      : setAside(
          load,
          newest,
          "withdrawn",
          "the venue no longer serves this record, which was never understood",
        ),
  );
  await insertSetAside(transaction, marks);
}

function setAside(
  load: ProvenLoad,
  record: { record_key: string; symbol: string; occurred_at: string },
  kind: "rewritten" | "vanished" | "withdrawn",
  reason: string,
): SetAsideRow {
  const { record_key, symbol, occurred_at } = record;
  return {
    account_id: load.accountId,
    stream: load.stream,
    record_key,
    symbol,
    occurred_at,
    reason,
    kind,
    read_again_at: null,
  };
}

function insertSetAside(transaction: Transaction, rows: readonly SetAsideRow[]): Promise<void> {
  return insertRows(transaction, "raw.set_aside", ["account_id", "stream", "record_key", "kind"], rows);
}
