import { CompiledQuery } from "kysely";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { withWorkspace } from "../../pipeline/workspace.ts";
import { openSelect, readOnly } from "../../store/read-only.ts";
import { defineCommand } from "../command.ts";
import { CONFIG } from "../options.ts";
import { type Format, writeResult } from "../result-text.ts";

export type SqlOptions = { readonly config: string; readonly query: string; readonly format: Format };

const WORDS = {
  where: "perpbooks sql",
  safe: "nothing was changed",
  next: "correct the select; docs/schema.md lists the tables and views",
};

/** Runs a select as it is written; rows keep its order. */
export function sqlCommand(options: SqlOptions, context: CommandContext): Promise<number> {
  return withWorkspace(
    options,
    context,
    async ({ store, progress, context }) => {
      await readOnly(store, async (db) => {
        const { columns, batches } = await openSelect(db, CompiledQuery.raw(options.query), WORDS);
        progress.stop();
        const names = columns.map(({ name }) => name);
        await writeResult({ columns: names, batches }, options.format, context);
      });
      return EXIT.done;
    },
    "unneeded",
  );
}

export const sqlQueryCommand = defineCommand({
  positionals: { query: { type: "string", demandOption: true, describe: "one select" } },
  options: { config: CONFIG, format: { choices: ["table", "csv", "json"], default: "table" } },
  examples: [
    ["sql 'select name, venue from raw.account'", "docs/schema.md describes every table and column"],
  ],
  act: sqlCommand,
});
