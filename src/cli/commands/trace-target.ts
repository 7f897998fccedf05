/**
 * What `perpbooks trace` is to show. The command lines:
 *
 *     trace entry ENTRY_ID
 *     trace record RECORD_KEY
 *     trace fill FILL_ID [--symbol SYMBOL]
 *     trace disposal FILL_ID [--symbol SYMBOL]
 *     trace check CHECK_NAME SUBJECT
 *     trace report NAME --where COLUMN=VALUE …
 *     trace export FILE ROW
 *
 * A fill, a disposal and a check are rows of the reports `fills`, `disposals` and `reconciliation`, and are
 * traced as such.
 */
import { UsageError } from "../../errors.ts";
import type { RowChoice } from "../../report/trace-report.ts";

export const TRACE_KINDS = ["entry", "record", "fill", "disposal", "check", "report", "export"] as const;

export type TraceTarget =
  | { readonly kind: "entry" | "record"; readonly id: string }
  | { readonly kind: "export"; readonly file: string; readonly row: string }
  | { readonly kind: "report"; readonly report: string; readonly where: readonly RowChoice[] };

export type TraceWords = {
  readonly what: string;
  readonly names?: readonly string[] | undefined;
  readonly symbol?: string | undefined;
  readonly where?: readonly string[] | undefined;
};

const USAGE: Readonly<Record<(typeof TRACE_KINDS)[number], string>> = {
  entry: "perpbooks trace entry ENTRY_ID",
  record: "perpbooks trace record RECORD_KEY",
  fill: "perpbooks trace fill FILL_ID --symbol SYMBOL",
  disposal: "perpbooks trace disposal FILL_ID --symbol SYMBOL",
  check: "perpbooks trace check CHECK_NAME SUBJECT",
  report: "perpbooks trace report NAME --where COLUMN=VALUE",
  export: "perpbooks trace export FILE ROW",
};

/** Throws a `UsageError` that names every mistake in the words. */
export function readTraceTarget(words: TraceWords): TraceTarget {
  const { what, names = [], symbol, where = [] } = words;
  const kind = TRACE_KINDS.find((one) => one === what);
  if (kind === undefined) {
    throw new UsageError({
      where: "perpbooks trace",
      what: `"${what}" cannot be traced`,
      evidence: [`what can be: ${TRACE_KINDS.join(", ")}`],
      next: USAGE.report,
    });
  }
  const mistakes: string[] = [];
  const [first = "", ...rest] = names;
  if (first === "") mistakes.push("it is not said which one");
  if (kind === "check" && rest.length === 0) mistakes.push("the subject is missing");
  if (kind === "export" && (rest.length !== 1 || !/^[1-9]\d*$/.test(rest[0] ?? "")))
    mistakes.push("the number of one row of the file is needed, counted from 1 without a header");
  if (kind !== "check" && kind !== "export" && rest.length > 0)
    mistakes.push(
      `${rest.map((word) => `"${word}"`).join(", ")} is too much; a name with spaces needs quotation marks`,
    );
  if (symbol !== undefined && kind !== "fill" && kind !== "disposal")
    mistakes.push("--symbol is for fill and disposal only");
  if (where.length > 0 && kind !== "report") mistakes.push("--where is for report only");
  const choices = where.flatMap((text) => {
    const [, column, value] = text.match(/^([^=]+)=(.*)$/s) ?? [];
    if (column !== undefined && value !== undefined) return [{ column, value }];
    mistakes.push(`--where "${text}" is not COLUMN=VALUE`);
    return [];
  });
  if (mistakes.length > 0) {
    throw new UsageError({
      where: `perpbooks trace ${kind}`,
      what: mistakes.join("; "),
      evidence: ["nothing was done"],
      next: USAGE[kind],
    });
  }
  switch (kind) {
    case "entry":
    case "record":
      return { kind, id: first };
    case "fill":
    case "disposal":
      return {
        kind: "report",
        report: `${kind}s`,
        where: [
          { column: "fill_id", value: first },
          ...(symbol === undefined ? [] : [{ column: "symbol", value: symbol }]),
        ],
      };
    case "check":
      return {
        kind: "report",
        report: "reconciliation",
        where: [
          { column: "check_name", value: first },
          { column: "subject", value: rest.join(" ") },
        ],
      };
    case "report":
      return { kind: "report", report: first, where: choices };
    case "export":
      return { kind, file: first, row: rest[0] ?? "" };
  }
}
