/** A workbook's files out of the reports: the tables that fit into one, and each larger one by itself. */
import { join } from "node:path";
import type { Period } from "../domain/period.ts";
import type { LotMethod } from "../domain/treatment.ts";
import { readEvidence, requireAccountIds } from "../report/account-evidence.ts";
import { type Completeness, isWhole, readCompleteness } from "../report/completeness.ts";
import {
  type ColumnWords,
  DICTIONARY_COLUMNS,
  dictionaryRows,
  readColumnWords,
  wordsFor,
} from "../report/data-dictionary.ts";
import type { ReportDefinition } from "../report/definition.ts";
import { monthsOf } from "../report/folders.ts";
import type { Manifest } from "../report/manifest.ts";
import { README_NAME } from "../report/readme.ts";
import { openReport } from "../report/run-report.ts";
import { fileName } from "../report/stage-report.ts";
import { type StagedFile, stageFile } from "../report/write-file.ts";
import type { RowCells } from "../store/read-only.ts";
import type { Database } from "../store/store.ts";
import { workbookReadme } from "./readme.ts";
import type { ReportsTarget, Sheet } from "./target.ts";
import { type WorkbookColumn, type WorkbookTable, workbookBytes } from "./write-workbook.ts";

export type WorkbookInput = {
  readonly target: ReportsTarget;
  readonly definitions: readonly ReportDefinition[];
  readonly methods: readonly LotMethod[];
  readonly period: Period;
  readonly accountIds: readonly string[] | null;
  readonly outputFolder: string;
  /** From the output folder on. */
  readonly folder: string;
  /** Of one sheet; a table of more is in workbooks of its own. */
  readonly rowsMax?: number;
};

type TableInput = {
  readonly sheet: Sheet;
  readonly definition: ReportDefinition;
  /** Null for all rows. */
  readonly method: LotMethod | null;
  readonly accounts: readonly (string | null)[];
  readonly words: ReadonlyMap<string, ColumnWords>;
};

const ROWS_MAX = 20_000;

/** Of these kinds, amounts of one asset can be added up. */
const SUMMED_KINDS: readonly string[] = ["change", "charge", "received", "paid", "result"];

const TEXT: Omit<WorkbookColumn, "name"> = { kind: "text", isSummed: false };

/** One workbook's files, not in their place yet. */
export class StagedWorkbook {
  readonly name: string;
  readonly folder: string;
  readonly #input: WorkbookInput;
  readonly #files: { readonly file: StagedFile; readonly rows: number | null }[] = [];
  #isComplete = true;

  constructor(input: WorkbookInput) {
    this.name = input.target.name;
    this.folder = input.folder;
    this.#input = input;
  }

  async stage(db: Database): Promise<Completeness> {
    const { target, definitions, methods, period, accountIds } = this.#input;
    const sheets = target.sheets.flatMap((sheet): Omit<TableInput, "accounts" | "words">[] => {
      const definition = definitions.find(({ name }) => name === sheet.report);
      if (definition === undefined) return [];
      if (sheet.ofMethod !== true) return [{ sheet, definition, method: null }];
      // All methods are about the same closes, so they are never in one sheet: its sums would count each
      // close several times.
      return methods.map((method) => ({
        sheet: { ...sheet, name: `${sheet.name} ${method}` },
        definition,
        method,
      }));
    });
    const evidence = await readEvidence(db, await requireAccountIds(db, accountIds));
    const completeness = await readCompleteness(
      db,
      period,
      evidence,
      sheets.map(({ definition }) => definition),
    );
    this.#isComplete = sheets.every(({ definition }) => isWhole(definition, completeness));
    const words = await readColumnWords();
    const accounts = accountIds === null ? [null] : evidence.map(({ accountId }) => accountId);
    const tables: WorkbookTable[] = [];
    const notes: string[][] = [
      ["Period", `${period.name}, days of ${period.timeZone}`],
      ["Complete", this.#isComplete ? "yes" : "no: manifest.json and the sheet Open items say why"],
    ];
    const dictionary: string[][] = [];
    for (const { sheet, definition, method } of sheets) {
      const table = await this.#tableOf(db, { sheet, definition, method, accounts, words });
      if (table.files.length === 0) tables.push(table);
      else notes.push([sheet.name, `in workbooks of its own: ${table.files.join(", ")}`]);
      const { title, grain, sign, units, note } = definition;
      notes.push([sheet.name, [`${title}: ${grain}.`, `Sign: ${sign}.`, `Units: ${units}.`, note].join(" ")]);
      for (const row of dictionaryRows(words, definition, table.names)) dictionary.push([sheet.name, ...row]);
    }
    const text = (name: string, columns: readonly string[], rows: readonly string[][]): WorkbookTable => ({
      name,
      columns: columns.map((column) => ({ name: column, ...TEXT })),
      rows,
    });
    await this.#write(null, [
      ...tables,
      text("Notes", ["about", "note"], notes),
      text("Columns", ["sheet", ...DICTIONARY_COLUMNS], dictionary),
    ]);
    await this.#writeReadme();
    return completeness;
  }

  /** The table, or the names of the workbooks that hold it. */
  async #tableOf(
    db: Database,
    { sheet, definition, method, accounts, words }: TableInput,
  ): Promise<WorkbookTable & { readonly names: readonly string[]; readonly files: readonly string[] }> {
    const { period, rowsMax = ROWS_MAX } = this.#input;
    const files: string[] = [];
    let rows: RowCells[] = [];
    let names: readonly string[] = [];
    let columns: readonly WorkbookColumn[] = [];
    const writePart = async () => {
      files.push(
        await this.#write([sheet.report, ...(method === null ? [] : [method]), files.length + 1].join("-"), [
          { name: sheet.name, columns, rows },
        ]),
      );
      rows = [];
    };
    for (const span of sheet.byMonth === true ? monthsOf(period) : [period]) {
      const open = await openReport(db, definition, span, accounts);
      names = sheet.columns ?? open.columns;
      const places = names.map((name) => open.columns.indexOf(name));
      const methodAt = open.columns.indexOf("method");
      const month: WorkbookColumn[] = sheet.byMonth === true ? [{ name: "month", ...TEXT }] : [];
      columns = [...month, ...names.map((name) => columnOf(name, wordsFor(words, definition.name, name)))];
      for await (const batch of open.batches)
        for (const row of batch) {
          if (method !== null && row[methodAt] !== method) continue;
          if (rows.length === rowsMax) await writePart();
          const cells = places.map((place) => row[place] ?? null);
          rows.push(sheet.byMonth === true ? [span.name, ...cells] : cells);
        }
    }
    if (files.length > 0) await writePart();
    return { name: sheet.name, columns, rows, names, files };
  }

  async #write(part: string | null, tables: readonly WorkbookTable[]): Promise<string> {
    const { target, period, outputFolder } = this.#input;
    const base = part === null ? target.name : `${target.name}-${part}`;
    const name = fileName(base, "xlsx", this.#isComplete);
    const file = await stageFile(outputFolder, join(this.folder, name));
    this.#files.push({ file, rows: tables.reduce((all, { rows }) => all + rows.length, 0) });
    await file.append(
      await workbookBytes(
        { title: `${target.title}, ${period.name}`, timeZone: period.timeZone, madeAt: period.from },
        tables,
      ),
    );
    await file.finish();
    return name;
  }

  async #writeReadme(): Promise<void> {
    const { target, period, outputFolder } = this.#input;
    const file = await stageFile(outputFolder, join(this.folder, README_NAME));
    const files = this.#files.map(({ file, rows }) => ({ name: file.name, rows: rows ?? 0 }));
    this.#files.push({ file, rows: null });
    await file.append(workbookReadme({ target, period, isComplete: this.#isComplete, files }));
    await file.finish();
  }

  async publish(): Promise<void> {
    for (const { file } of this.#files) await file.publish();
  }

  async discard(): Promise<void> {
    for (const { file } of this.#files) await file.discard();
  }

  facts(): Manifest["files"] {
    return this.#files.map(({ file, rows }) => file.facts(rows));
  }
}

/** The columns of a user's own report are not known, so its cells stay text. */
function columnOf(name: string, words: ColumnWords | null): WorkbookColumn {
  const kind = words?.kind ?? "text";
  if (kind === "text" || kind === "instant" || kind === "day") return { name, kind, isSummed: false };
  return { name, kind: "number", isSummed: words?.unit === "asset" && SUMMED_KINDS.includes(kind) };
}
