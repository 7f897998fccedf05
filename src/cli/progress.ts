import ora from "ora";
import { printableLine } from "../domain/printable.ts";
import type { Log } from "../log.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a run shows while it works: one moving line on stderr for a person, and a log where one is wanted. */
export type Progress = {
  readonly log: Log;
  readonly doing: (what: string) => void;
  /** A line that stays: an error, a warning, an end. */
  readonly say: (text: string) => void;
  stop(): void;
};

export function startProgress({ errors, environment }: Surroundings, log: Log): Progress {
  if (!errors.isTerminal) {
    return {
      log,
      doing: () => {},
      say: (text) => errors.write(`${text}\n`),
      stop: () => {},
    };
  }
  // `dumb` is what editors and simple consoles call themselves; they show every frame of a spinner as a line of its own.
  const spinner = ora({ isEnabled: environment["TERM"] !== "dumb", discardStdin: false });
  return {
    log,
    doing: (what) => {
      // The spinner writes by itself.
      if (spinner.isSpinning) spinner.text = printableLine(what);
      else spinner.start(printableLine(what));
    },
    say: (text) => {
      const isSpinning = spinner.isSpinning;
      spinner.stop();
      errors.write(`${text}\n`);
      if (isSpinning) spinner.start();
    },
    stop: () => {
      spinner.stop();
    },
  };
}
