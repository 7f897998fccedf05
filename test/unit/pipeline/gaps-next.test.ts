/** What settles gaps, by what they are of: nothing else in the program says it. */
import { expect, test } from "vitest";
import { type Gap, gapsNext } from "../../../src/pipeline/gaps-next.ts";

const FEBRUARY = { from_time: "2026-02-01T00:00:00.000Z", until_time: "2026-03-01T00:00:00.000Z" };
const MARCH = { from_time: "2026-03-01T00:00:00.000Z", until_time: "2026-03-20T09:30:00.001Z" };
const CASH: Gap = { stream: "income", symbol: "", ...FEBRUARY };
const FILLS: Gap = { stream: "fills", symbol: "BTCUSDT", ...FEBRUARY };
const OTHER_FILLS: Gap = { stream: "fills", symbol: "ETHUSDT", ...FEBRUARY };
const FORCED: Gap = { stream: "forced_orders", symbol: "", ...FEBRUARY };
const MARGIN: Gap = { stream: "margin_changes", symbol: "BTCUSDT", ...MARCH };

const FILE = "perpbooks import FILE --account main; or, ";
const accept = (options: string) => `perpbooks gap accept --account main ${options} --because "…"`;

test.each([
  {
    what: "a file holds the fills of one contract",
    gaps: [FILLS],
    files: `${FILE}where nothing is missing, ${accept("--stream fills --symbol BTCUSDT --period 2026-02-01..2026-02-28")}`,
    noFiles: `where nothing is missing, ${accept("--stream fills --symbol BTCUSDT --period 2026-02-01..2026-02-28")}`,
  },
  {
    what: "a decision that names no contract holds for those that no gap is of, too",
    gaps: [FILLS, OTHER_FILLS],
    files: `${FILE}where nothing is missing of any symbol, ${accept("--stream fills --period 2026-02-01..2026-02-28")}`,
    noFiles: `where nothing is missing of any symbol, ${accept("--stream fills --period 2026-02-01..2026-02-28")}`,
  },
  {
    what: "files hold a part of what is missing",
    gaps: [CASH, FILLS, FORCED, MARGIN],
    files: `${FILE}where nothing is missing of any symbol, ${accept("--period 2026-02-01..2026-03-20")}`,
    noFiles: `where nothing is missing of any symbol, ${accept("--period 2026-02-01..2026-03-20")}`,
  },
  {
    what: "no file holds what is left after an import",
    gaps: [FORCED, MARGIN],
    files: `where nothing is missing of any symbol, ${accept("--period 2026-02-01..2026-03-20")}`,
    noFiles: `where nothing is missing of any symbol, ${accept("--period 2026-02-01..2026-03-20")}`,
  },
])("$what", ({ gaps, files, noFiles }) => {
  expect(gapsNext("main", gaps, true, "UTC")).toBe(files);
  expect(gapsNext("main", gaps, false, "UTC"), "of a venue that makes no files").toBe(noFiles);
});

test("the days are those of the account's books", () => {
  expect(gapsNext("main", [CASH], false, "Asia/Tokyo")).toBe(
    `where nothing is missing, ${accept("--stream income --period 2026-02-01..2026-03-01")}`,
  );
});
