/** What a row of an exported file stands for, from the map beside the file. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { UsageError } from "../errors.ts";
import { fileTrouble } from "../store/file-trouble.ts";

export type MappedEntry = { readonly account: string; readonly entryId: string };

/** `koinly-main.map.csv` of `koinly-main.csv`. */
export function mapNameOf(name: string): string {
  return `${name.replace(/\.[^./]*$/, "")}.map.csv`;
}

/**
 * The entries behind the row of that number, in the order of the books; none where the file has no such row.
 */
export async function readMappedEntries(file: string, row: string): Promise<MappedEntry[]> {
  const path = mapNameOf(file);
  const entries: MappedEntry[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(path, "utf8") })) {
      const [, number, account = "", entryId = ""] = /^(\d+),([^,"]*),(.*)$/.exec(line) ?? [];
      if (number === row) entries.push({ account, entryId: unquoted(entryId) });
      else if (entries.length > 0) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw noMap(file, path);
    throw fileTrouble(error, path) ?? error;
  }
  return entries;
}

function noMap(file: string, path: string): UsageError {
  return new UsageError({
    where: "perpbooks trace export",
    what: `${file}: there is no map beside it`,
    evidence: [`${path} is not there`],
    next: "name a file that `perpbooks export` or `perpbooks run` has written, where it was written",
  });
}

function unquoted(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}
