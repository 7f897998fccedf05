import { expect, test } from "vitest";
import { csvForm, csvLines } from "../../src/report/write-csv.ts";
import { jsonParts } from "../../src/report/write-json.ts";
import { tableText } from "../../src/report/write-table.ts";

test("a cell that a spreadsheet would run is made text; a number never is", () => {
  const cells = {
    "=1+1": "'=1+1",
    "+49 30": "'+49 30",
    "+1": "'+1",
    "-lead": "'-lead",
    "-": "'-",
    "-1e5": "'-1e5",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t=1",
    "\n=1": '"\'\n=1"',
    "-1.50": "-1.50",
    "-0.00000001": "-0.00000001",
    "2026-01-01": "2026-01-01",
    "a=b": "a=b",
    "": "",
  };
  for (const [cell, written] of Object.entries(cells)) {
    expect(csvLines([[cell, "x"]]), cell).toBe(`${written},x\r\n`);
  }
});

test("cells with a comma, a quote or a line break are quoted as RFC 4180 says; an absent value is an empty cell", () => {
  expect(
    csvLines([
      ["a", "b", "c", "d"],
      ["1,5", 'say "hi"', "two\r\nlines", null],
      ["\r=1", "币安", " padded ", ""],
    ]),
  ).toBe('a,b,c,d\r\n"1,5","say ""hi""","two\r\nlines",\r\n"\'\r=1",币安, padded ,\r\n');
});

test("rows with something to quote and rows without stand in their order", () => {
  const rows = [
    ["a", "b"],
    ["1,5", "c"],
    ["x", 'say "hi"'],
    ["", ""],
    ["two\nlines", ""],
    ["d", "e;f"],
  ];
  expect(csvLines(rows, "\n")).toBe('a,b\n"1,5",c\nx,"say ""hi"""\n,\n"two\nlines",\nd,e;f\n');
});

test("a German Excel opens the CSV by a double click and keeps every digit", () => {
  const form = csvForm("excel-de");
  expect(form.begin(["account", "amount"])).toBe("\ufeffaccount;amount\r\n");
  const cells = {
    "-1234.5": "-1234,5",
    "999999999999999": "999999999999999",
    "0.000000000000000001": "0,000000000000000001",
    "1234567890123.45": "1234567890123,45",
    "12345678901234.56": '"=""12345678901234,56"""',
    "-9007199254740993": '"=""-9007199254740993"""',
    "007": '"=""007"""',
    "12E5": '"=""12E5"""',
    "=1+1": "'=1+1",
    "a;b": '"a;b"',
    "a,b": "a,b",
    "2026-01-31": "2026-01-31",
    "": "",
  };
  for (const [cell, written] of Object.entries(cells))
    expect(form.rows([[cell, null]]), cell).toBe(`${written};\r\n`);
  expect(csvForm("excel").rows([["-1234.5", "1234567890123456.5", "币安"]])).toBe(
    '-1234.5,"=""1234567890123456.5""",币安\r\n',
  );
  expect(csvForm("plain").begin(["a"]) + csvForm("plain").rows([["1.5"]])).toBe("a\r\n1.5\r\n");
});

test("JSON keeps every value as text, whatever the size of the batches", async () => {
  async function* batches() {
    yield [];
    yield [["1.10", null]];
    yield [['"', "9007199254740993"]];
  }
  const parts: string[] = [];
  for await (const part of jsonParts(["a", "b"], batches())) parts.push(part);
  expect(parts.join("")).toBe(`[
  {
    "a": "1.10",
    "b": null
  },
  {
    "a": "\\"",
    "b": "9007199254740993"
  }
]
`);
});

test("JSON of no rows is an empty array", async () => {
  async function* none(): AsyncGenerator<(string | null)[][]> {}
  const parts: string[] = [];
  for await (const part of jsonParts(["a"], none())) parts.push(part);
  expect(parts.join("")).toBe("[]\n");
});

const REPORT = {
  columns: ["account", "amount", "info"],
  rows: [
    ["main", "-1.5", "a"],
    ["Zweite", "100", null],
    ["third", null, "\u001b[31mred\u0007"],
  ],
};

test("a table without borders tells columns apart by spaces, numbers to the right", () => {
  expect(
    tableText(REPORT, { width: null, total: 3, hasBorders: false, remarks: ["Fees are positive."] }),
  ).toBe(`account  amount  info
main       -1.5  a
Zweite      100
third            \\u001b[31mred\\u0007
3 rows
Fees are positive.
`);
});

test("a table says what it leaves out: rows, and columns that are too wide for the terminal", () => {
  expect(
    tableText(
      { ...REPORT, rows: REPORT.rows.slice(0, 2) },
      { width: 22, total: 3, hasBorders: true, remarks: [] },
    ),
  ).toBe(`┌─────────┬────────┐
│ account │ amount │
├─────────┼────────┤
│ main    │   -1.5 │
├─────────┼────────┤
│ Zweite  │    100 │
└─────────┴────────┘
2 of 3 rows are shown; a CSV file holds them all
too wide for this terminal and left out: info
`);
});

test("a table of an empty report shows its columns", () => {
  expect(
    tableText({ columns: ["a", "b"], rows: [] }, { width: null, total: 0, hasBorders: false, remarks: [] }),
  ).toBe("a  b\n0 rows\n");
});
