import {
  acceptItems,
  type DecidableItem,
  type Handle,
  readItems,
  withdrawDecisions,
} from "../../decisions/decide.ts";
import { formatLocal, parseInstant } from "../../domain/calendar.ts";
import { type Instant, parseUtcInstant } from "../../domain/instant.ts";
import { UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { withWorkspace } from "../../pipeline/workspace.ts";
import { runSqlFile } from "../../store/sql-file.ts";
import type { Database } from "../../store/store.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNT, BECAUSE, CONFIG, isReason } from "../options.ts";

export type AcceptOptions = {
  readonly config: string;
  readonly account: string;
  readonly record?: string | undefined;
  readonly difference?: string | undefined;
  readonly price?: string | undefined;
  readonly at?: string | undefined;
  readonly because: string;
  readonly undo: boolean;
};

/**
 * Records a person's decision that a record, a difference or missing prices are as they should be; or takes
 * it back.
 */
export function accept(options: AcceptOptions, context: CommandContext): Promise<number> {
  const { config, account, because, undo } = options;
  refuseMistakes(options);
  return withWorkspace(
    { config, account: [account] },
    context,
    async ({ store, configuration, progress }) => {
      const handle = readHandle(options, configuration.timeZone);
      const now = context.clock.now();
      const local = (at: Instant) => formatLocal(at, configuration.timeZone);
      const decided = await store.withAccountLock(account, () =>
        store.db.transaction().execute(async (transaction) => {
          const items = await readItems(transaction, account, handle);
          if (items.length === 0) throw await nothingSo(transaction, account, handle);
          const chosen = undo ? accepted(items, handle) : open(items, handle);
          if (handle.kind === "difference" && chosen.length > 1) throw ambiguous(handle, chosen, local);
          const change = undo ? withdrawDecisions : acceptItems;
          await change(transaction, account, chosen, because, now);
          return chosen;
        }),
      );
      progress.stop();
      for (const item of decided) {
        const outcome = undo ? "open again" : "accepted";
        context.output.write(`${account} ${placeOf(item)}: ${outcome}, because ${because}\n`);
      }
      return EXIT.done;
    },
    "books",
  );
}

/** Throws a `UsageError` that names every mistake in the words. */
function refuseMistakes({ record, difference, price, at, because }: AcceptOptions): void {
  const mistakes: string[] = [];
  if ([record, difference, price].filter((one) => one !== undefined).length !== 1)
    mistakes.push("one of --record, --difference and --price is needed, and only one");
  if (at !== undefined && difference === undefined) mistakes.push("--at is for --difference only");
  if (!isReason(because)) mistakes.push("--because gives no reason");
  if (mistakes.length > 0)
    throw refusal(
      mistakes.join("; "),
      'perpbooks accept --account NAME --record KEY --because "…", or --difference "CHECK_NAME SUBJECT", or --price ASSET',
    );
}

function readHandle({ record, difference, price, at }: AcceptOptions, timeZone: string): Handle {
  if (record !== undefined) return { kind: "record", name: record, at: null };
  if (price !== undefined) return { kind: "price", name: price, at: null };
  return { kind: "difference", name: difference ?? "", at: at === undefined ? null : readAt(at, timeZone) };
}

function readAt(text: string, timeZone: string): Instant {
  try {
    return parseInstant(text, timeZone);
  } catch {
    throw refusal(`--at "${text}" is no instant`, "give checked_at as the report reconciliation shows it");
  }
}

function open(items: readonly DecidableItem[], handle: Handle): DecidableItem[] {
  const found = items.filter(({ decision_number }) => decision_number === null);
  if (found.length > 0) return found;
  throw refusal(
    `${handle.name} is accepted already`,
    "nothing; --undo opens it again",
    items.map((item) => `${placeOf(item)}: because ${item.because}`),
  );
}

function accepted(items: readonly DecidableItem[], handle: Handle): DecidableItem[] {
  const found = items.filter(({ decision_number }) => decision_number !== null);
  if (found.length > 0) return found;
  throw refusal(
    `no decision on ${handle.name} is in force`,
    "see `perpbooks status`; a decision does not hold for what has changed since",
  );
}

function ambiguous(
  { name }: Handle,
  items: readonly DecidableItem[],
  local: (at: Instant) => string,
): UsageError {
  return refusal(
    `${name} differs ${items.length} times`,
    "say which with --at CHECKED_AT",
    items.map(({ until, seen }) => `at ${local(parseUtcInstant(until))}: ${seen}`),
  );
}

/** The error where no open item has this name: it is misspelt, or nothing is open about it. */
async function nothingSo(db: Database, account: string, { kind, name, at }: Handle): Promise<UsageError> {
  if (kind === "difference") {
    const [check = "", ...subject] = name.split(" ");
    const rows = await db
      .selectFrom("ledger.reconciliation")
      .select("subject")
      .where("account_id", "=", account)
      .where("check_name", "=", check)
      .where("subject", "=", subject.join(" "))
      .execute();
    return refusal(
      rows.length === 0
        ? `there is no check ${name}`
        : `${name} does not differ${at === null ? "" : " at this instant"}`,
      "see `perpbooks report reconciliation`: the check's name, a blank, and its subject",
    );
  }
  if (kind === "price")
    return refusal(
      `no price of ${name} is missing`,
      "see `perpbooks status`: the asset, or the reporting currency where nothing has a price in it",
    );
  const record = await db
    .selectFrom("raw.record")
    .select("stream")
    .where("account_id", "=", account)
    .where("record_key", "=", name)
    .executeTakeFirst();
  if (record !== undefined)
    return refusal(`the record ${name} has no open item`, "see `perpbooks report gaps`");
  const near = await runSqlFile<{ id: string }>(db, "trace/near-records", {
    account_ids: JSON.stringify([account]),
    id: name,
  });
  return refusal(`there is no record ${name}`, "see `perpbooks report gaps`", [
    near.length === 0
      ? "nothing has this name or a similar one"
      : `near it: ${near.map(({ id }) => id).join(", ")}`,
  ]);
}

function placeOf({ what, stream, subject }: DecidableItem): string {
  if (what === "difference") return subject;
  return what === "price" ? `prices of ${subject}` : `${stream} ${subject} ${what}`;
}

function refusal(what: string, next: string, evidence: readonly string[] = []): UsageError {
  return new UsageError({
    where: "perpbooks accept",
    what,
    evidence: [...evidence, "nothing was changed"],
    next,
  });
}

export const acceptCommand = defineCommand({
  options: {
    config: CONFIG,
    account: ACCOUNT,
    record: {
      type: "string",
      requiresArg: true,
      describe: "a record set aside or in suspense: record_key of the report gaps",
    },
    difference: {
      type: "string",
      requiresArg: true,
      describe: "check_name and subject of the report reconciliation: 'wallet USDT'",
    },
    price: {
      type: "string",
      requiresArg: true,
      describe: "the asset that lacks prices, or the reporting currency where nothing has one: BNB",
    },
    at: {
      type: "string",
      requiresArg: true,
      describe: "of a check that differs more than once: its checked_at",
    },
    because: BECAUSE,
    undo: { type: "boolean", default: false, describe: "take the decision back: the item is open again" },
  },
  examples: [
    ["accept --account main --difference 'wallet USDT' --because 'a goodwill credit, ticket 4711'", ""],
  ],
  act: accept,
});
