/** The demo's two folders. The demo begins by deleting them, so it must be sure that they are its own. */
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { append } from "../../domain/lists.ts";
import { REPORT_FORMATS } from "../../domain/report-format.ts";
import { UsageError } from "../../errors.ts";
import { EXPORTS_BY_NAME } from "../../export/targets.ts";
import { EXPORTS_FOLDER } from "../../pipeline/write-all-exports.ts";
import { listReports } from "../../report/definition.ts";
import { KEPT_NAME } from "../../report/kept-folders.ts";
import { MANIFEST_NAME } from "../../report/manifest.ts";
import { README_NAME } from "../../report/readme.ts";
import { fileName } from "../../report/stage-report.ts";
import { STATEMENT_NAME } from "../../report/stage-statement.ts";
import { SUMMARY_NAME } from "../../report/write-reports.ts";

/** The first line of its configuration, by which it recognises its books. */
export const DEMO_HEAD = "# The demo's own configuration. Nothing in it is secret.";

const BOOKS_FILES: ReadonlySet<string> = new Set(["perpbooks.yaml", ".env", "perpbooks-data"]);
/** The last one was written by an older version's demo. */
const OTHER_FILES = [README_NAME, SUMMARY_NAME, MANIFEST_NAME, KEPT_NAME, "data-dictionary.csv"];
const YEAR_OR_MONTH = /^\d{4}$|^\d{2}$/;
/** Locks and unfinished files that a killed run leaves behind. */
const LEFT_BEHIND = /^lock\.|^\..*\.unfinished$/;

/**
 * Empties the folder for the reports and its neighbour for the books, and returns the latter's path. Throws a
 * `UsageError` when anything in either is not an earlier demo's; then nothing is touched.
 */
export async function freshDemoFolders(output: string): Promise<string> {
  // The books stay beside the reports, for `perpbooks sql`. Their files differ from run to run; those of the
  // reports do not.
  const books = join(dirname(output), `${basename(output)}-books`);
  const configuration = await readFile(join(books, "perpbooks.yaml"), "utf8").catch(() => "");
  const isDemos = configuration.startsWith(DEMO_HEAD);
  const reportFiles = isDemos ? await namesOfReports() : new Set<string>();
  const foreign = [
    ...(await namesIn(books))
      .filter((name) => !isDemos || !BOOKS_FILES.has(name))
      .map((name) => join(books, name)),
    ...(await foreignIn(output, reportFiles)),
  ].sort();
  if (foreign.length > 0) throw refusal(output, books, foreign);
  await rm(output, { recursive: true, force: true });
  await rm(books, { recursive: true, force: true });
  await mkdir(books, { recursive: true });
  return books;
}

async function namesOfReports(): Promise<ReadonlySet<string>> {
  const definitions = await listReports(null);
  const files = definitions.flatMap(({ name }) =>
    REPORT_FORMATS.flatMap((format) => [true, false].map((isComplete) => fileName(name, format, isComplete))),
  );
  const pages = [true, false].map((isComplete) => fileName(STATEMENT_NAME, "html", isComplete));
  return new Set([...files, ...pages, ...OTHER_FILES]);
}

/** Files that are not a report's, in the folder and in those of its years and months. */
async function foreignIn(folder: string, reportFiles: ReadonlySet<string>): Promise<string[]> {
  const foreign: string[] = [];
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    if (YEAR_OR_MONTH.test(name) && (await stat(path)).isDirectory())
      append(foreign, await foreignIn(path, reportFiles));
    else if (name === EXPORTS_FOLDER) append(foreign, await foreignExports(path));
    else if (!reportFiles.has(name) && !LEFT_BEHIND.test(name)) foreign.push(path);
  }
  return foreign;
}

/**
 * In the folder of the exports: what belongs to no target, and in a target's folder what is not named like
 * its files.
 */
async function foreignExports(folder: string): Promise<string[]> {
  const foreign: string[] = [];
  for (const target of await namesIn(folder)) {
    const path = join(folder, target);
    const isOwn = Object.hasOwn(EXPORTS_BY_NAME, target) && (await stat(path)).isDirectory();
    if (!isOwn) foreign.push(path);
    for (const name of isOwn ? await namesIn(path) : [])
      if (!OTHER_FILES.includes(name) && !new RegExp(`^${target}[-.]`).test(name))
        foreign.push(join(path, name));
  }
  return foreign;
}

/** None where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

const SHOWN = 3;

function refusal(output: string, books: string, foreign: readonly string[]): UsageError {
  const more = foreign.length > SHOWN ? [`and ${foreign.length - SHOWN} more`] : [];
  return new UsageError({
    where: "perpbooks demo",
    what: `it would delete what is in ${output} and ${books}, and not all of that is an earlier demo's`,
    evidence: [...foreign.slice(0, SHOWN), ...more, "nothing was touched"],
    next: "choose another folder with --output, or delete these yourself",
  });
}
