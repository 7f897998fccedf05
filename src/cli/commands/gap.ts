import { randomUUID } from "node:crypto";
import { acceptGaps } from "../../decisions/accept-gap.ts";
import type { Instant } from "../../domain/instant.ts";
import { STREAM_NAMES } from "../../domain/record.ts";
import { windowText } from "../../domain/window.ts";
import { UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { readPeriod } from "../../pipeline/reported-period.ts";
import { withWorkspace } from "../../pipeline/workspace.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNT, BECAUSE, CONFIG, isReason, PERIOD } from "../options.ts";

export type GapAcceptOptions = {
  readonly config: string;
  readonly account: string;
  readonly period: string;
  readonly stream?: string | undefined;
  readonly symbol?: string | undefined;
  readonly because: string;
};

/** Closes gaps by a person's decision; every report that they touch then shows it with its reason. */
export function acceptGap(options: GapAcceptOptions, context: CommandContext): Promise<number> {
  const { config, account, because } = options;
  return withWorkspace(
    { config, account: [account] },
    context,
    async ({ store, configuration, progress }) => {
      if (!isReason(because))
        throw refusal("--because gives no reason", "say why nothing is missing: an auditor will ask");
      const window = readPeriod(options.period, configuration.timeZone);
      const decidedAt: Instant = context.clock.now();
      const accepted = await store.withAccountLock(account, () =>
        acceptGaps(store, {
          accountId: account,
          stream: options.stream ?? null,
          symbol: options.symbol ?? null,
          window,
          because,
          decidedAt,
          runId: randomUUID(),
        }),
      );
      if (accepted.length === 0)
        throw refusal("there is no gap in this period", "see `perpbooks report gaps`");
      progress.stop();
      for (const gap of accepted) {
        const place = [account, gap.stream, gap.symbol].filter((word) => word !== "").join(" ");
        context.output.write(`${place} ${windowText(gap.window)}: accepted, because ${because}\n`);
      }
      context.output.write("  next: perpbooks run, which proves and reports with it\n");
      return EXIT.done;
    },
    "books",
  );
}

function refusal(what: string, next: string): UsageError {
  return new UsageError({ where: "perpbooks gap accept", what, evidence: ["nothing was changed"], next });
}

export const acceptGapCommand = defineCommand({
  options: {
    config: CONFIG,
    account: ACCOUNT,
    period: { ...PERIOD, demandOption: true, describe: "the span: 2025-03, 2025-03-09 or FIRST..LAST" },
    stream: { choices: STREAM_NAMES, requiresArg: true, describe: "only this stream" },
    symbol: { type: "string", requiresArg: true, describe: "only this symbol" },
    because: BECAUSE,
  },
  examples: [["gap accept --account main --period 2025 --because 'no trades before 2026'", ""]],
  act: acceptGap,
});
