/**
 * A report is one SQL file: directives that say what its figures mean, then one select whose columns are its
 * contract. A user's own folder of such files works as ours does, so every mistake in one is named, all at
 * once, before anything runs.
 */

import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { counted } from "../domain/counted.ts";
import { append } from "../domain/lists.ts";
import { UsageError } from "../errors.ts";
import { PACKAGE_FOLDER } from "../package.ts";
import { parameterNames } from "../store/sql-file.ts";
import { readTextFile, SMALL_FILE_BYTES_MAX } from "../text-file.ts";
import { readTraceClauses, type TraceClause } from "./trace-clause.ts";

/** The reports that come with the program. */
export const REPORTS_FOLDER = join(PACKAGE_FOLDER, "reports");

/**
 * `account` is one account, or null for all; `accounts` all that are reported at once, for what is added up
 * across them, or null for all.
 */
export const REPORT_PARAMETERS = ["from", "until", "time_zone", "account", "accounts"] as const;
export type ReportParameter = (typeof REPORT_PARAMETERS)[number];

export type ReportDefinition = {
  /** The file's name without `.sql`; the output files are called by it. */
  readonly name: string;
  /** Where it was read from, for messages. */
  readonly file: string;
  readonly title: string;
  /** What one row is. */
  readonly grain: string;
  readonly parameters: readonly ReportParameter[];
  /** What a plus and a minus mean. */
  readonly sign: string;
  readonly units: string;
  /** What else a reader must know; "" if nothing. */
  readonly note: string;
  /** What leads from a row to the facts behind it; empty where the report does not say. */
  readonly trace: readonly TraceClause[];
  /**
   * Whether it has amounts in the reporting currency: a missing price makes it incomplete, and without such a
   * currency it is not written.
   */
  readonly isInReportingCurrency: boolean;
  /** Why its rows of a closed period may change after the close; "" where they may not. */
  readonly changesAfterClose: string;
  /**
   * Whether each row of it is one thing that happened at one instant, so that its rows are divided among the
   * months.
   */
  readonly isByMonth: boolean;
  /** The select, without comments and without a final semicolon. */
  readonly statement: string;
};

const REQUIRED = ["title", "grain", "parameters", "sign", "units"] as const;
const OPTIONAL = ["note", "trace", "currency", "changes_after_close", "files"] as const;

/** Lower-case words joined by hyphens: safe as a file name everywhere. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * `manifest.json` is another file, and some file systems take `fills-incomplete.csv` for
 * `fills-INCOMPLETE.csv`.
 */
function isTaken(name: string): boolean {
  return name === "manifest" || name.endsWith("-incomplete");
}

/** Reads one report file. Throws a `UsageError` that names all of its mistakes. */
export function readDefinition(file: string, text: string): ReportDefinition {
  const name = basename(file, ".sql");
  const { directives, mistakes } = readDirectives(text);
  if (!NAME.test(name)) {
    mistakes.push(`the file name "${name}.sql" is not lower-case words joined by hyphens`);
  }
  if (isTaken(name))
    mistakes.push(`the file name "${name}.sql" would give a file that perpbooks writes itself`);
  for (const required of REQUIRED) {
    if (!directives.has(required)) mistakes.push(`the directive "--! ${required}:" is missing`);
  }
  const statement = withoutComments(text).trim().replace(/;\s*$/, "");
  append(mistakes, statementMistakes(statement));
  const trace = readTraceClauses(directives.get("trace") ?? "", mistakes);
  const currency = directives.get("currency");
  if (currency !== undefined && currency !== "reporting")
    mistakes.push(`the directive "--! currency:" can only be "reporting", found "${currency}"`);
  const files = directives.get("files");
  if (files !== undefined && files !== "by month")
    mistakes.push(`the directive "--! files:" can only be "by month", found "${files}"`);
  const parameters = readParameters(directives.get("parameters") ?? "", statement, mistakes);
  if (files === "by month" && !(parameters.includes("from") && parameters.includes("until")))
    mistakes.push('a report whose "--! files:" are by month takes the parameters from and until');
  if (mistakes.length > 0) {
    throw new UsageError({
      where: `report ${file}`,
      what: `the file is not a report: ${counted(mistakes.length, "mistake")}`,
      evidence: mistakes,
      next: "correct the file; reports/README.md says how a report is written",
    });
  }
  const directive = (key: string) => directives.get(key) ?? "";
  return {
    name,
    file,
    title: directive("title"),
    grain: directive("grain"),
    parameters,
    sign: directive("sign"),
    units: directive("units"),
    note: directive("note"),
    trace,
    isInReportingCurrency: currency === "reporting",
    changesAfterClose: directive("changes_after_close"),
    isByMonth: files === "by month",
    statement,
  };
}

/** Whether it comes with the program, and is not of somebody's own folder. */
export function isOurs({ file }: ReportDefinition): boolean {
  return dirname(file) === REPORTS_FOLDER;
}

/** One of the reports that come with the program. */
export function ownReport(name: string): ReportDefinition {
  const file = join(REPORTS_FOLDER, `${name}.sql`);
  return readDefinition(file, textOf(file));
}

/** A folder of reports that somebody wrote, and where the configuration names it. */
export type OwnFolder = { readonly folder: string; readonly namedAt: string };

/**
 * All reports by name: the program's, and those of somebody's own folder. Throws a `UsageError` when that
 * folder or a file of it cannot be read, a file is not a report, or has the name of one of the program's:
 * their output files would overwrite each other.
 */
export async function listReports(own: OwnFolder | null): Promise<ReportDefinition[]> {
  const ours = readAll(REPORTS_FOLDER, await readdir(REPORTS_FOLDER));
  const theirs = own === null ? [] : readAll(own.folder, await namesIn(own));
  for (const definition of theirs) {
    const other = ours.find(({ name }) => name === definition.name);
    if (other !== undefined) throw takenName(definition, other, own);
  }
  return [...ours, ...theirs].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function readAll(folder: string, names: readonly string[]): ReportDefinition[] {
  return names
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => join(folder, name))
    .map((file) => readDefinition(file, textOf(file)));
}

async function namesIn({ folder, namedAt }: OwnFolder): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "") throw cause;
    throw new UsageError(
      {
        where: `${namedAt}: reports`,
        what: `the folder ${folder} cannot be read (${FOLDER_REASONS[code] ?? code})`,
        evidence: ["nothing was done"],
        next: "make it a folder that can be read, or take the line out",
      },
      { cause },
    );
  }
}

const FOLDER_REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "it is no folder",
  EACCES: "permission was denied",
};

function takenName(
  { name, file }: ReportDefinition,
  other: ReportDefinition,
  own: OwnFolder | null,
): UsageError {
  return new UsageError({
    where: `report ${file}`,
    what: `a report of perpbooks is called "${name}" already`,
    evidence: [
      `it is ${other.file}; their output files would overwrite each other`,
      `${own?.namedAt}: reports names the folder`,
      "nothing was done",
    ],
    next: "give the file another name",
  });
}

/** `--! name: text`, continued by lines that begin with `--!` and three spaces. */
function readDirectives(text: string): { directives: Map<string, string>; mistakes: string[] } {
  const directives = new Map<string, string>();
  const mistakes: string[] = [];
  const known: readonly string[] = [...REQUIRED, ...OPTIONAL];
  let current: string | null = null;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (!line.startsWith("--!")) continue;
    const continuation = line.match(/^--! {3,}(\S.*)$/);
    if (continuation !== null && current !== null) {
      directives.set(current, `${directives.get(current)} ${continuation[1]?.trimEnd()}`);
      continue;
    }
    const [, name, value = ""] = line.match(/^--! ([a-z_]+):\s*(.*)$/) ?? [];
    if (name === undefined) {
      mistakes.push(`line ${index + 1} is not a directive "--! name: text": ${line}`);
    } else if (!known.includes(name)) {
      mistakes.push(`line ${index + 1} has the unknown directive "${name}"; known are ${known.join(", ")}`);
    } else if (directives.has(name)) {
      mistakes.push(`line ${index + 1} gives the directive "${name}" a second time`);
    } else if (value.trim() === "") {
      mistakes.push(`line ${index + 1} gives the directive "${name}" no text`);
    } else {
      current = name;
      directives.set(name, value.trim());
    }
  }
  return { directives, mistakes };
}

function readParameters(declared: string, statement: string, mistakes: string[]): ReportParameter[] {
  const names = declared
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "none");
  const used = parameterNames(statement);
  const isKnown = (name: string): name is ReportParameter =>
    (REPORT_PARAMETERS as readonly string[]).includes(name);
  for (const name of new Set([...names, ...used])) {
    if (!isKnown(name)) {
      mistakes.push(`the parameter "${name}" is unknown; known are ${REPORT_PARAMETERS.join(", ")}`);
    } else if (!used.has(name)) {
      mistakes.push(`the parameter "${name}" is declared, but the select does not use :${name}`);
    } else if (!names.includes(name) && declared !== "") {
      mistakes.push(`the select uses :${name}, which "--! parameters:" does not declare`);
    }
  }
  return REPORT_PARAMETERS.filter((name) => names.includes(name));
}

function statementMistakes(statement: string): string[] {
  const skeleton = statement.replace(QUOTED, "''");
  const semicolon = skeleton.includes(";")
    ? ["a second statement follows a semicolon; a report is one select"]
    : [];
  if (/^(select|with)\b/i.test(skeleton)) return semicolon;
  const found = skeleton === "" ? "nothing" : `"${skeleton.split(/\s+/)[0]}"`;
  return [`a select was expected (or "with … select"), found ${found}`, ...semicolon];
}

/** Texts, quoted names and dollar-quoted texts: what looks like SQL in them is none. */
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([a-z_]*)\$[\s\S]*?\$\1\$/gi;

/** Takes comments out, but not what looks like one inside quotes. */
function withoutComments(text: string): string {
  const quotedOrComment = new RegExp(`${QUOTED.source}|--.*$|/\\*[\\s\\S]*?\\*/`, "gim");
  return text
    .replace(quotedOrComment, (match) => (/^(--|\/\*)/.test(match) ? " " : match))
    .replace(/[ \t]+$/gm, "");
}

function textOf(path: string): string {
  const file = readTextFile(path, SMALL_FILE_BYTES_MAX);
  if (file.kind === "text") return file.text;
  throw new UsageError({
    where: `report ${path}`,
    what: `the file cannot be read (${file.kind === "absent" ? "there is no such file" : file.why})`,
    next: (file.kind === "unread" ? file.next : null) ?? "make it a readable file",
  });
}
