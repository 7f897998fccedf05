/** What people may type behind `perpbooks trace`, and what they are told when it cannot be meant. */
import { expect, test } from "vitest";
import {
  readTraceTarget,
  type TraceTarget,
  type TraceWords,
} from "../../../src/cli/commands/trace-target.ts";

const UNDERSTOOD: readonly (readonly [string, TraceWords, TraceTarget])[] = [
  [
    "trace entry income/FUNDING_FEE/7#1",
    { what: "entry", names: ["income/FUNDING_FEE/7#1"] },
    { kind: "entry", id: "income/FUNDING_FEE/7#1" },
  ],
  [
    "trace record FUNDING_FEE/7#1",
    { what: "record", names: ["FUNDING_FEE/7#1"] },
    { kind: "record", id: "FUNDING_FEE/7#1" },
  ],
  [
    "trace fill 12",
    { what: "fill", names: ["12"] },
    { kind: "report", report: "fills", where: [{ column: "fill_id", value: "12" }] },
  ],
  [
    "trace disposal 12 --symbol BTCUSDT",
    { what: "disposal", names: ["12"], symbol: "BTCUSDT" },
    {
      kind: "report",
      report: "disposals",
      where: [
        { column: "fill_id", value: "12" },
        { column: "symbol", value: "BTCUSDT" },
      ],
    },
  ],
  // A subject has spaces; with or without quotation marks it is the same.
  [
    "trace check position BTCUSDT BOTH",
    { what: "check", names: ["position", "BTCUSDT", "BOTH"] },
    {
      kind: "report",
      report: "reconciliation",
      where: [
        { column: "check_name", value: "position" },
        { column: "subject", value: "BTCUSDT BOTH" },
      ],
    },
  ],
  [
    "trace report gaps --where 'reason=a=b' --where stream=",
    { what: "report", names: ["gaps"], where: ["reason=a=b", "stream="] },
    {
      kind: "report",
      report: "gaps",
      where: [
        { column: "reason", value: "a=b" },
        { column: "stream", value: "" },
      ],
    },
  ],
];

test.each(UNDERSTOOD)("%s", (_, words, target) => {
  expect(readTraceTarget(words)).toEqual(target);
});

const REFUSED: readonly (readonly [TraceWords, string])[] = [
  [
    { what: "order", names: ["1"] },
    `perpbooks trace: "order" cannot be traced
  what can be: entry, record, fill, disposal, check, report, export
  next: perpbooks trace report NAME --where COLUMN=VALUE`,
  ],
  [
    { what: "entry" },
    `perpbooks trace entry: it is not said which one
  nothing was done
  next: perpbooks trace entry ENTRY_ID`,
  ],
  [
    { what: "check", names: ["wallet"] },
    `perpbooks trace check: the subject is missing
  nothing was done
  next: perpbooks trace check CHECK_NAME SUBJECT`,
  ],
  // All mistakes at once.
  [
    { what: "record", names: ["a", "b", "c"], symbol: "BTCUSDT", where: ["x"] },
    `perpbooks trace record: "b", "c" is too much; a name with spaces needs quotation marks; --symbol is for fill and disposal only; --where is for report only; --where "x" is not COLUMN=VALUE
  nothing was done
  next: perpbooks trace record RECORD_KEY`,
  ],
];

test.each(REFUSED)("%j is refused", (words, message) => {
  expect(() => readTraceTarget(words)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
});
