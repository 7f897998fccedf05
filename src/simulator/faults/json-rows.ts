/** A page as rows whose digits stay as they are, for faults that put a page together otherwise. */
import { parse, stringify } from "lossless-json";
import { type Instant, readMilliseconds } from "../../domain/instant.ts";

/** Numbers are held as their digits. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** The rows of a page; null for a body that is none. */
export function readRows(body: string | Uint8Array): readonly JsonRow[] | null {
  if (typeof body !== "string" || !body.startsWith("[")) return null;
  const rows = parse(body);
  return Array.isArray(rows) && rows.every(isRow) ? rows : null;
}

function isRow(value: unknown): value is JsonRow {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function writeRows(rows: readonly JsonRow[]): string {
  return stringify(rows) ?? "[]";
}

export function textOf(row: JsonRow, name: string): string {
  const value = row[name];
  return value === undefined || value === null ? "" : String(value);
}

export function timeOf(row: JsonRow): Instant | null {
  return readMilliseconds(textOf(row, "time"));
}
