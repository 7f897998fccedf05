/**
 * `README.md`: what each file of a folder is and what each column means, for whoever has nothing but the
 * folder. It says nothing that changes from night to night where the folder's reports do not.
 */
import type { CsvDialect } from "../domain/csv-dialect.ts";
import type { Period } from "../domain/period.ts";
import type { ReportFormat } from "../domain/report-format.ts";
import { type ColumnWords, DICTIONARY_COLUMNS, dictionaryRows } from "./data-dictionary.ts";
import type { ReportDefinition } from "./definition.ts";
import type { Folder } from "./folders.ts";

export const README_NAME = "README.md";

export type Readme = {
  readonly folder: Folder;
  readonly formats: readonly ReportFormat[];
  readonly csvDialect: CsvDialect;
  readonly words: ReadonlyMap<string, ColumnWords>;
  /** The columns of each report that stands in the folder. */
  readonly columns: ReadonlyMap<ReportDefinition, readonly string[]>;
};

export function readmeText({ folder, formats, csvDialect, words, columns }: Readme): string {
  const reports = [...columns.keys()];
  return [
    `# ${titleOf(folder)}`,
    [`${KINDS[folder.kind]} Days begin at the midnights of ${folder.period.timeZone}.`].join("\n"),
    "## The files",
    tableText(
      ["file", "holds"],
      [
        [
          "`statement.html`",
          "the period to look at: figures and charts made of the reports here, for a browser or paper",
        ],
        ["`summary.txt`", "the period at a glance, for each account and asset; and what is open"],
        ...reports.map(({ name, title, grain }) => [
          formats.map((format) => `\`${name}.${format}\``).join(", "),
          `${title}: ${grain}`,
        ]),
        [
          "`manifest.json`",
          "the SHA-256 of each file, what the files cover, and why they are incomplete if they are",
        ],
      ],
    ),
    "## How to read them",
    [...READING, CSV_FORMS[csvDialect]].map((sentence) => `- ${sentence}`).join("\n"),
    "## The columns",
    ...reports.map((report) => reportText(report, dictionaryRows(words, report, columns.get(report) ?? []))),
    "",
  ]
    .join("\n\n")
    .replace(/\n+$/, "\n");
}

function titleOf({ kind, period }: Folder): string {
  return kind === "all" ? "Reports of all there is" : `Reports of ${nameOf(period)}`;
}

/** A span of exact instants names them with colons and stays as it is. */
function nameOf({ name }: Period): string {
  return name.replace("..", " to ");
}

const BY_MONTH =
  "The reports that have one row for each thing that happened (fills, journal, disposals and others) stand in the months alone, each row in one of them.";

const KINDS: Readonly<Record<Folder["kind"], string>> = {
  all: `Here is what sums up all there is. A folder for each year, like \`2026/\`, has the same for the year, and in it one for each month, like \`2026/05/\`, has the same for the month. ${BY_MONTH} A month in which nothing happened has its files all the same. A period that is requested (\`perpbooks report --period\`) has a folder of its own.`,
  year: `Here is what sums up the year. A folder for each month, like \`05/\`, has the same for the month. ${BY_MONTH}`,
  month:
    "Here is the month: what sums it up, and one row for each thing that happened. It is written again only where what it says has changed.",
  span: "Here is the period that was requested: what sums it up, and one row for each thing that happened.",
};

const READING: readonly string[] = [
  "**`NAME-INCOMPLETE`** is a report of a period that lacks something or has something open; `manifest.json` says what, and `gaps` has the details.",
  "**One sign everywhere**: an amount is what it changes in the wallet. What came in is positive, what went out, a paid fee too, is negative. A result is positive for a profit.",
  "**Amounts are exact**, each in its own asset; assets are never added up. Where a division does not end, the column says at which decimal it is rounded.",
  "**An empty cell** is a value that there is not or that is not known; a zero is a zero.",
  "**Instants** have the offset of the time zone. A period holds its first instant and not its end.",
];

const CSV_FORMS: Readonly<Record<CsvDialect, string>> = {
  plain:
    "**CSV** is RFC 4180 in UTF-8: commas, a decimal point. A text that a spreadsheet would take for a formula has an apostrophe in front.",
  excel:
    '**CSV** is for Excel: UTF-8 with a byte order mark, commas, a decimal point. What has more digits than a number of Excel keeps is ="…", which is text to the last digit. Other programs want `csv: { dialect: plain }`. A text that a spreadsheet would take for a formula has an apostrophe in front.',
  "excel-de":
    '**CSV** is for a German Excel: UTF-8 with a byte order mark, semicolons, a decimal comma. What has more digits than a number of Excel keeps is ="…", which is text to the last digit. Other programs want `csv: { dialect: plain }`. A text that a spreadsheet would take for a formula has an apostrophe in front.',
};

function reportText(
  { name, title, grain, sign, units, note }: ReportDefinition,
  rows: readonly string[][],
): string {
  return [
    `### ${name}`,
    `${title}: ${grain}.`,
    [`- sign: ${sign}`, `- units: ${units}`, ...(note === "" ? [] : [`- note: ${note}`])].join("\n"),
    tableText(DICTIONARY_COLUMNS, rows),
  ].join("\n\n");
}

export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
