import ora from "ora";
import type { DurationMs } from "../domain/instant.ts";
import { printableLine } from "../domain/printable.ts";
import type { Doing, Share } from "../domain/share.ts";
import { durationText } from "../errors.ts";
import type { Log } from "../log.ts";
import type { CommandContext } from "./command-context.ts";

/** What a run shows while it works: one moving line on stderr for a person, and a log where one is wanted. */
export type Progress = {
  readonly log: Log;
  readonly doing: Doing;
  /** A line that stays: an error, a warning, an end. */
  readonly say: (text: string) => void;
  /** A line that stays for a person who waits; nothing where nobody does. */
  readonly tell: (text: string) => void;
  stop(): void;
};

export function startProgress({ errors, environment, clock }: CommandContext, log: Log): Progress {
  if (!errors.isTerminal) {
    return {
      log,
      doing: () => {},
      say: (text) => errors.write(`${text}\n`),
      tell: () => {},
      stop: () => {},
    };
  }
  // `dumb` is what editors and simple consoles call themselves; they show every frame of a spinner as a line
  // of its own.
  const spinner = ora({
    isEnabled: environment["TERM"] !== "dumb",
    discardStdin: false,
    // https://no-color.org: any text but the empty one.
    ...((environment["NO_COLOR"] ?? "") === "" ? {} : { color: false }),
  });
  const begun = new Map<string, DurationMs>();
  const say = (text: string) => {
    const isSpinning = spinner.isSpinning;
    spinner.stop();
    errors.write(`${text}\n`);
    if (isSpinning) spinner.start();
  };
  return {
    log,
    doing: (what, share) => {
      const elapsed = clock.elapsed();
      if (share !== undefined && !begun.has(share.of)) begun.set(share.of, elapsed);
      const since = share === undefined ? 0 : elapsed - (begun.get(share.of) ?? elapsed);
      const line = printableLine(`${what}${share === undefined ? "" : shareText(share, since)}`);
      // The spinner writes by itself.
      if (spinner.isSpinning) spinner.text = line;
      else spinner.start(line);
    },
    say,
    tell: say,
    stop: () => {
      spinner.stop();
    },
  };
}

/** Before that a guess would jump about. */
const GUESS_AFTER_MS: DurationMs = 5_000;

/**
 * ` (34 %, 2 min 10 s left)`: what is left as long as it took so far, piece for piece. Nothing of work in one
 * piece.
 */
export function shareText({ done, total }: Share, elapsed: DurationMs): string {
  if (total < 2) return "";
  const left =
    done === 0 || elapsed < GUESS_AFTER_MS
      ? ""
      : `, ${durationText(Math.ceil(((elapsed / done) * (total - done)) / 1_000) * 1_000)} left`;
  return ` (${Math.floor((done * 100) / total)} %${left})`;
}
