import { CompiledQuery } from "kysely";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { withWorkspace } from "../../pipeline/workspace.ts";
import { type OpenSelect, openSelect, readOnly } from "../../store/read-only.ts";
import type { Database } from "../../store/store.ts";
import { defineCommand } from "../command.ts";
import { CONFIG } from "../options.ts";
import { type QuerySource, queryText } from "../query-text.ts";
import { openColumns, openRelations } from "../relations.ts";
import { type Format, writeResult } from "../result-text.ts";

export type SqlOptions = QuerySource & {
  readonly config: string;
  readonly parameter?: readonly string[] | undefined;
  readonly tables: boolean;
  readonly format: Format;
};

const WORDS = {
  where: "perpbooks sql",
  safe: "nothing was changed",
  next: "correct the select; perpbooks sql --tables lists the tables and views, and with a name its columns",
};

/** Runs a select as it is written, with its rows in its order; or lists what there is to select from. */
export async function sqlCommand(options: SqlOptions, context: CommandContext): Promise<number> {
  const open = await opening(options, context);
  return withWorkspace(
    options,
    context,
    async ({ store, progress, context }) => {
      await readOnly(store, async (db) => {
        const { columns, batches } = await open(db);
        progress.stop();
        const names = columns.map(({ name }) => name);
        await writeResult({ columns: names, batches }, options.format, context);
      });
      return EXIT.done;
    },
    "reads",
  );
}

/** What is opened; a query is read before the store is. */
async function opening(
  options: SqlOptions,
  context: CommandContext,
): Promise<(db: Database) => Promise<OpenSelect>> {
  const { query, tables, parameter = [] } = options;
  if (tables) return query === undefined ? openRelations : (db) => openColumns(db, query);
  const select = CompiledQuery.raw(await queryText(options, context), [...parameter]);
  return (db) => openSelect(db, select, WORDS);
}

export const sqlQueryCommand = defineCommand({
  positionals: { query: { type: "string", describe: "one select" } },
  options: {
    config: CONFIG,
    file: { type: "string", requiresArg: true, describe: "the file that holds the select; - for stdin" },
    parameter: {
      type: "string",
      array: true,
      nargs: 1,
      describe: "the value of $1; given again, that of $2, and so on",
    },
    tables: {
      type: "boolean",
      default: false,
      describe: "list the tables and views, or the columns of the one that is named",
    },
    format: { choices: ["table", "csv", "json"], default: "table" },
  },
  examples: [
    ["sql 'select name, venue from raw.account'", "docs/schema.md describes every table and column"],
    ["sql --file fees.sql --format csv", "a select from a file, as CSV"],
    ["sql 'select * from history.fill where symbol = $1' --parameter BTCUSDT", "a value for $1"],
    ["sql --file - < fees.sql", "the same from stdin"],
    ["sql --tables", "the tables and views, those first that are for people's own SQL"],
    ["sql --tables report.journal", "the columns of one, and what they mean"],
  ],
  act: sqlCommand,
});
