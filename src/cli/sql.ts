import { CompiledQuery } from "kysely";
import { UsageError } from "../errors.ts";
import { readConsistently } from "../report/run-report.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { CONFIG } from "./options.ts";
import { type Format, resultText } from "./result-text.ts";
import type { Surroundings } from "./surroundings.ts";
import { withWorkspace } from "./workspace.ts";

export type SqlOptions = { readonly config: string; readonly query: string; readonly format: Format };

/** Answers a select. It stands inside another one and in a read-only transaction, so nothing it says can change the store. */
export function sqlCommand(options: SqlOptions, surroundings: Surroundings): Promise<number> {
  return withWorkspace(
    options,
    surroundings,
    async ({ store, progress }) => {
      const query = options.query.trim().replace(/;$/, "");
      const rows = await readConsistently(store, async (db) => {
        const result = await db.executeQuery<Record<string, unknown>>(
          CompiledQuery.raw(`select asked.* from (\n${query}\n) as asked`),
        );
        return result.rows;
      }).catch((cause: unknown) => {
        throw new UsageError(
          {
            where: "sql",
            what: cause instanceof Error ? cause.message : String(cause),
            evidence: ["nothing was changed"],
            next: "correct the select; docs/schema.md lists the tables and views",
          },
          { cause },
        );
      });
      const columns = Object.keys(rows[0] ?? {});
      const cells = rows.map((row) => columns.map((column) => cellText(row[column])));
      progress.stop();
      surroundings.output.write(await resultText({ columns, rows: cells }, options.format, surroundings));
      return EXIT.done;
    },
    "unneeded",
  );
}

function cellText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

export const sqlQueryCommand = defineCommand({
  positionals: { query: { type: "string", demandOption: true, describe: "one select" } },
  options: { config: CONFIG, format: { choices: ["table", "csv", "json"], default: "table" } },
  examples: [
    ["sql 'select name, venue from raw.account'", "docs/schema.md describes every table and column"],
  ],
  act: sqlCommand,
});
