import { basename, resolve } from "node:path";
import { counted } from "../../domain/counted.ts";
import { UsageError } from "../../errors.ts";
import { clientMaker } from "../../pipeline/clients.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { fetchPricesStage, valueStage } from "../../pipeline/stages.ts";
import { forEachAccount, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import type { PriceQuote } from "../../price/price-quote.ts";
import { readPriceTable } from "../../price/read-csv.ts";
import { readEcbRates } from "../../price/read-ecb.ts";
import { SHARED, writeQuotes } from "../../price/write-quotes.ts";
import { analyzeAfter } from "../../store/progress.ts";
import { readTextFile } from "../../text-file.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, CONFIG, LOG } from "../options.ts";

export type PriceImportOptions = {
  readonly config: string;
  readonly log?: string | undefined;
  readonly file: string;
  readonly kind: "ecb" | "csv";
};

const READERS: Readonly<
  Record<PriceImportOptions["kind"], (file: string, text: string) => readonly PriceQuote[]>
> = { ecb: readEcbRates, csv: readPriceTable };

/** Loads a file of prices, and values the books of every account with them. */
export function importPrices(options: PriceImportOptions, context: CommandContext): Promise<number> {
  return withWorkspace({ config: options.config, log: options.log }, context, async (workspace) => {
    const { store, progress } = workspace;
    progress.doing(`reading ${options.file}`);
    const name = basename(options.file);
    const quotes = READERS[options.kind](name, textOf(context.workingFolder, options.file));
    const now = context.clock.now();
    const { added, replaced } = await store.db
      .transaction()
      .execute((transaction) => writeQuotes(transaction, SHARED, quotes, now));
    await analyzeAfter(store.db, added, ["price"]);
    const exitCode = await forEachAccount(workspace, (account) =>
      store.withAccountLock(account.name, async () => {
        await valueStage(workspace, account);
        return EXIT.done;
      }),
    );
    progress.stop();
    context.output.write(
      `${name}: ${counted(quotes.length, "price")}, ${added} of them new${replaced === 0 ? "" : `, ${replaced} in place of another price`}\n`,
    );
    return exitCode;
  });
}

/** Some 300,000 prices, which are held in memory while they are compared: half a year of a coin's minutes. */
const PRICE_FILE_BYTES_MAX = 16 * 1024 * 1024;

function textOf(workingFolder: string, path: string): string {
  const file = readTextFile(resolve(workingFolder, path), PRICE_FILE_BYTES_MAX);
  if (file.kind === "text") return file.text;
  throw new UsageError({
    where: "perpbooks price import",
    what: `${path} cannot be read (${file.kind === "absent" ? "there is no such file" : file.why})`,
    evidence: ["no price was imported"],
    next:
      (file.kind === "unread" ? file.next : null) ??
      "name a file that is there; the ECB's comes in a zip that must be unpacked",
  });
}

/** Fetches from the venues the minutes that the books need and do not have. */
export function fetchPrices(options: WorkspaceOptions, context: CommandContext): Promise<number> {
  return withWorkspace(options, context, (workspace) => {
    const { reportingCurrency } = workspace.configuration;
    if (reportingCurrency === null) {
      throw new UsageError({
        where: "perpbooks price fetch",
        what: "there is no reporting currency, so no price is needed",
        evidence: ["nothing was queried"],
        next: "set reportingCurrency in the configuration",
      });
    }
    const clientOf = clientMaker(workspace);
    return forEachAccount(workspace, (account) =>
      workspace.store.withAccountLock(account.name, async () => {
        const client = clientOf(account);
        await client.measureClock(`${account.name} clock`, context.signal);
        await valueStage(workspace, account);
        const added = await fetchPricesStage(workspace, account, client, reportingCurrency);
        workspace.progress.stop();
        context.output.write(`${account.name}: ${counted(added, "price")} fetched\n`);
        return EXIT.done;
      }),
    );
  });
}

export const importPricesCommand = defineCommand({
  positionals: { file: { type: "string", demandOption: true, describe: "a CSV file" } },
  options: {
    config: CONFIG,
    log: LOG,
    kind: {
      choices: ["ecb", "csv"],
      demandOption: true,
      requiresArg: true,
      describe: "ecb: the ECB's eurofxref-hist.csv. csv: time,base,quote,price[,quality]",
    },
  },
  examples: [["price import eurofxref-hist.csv --kind ecb", "the reference rates of the ECB"]],
  act: importPrices,
});

export const fetchPricesCommand = defineCommand({
  options: { config: CONFIG, log: LOG, account: ACCOUNTS },
  examples: [
    ["price fetch", "all that the books of all accounts need"],
    ["price fetch --account main", "of one account"],
  ],
  act: fetchPrices,
});
