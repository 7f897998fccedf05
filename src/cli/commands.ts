/**
 * All commands, in the order in which a user comes to need them. A command's own file is loaded only when the
 * command is run, or its help or completion is requested, because it imports the database, the venues and the
 * reports.
 */
import type { Command } from "./command.ts";

export type ListedCommand = {
  /** Its name, of one word or two, and its positionals in yargs' notation. */
  readonly usage: string;
  readonly does: string;
  load(): Promise<Command>;
};

export const COMMANDS: readonly ListedCommand[] = [
  {
    usage: "init",
    does: "write a commented configuration to start from",
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  {
    usage: "doctor",
    does: "check the configuration, the store, and each account's access",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    usage: "run",
    does: "the nightly job: sync, book, reconcile, report",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  {
    usage: "status",
    does: "how complete each account's history is, and its open items",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    usage: "report [names..]",
    does: "write reports; one that is named goes to the terminal",
    load: async () => (await import("./commands/report.ts")).reportCommand,
  },
  {
    usage: "statement",
    does: "one page of a period, to look at or to print",
    load: async () => (await import("./commands/statement.ts")).statementCommand,
  },
  {
    usage: "export [targets..]",
    does: "write files that tax and accounting tools import",
    load: async () => (await import("./commands/export.ts")).exportCommand,
  },
  {
    usage: "trace <what> [names..]",
    does: "what is behind a figure: entries, records as the venue sent them, requests",
    load: async () => (await import("./commands/trace.ts")).traceCommand,
  },
  {
    usage: "sql [query]",
    does: "query the store; it cannot be changed this way",
    load: async () => (await import("./commands/sql.ts")).sqlQueryCommand,
  },
  {
    usage: "serve",
    does: "open the embedded store to psql, DBeaver, Metabase and others, read-only",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  {
    usage: "accept",
    does: "accept an open item, with your reason; it stays accepted unless it changes",
    load: async () => (await import("./commands/accept.ts")).acceptCommand,
  },
  {
    usage: "gap accept",
    does: "record your decision that nothing is missing in a gap",
    load: async () => (await import("./commands/gap.ts")).acceptGapCommand,
  },
  {
    usage: "import [files..]",
    does: "load a venue's history files into spans that it no longer serves, or take an import back",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  {
    usage: "download",
    does: "request files from the venue for spans that it no longer serves, and load them",
    load: async () => (await import("./commands/download.ts")).downloadCommand,
  },
  {
    usage: "price import <file>",
    does: "load prices from a file; a price for the same time replaces the earlier one",
    load: async () => (await import("./commands/price.ts")).importPricesCommand,
  },
  {
    usage: "price fetch",
    does: "fetch from the venues the prices that the books need and do not have",
    load: async () => (await import("./commands/price.ts")).fetchPricesCommand,
  },
  {
    usage: "close [period]",
    does: "close a period: what comes later is posted after it, as an adjustment",
    load: async () => (await import("./commands/close.ts")).closeCommand,
  },
  {
    usage: "reopen <period>",
    does: "take a close back, with a reason",
    load: async () => (await import("./commands/reopen.ts")).reopenCommand,
  },
  {
    usage: "sync",
    does: "only read what is new from the venues",
    load: async () => (await import("./commands/sync.ts")).syncCommand,
  },
  {
    usage: "book",
    does: "only book what is new",
    load: async () => (await import("./commands/book.ts")).bookCommand,
  },
  {
    usage: "reconcile",
    does: "only prove the books against the venues' own figures",
    load: async () => (await import("./commands/reconcile.ts")).reconcileCommand,
  },
  {
    usage: "verify",
    does: "build the books anew beside the present ones, and compare every row",
    load: async () => (await import("./commands/verify.ts")).verifyCommand,
  },
  {
    usage: "backup <folder>",
    does: "copy what cannot be made again into a new folder, from either kind of store, and compare",
    load: async () => (await import("./commands/backup.ts")).backupCommand,
  },
  {
    usage: "restore <folder>",
    does: "fill an empty store with what another one holds, and build the books in it",
    load: async () => (await import("./commands/restore.ts")).restoreCommand,
  },
  {
    usage: "store distribute",
    does: "spread a store on a Citus cluster over its nodes, account by account",
    load: async () => (await import("./commands/distribute.ts")).distributeCommand,
  },
  {
    usage: "completion <shell>",
    does: "print a completion script for bash, zsh or fish",
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
  {
    usage: "demo",
    does: "the whole nightly job with simulated venues",
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
];

/** `gap accept` of `gap accept`, `report` of `report [names..]`. */
export function nameOf({ usage }: Pick<ListedCommand, "usage">): string {
  return usage.replace(/ [<[].*$/, "");
}
