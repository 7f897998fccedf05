/** Where the text of a query comes from: the command line, a file, or stdin. */
import { resolve } from "node:path";
import { encodingName, readUtf8 } from "../domain/utf8.ts";
import { UsageError } from "../errors.ts";
import type { CommandContext } from "../pipeline/command-context.ts";
import { readTextFile, SMALL_FILE_BYTES_MAX } from "../text-file.ts";

export type QuerySource = { readonly query?: string | undefined; readonly file?: string | undefined };

/** What stands for stdin in the place of a file's name. */
const STDIN = "-";

/** The query's text, as it was written. Throws a `UsageError` where there is none, or more than one. */
export async function queryText(
  { query, file }: QuerySource,
  { workingFolder, readInput }: CommandContext,
): Promise<string> {
  const next = "give the query, --file FILE, or --file - to read it from stdin; --tables lists the tables";
  if (file === undefined) {
    // yargs makes this of a word that is only a dash.
    if (query === undefined || query === "") throw refused("a query is missing", next);
    return query;
  }
  if (query !== undefined) throw refused("there is a query as well as a file of one", next);
  return file === STDIN ? fromStdin(readInput()) : fromFile(resolve(workingFolder, file), file);
}

function fromFile(path: string, shownAs: string): string {
  const read = readTextFile(path, SMALL_FILE_BYTES_MAX);
  if (read.kind === "text") return read.text;
  const why = read.kind === "absent" ? "there is no such file" : read.why;
  throw refused(
    `${shownAs} cannot be read (${why})`,
    (read.kind === "unread" ? read.next : null) ?? "name a file that is there",
  );
}

async function fromStdin(input: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of input) {
    parts.push(part);
    bytes += part.length;
    if (bytes > SMALL_FILE_BYTES_MAX) throw refused("stdin is longer than any query", "give a shorter query");
  }
  const whole = Buffer.concat(parts);
  const text = readUtf8(whole);
  if (text === null) throw refused(`stdin is ${encodingName(whole)}, not UTF-8`, "give it in UTF-8");
  return text;
}

function refused(what: string, next: string): UsageError {
  return new UsageError({ where: "perpbooks sql", what, evidence: ["nothing was done"], next });
}
