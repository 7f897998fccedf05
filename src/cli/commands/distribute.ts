import { counted } from "../../domain/counted.ts";
import { UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { withWorkspace } from "../../pipeline/workspace.ts";
import { distributeStore } from "../../store/distribute.ts";
import { defineCommand } from "../command.ts";
import { CONFIG, LOG } from "../options.ts";

export type DistributeOptions = {
  readonly config: string;
  readonly log?: string | undefined;
  readonly shards: number;
};

/** Spreads the tables of a store on a Citus cluster over its nodes, account by account. */
export function distribute(options: DistributeOptions, context: CommandContext): Promise<number> {
  return withWorkspace(
    options,
    context,
    async ({ store, configuration, progress }) => {
      if (!Number.isInteger(options.shards) || options.shards < 1)
        throw new UsageError({
          where: "--shards",
          what: `${options.shards} is no number of shards`,
          evidence: ["nothing was changed"],
          next: "give a whole number from 1 on; the cluster's own default is 32",
        });
      if (configuration.store.kind === "folder")
        throw new UsageError({
          where: `store ${store.shownAs}`,
          what: "an embedded store cannot be distributed",
          evidence: ["nothing was changed"],
          next: "set DATABASE_URL to a database on the coordinator of a Citus cluster, and bring the books there with perpbooks restore",
        });
      const { tables, nodes } = await distributeStore(store, options.shards, (table) =>
        progress.doing(`distributing ${table}`),
      );
      const done =
        tables.length === 0
          ? "all tables were distributed already"
          : `${counted(tables.length, "table is", "tables are")} distributed now`;
      context.output.write(`${store.shownAs}: ${done}, by account, over ${counted(nodes, "node")}\n`);
      return EXIT.done;
    },
    "books",
  );
}

export const distributeCommand = defineCommand({
  options: {
    config: CONFIG,
    log: LOG,
    shards: {
      type: "number",
      default: 32,
      requiresArg: true,
      describe: "into how many parts; a part is what a node can take over as a whole",
    },
  },
  examples: [
    ["store distribute", "the configured store, on the coordinator of a Citus cluster; safe to repeat"],
  ],
  act: distribute,
});
