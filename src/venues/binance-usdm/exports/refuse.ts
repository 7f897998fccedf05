/** How a file is refused: nothing of it was loaded, whatever was the matter with it. */
import { UsageError } from "../../../errors.ts";

export type FileRefusal = {
  /** The file, and the line where one is meant. */
  readonly where: string;
  readonly what: string;
  readonly evidence?: readonly string[];
  readonly next: string;
};

export function refused(words: FileRefusal, options?: ErrorOptions): UsageError {
  const { evidence = [], ...rest } = words;
  return new UsageError({ ...rest, evidence: [...evidence, "nothing of the file was loaded"] }, options);
}

/** Text from a file as a message shows it. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
