/**
 * Which tables of files belong to one download. The files' names say so unless somebody changed them;
 * otherwise the content does: tables that share a second cover one time, whether one goes on where the other
 * was cut or both hold the same rows.
 */
import { earliest, latest, SECOND_MS } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import type { FileStream, StagedTable } from "./stage-file.ts";

export type Download = {
  readonly stream: FileStream;
  readonly name: string;
  readonly tables: readonly DownloadTable[];
  /** From its first row to its last; null where it has none. */
  readonly span: Window | null;
};

export type DownloadTable = StagedTable & {
  /** Its place among the tables of the download, oldest first. */
  readonly rank: number;
  /**
   * The same number for tables whose rows add up, as those of two parts do. A row that two other tables both
   * have happened once.
   */
  readonly adding: number;
  readonly isNewestFirst: boolean;
};

export function downloadsOf(tables: readonly StagedTable[]): readonly Download[] {
  const downloads: StagedTable[][] = [];
  for (const table of tables) {
    const related = downloads.filter((download) => download.some((other) => isOfOneTime(table, other)));
    const union = [...related.flat(), table].toSorted((a, b) => a.number - b.number);
    for (const one of related) downloads.splice(downloads.indexOf(one), 1);
    downloads.push(union);
  }
  return downloads.map(asDownload);
}

export type MissingParts = {
  readonly download: string;
  readonly parts: readonly number[];
  readonly of: number;
};

/** The parts that are missing by a download's file names, and those that are there twice. */
export function partsAmiss(tables: readonly StagedTable[]): {
  readonly missing: readonly MissingParts[];
  readonly twice: readonly string[];
} {
  const named = new Map<string, StagedTable[]>();
  for (const table of tables) {
    if (table.split === null) continue;
    const key = `${table.stream} ${table.split.download}`;
    named.set(key, [...(named.get(key) ?? []), table]);
  }
  const missing: MissingParts[] = [];
  const twice: string[] = [];
  for (const parts of named.values()) {
    const numbers = parts.map((table) => table.split?.part ?? 0);
    const of = parts.reduce((most, { split }) => Math.max(most, split?.of ?? 0), 0);
    const lacking = Array.from({ length: of }, (_, index) => index + 1).filter(
      (one) => !numbers.includes(one),
    );
    if (lacking.length > 0) missing.push({ download: parts[0]?.split?.download ?? "", parts: lacking, of });
    for (const [index, number] of numbers.entries())
      if (numbers.indexOf(number) < index) twice.push(parts[index]?.file ?? "");
  }
  return { missing, twice };
}

function isOfOneTime(one: StagedTable, other: StagedTable): boolean {
  return one.stream === other.stream && (isOfOneName(one, other) || shared(one, other) !== null);
}

function isOfOneName({ split: one }: StagedTable, { split: other }: StagedTable): boolean {
  return one !== null && other !== null && one.download === other.download;
}

function shared({ span: one }: StagedTable, { span: other }: StagedTable): Window | null {
  if (one === null || other === null) return null;
  const both = { from: latest(one.from, other.from), until: earliest(one.until, other.until) };
  return both.from < both.until ? both : null;
}

/**
 * Without ids only the cut decides: two tables that share the one second in which one ends and the other
 * begins are taken for two parts.
 */
function addsUp(one: StagedTable, other: StagedTable): boolean {
  if (isOfOneName(one, other)) return true;
  const both = shared(one, other);
  return (
    !one.hasIds &&
    !other.hasIds &&
    both !== null &&
    both.until - both.from === SECOND_MS &&
    !isInside(one, other)
  );
}

function isInside(one: StagedTable, other: StagedTable): boolean {
  const both = shared(one, other);
  return [one, other].some(({ span }) => span?.from === both?.from && span?.until === both?.until);
}

function asDownload(tables: readonly StagedTable[]): Download {
  const [first] = tables;
  const spans = tables.flatMap(({ span }) => (span === null ? [] : [span]));
  const stepsBack = tables.reduce((sum, table) => sum + table.stepsBack, 0);
  const isNewestFirst = (table: StagedTable) =>
    table.stepsBack === 0 ? stepsBack >= 0 : table.stepsBack > 0;
  // Older parts first; of two that lie in one second, the file's own direction says which is older.
  const inOrder = tables.toSorted(
    (a, b) =>
      (a.span?.from ?? 0) - (b.span?.from ?? 0) ||
      (a.span?.until ?? 0) - (b.span?.until ?? 0) ||
      (stepsBack >= 0 ? b.number - a.number : a.number - b.number),
  );
  const adding: number[] = [];
  for (const [index, table] of inOrder.entries()) {
    const before = inOrder.findIndex((other, place) => place < index && addsUp(table, other));
    adding.push(before < 0 ? index : (adding[before] ?? index));
  }
  return {
    stream: first?.stream ?? "income",
    name:
      tables.length === 1 || first?.split == null
        ? tables.map(({ file }) => file).join(" and ")
        : first.split.download,
    tables: inOrder.map((table, rank) => ({
      ...table,
      rank,
      adding: adding[rank] ?? rank,
      isNewestFirst: isNewestFirst(table),
    })),
    span: spans.reduce<Window | null>(
      (whole, span) =>
        whole === null
          ? span
          : { from: earliest(whole.from, span.from), until: latest(whole.until, span.until) },
      null,
    ),
  };
}
