/** Tables of the store as Parquet files: every row and every digit, for programs that compute. */
import { join } from "node:path";
import { formatInstant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { readEvidence, requireAccountIds } from "../report/account-evidence.ts";
import { type Completeness, isWhole, readCompleteness } from "../report/completeness.ts";
import type { ReportDefinition } from "../report/definition.ts";
import type { Manifest } from "../report/manifest.ts";
import { README_NAME } from "../report/readme.ts";
import { fileName } from "../report/stage-report.ts";
import { type StagedFile, stageFile } from "../report/write-file.ts";
import { openSelect } from "../store/read-only.ts";
import { sqlFileQuery } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { tablesReadme } from "./readme.ts";
import type { TablesTarget } from "./target.ts";
import { ParquetFile } from "./write-parquet.ts";

export type TablesInput = {
  readonly target: TablesTarget;
  readonly definitions: readonly ReportDefinition[];
  readonly period: Period;
  readonly accountIds: readonly string[] | null;
  readonly outputFolder: string;
  /** From the output folder on. */
  readonly folder: string;
};

const WORDS = { where: "perpbooks export", next: "report it" };

/** One target's files, not in their place yet. */
export class StagedTables {
  readonly name: string;
  readonly folder: string;
  readonly #input: TablesInput;
  readonly #files: { readonly file: StagedFile; readonly rows: number | null }[] = [];

  constructor(input: TablesInput) {
    this.name = input.target.name;
    this.folder = input.folder;
    this.#input = input;
  }

  async stage(db: Database): Promise<Completeness> {
    const { target, definitions, period, accountIds } = this.#input;
    const evidence = await readEvidence(db, await requireAccountIds(db, accountIds));
    const weighed = definitions.filter(({ name }) => target.weighed.includes(name));
    const completeness = await readCompleteness(db, period, evidence, weighed);
    const isComplete = weighed.every((definition) => isWhole(definition, completeness));
    const accounts = evidence.map(({ accountId }) => accountId);
    for (const table of target.tables) await this.#write(db, table, accounts, isComplete);
    await this.#writeReadme(isComplete);
    return completeness;
  }

  async #write(
    db: Database,
    { name, statement }: TablesTarget["tables"][number],
    accounts: readonly string[],
    isComplete: boolean,
  ): Promise<void> {
    const { period, outputFolder } = this.#input;
    const file = await stageFile(outputFolder, join(this.folder, fileName(name, "parquet", isComplete)));
    const entry = { file, rows: 0 };
    this.#files.push(entry);
    const span = { from: formatInstant(period.from), until: formatInstant(period.until) };
    let parquet: ParquetFile | null = null;
    for (const account_id of accounts) {
      const { columns, batches } = await openSelect(
        db,
        sqlFileQuery(statement, { account_id, ...span }),
        WORDS,
      );
      parquet ??= new ParquetFile(file.name, columns, file.append);
      for await (const rows of batches) {
        entry.rows += rows.length;
        await parquet.add(rows);
      }
    }
    await parquet?.end();
    await file.finish();
  }

  async #writeReadme(isComplete: boolean): Promise<void> {
    const { target, period, outputFolder } = this.#input;
    const file = await stageFile(outputFolder, join(this.folder, README_NAME));
    const files = this.#files.map(({ file, rows }) => ({ name: file.name, rows: rows ?? 0 }));
    this.#files.push({ file, rows: null });
    await file.append(tablesReadme({ target, period, isComplete, files }));
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
