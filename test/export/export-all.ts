/** Writes every target from a store. */
import type { Granularity } from "../../src/domain/granularity.ts";
import type { Period } from "../../src/domain/period.ts";
import { LOT_METHODS } from "../../src/domain/treatment.ts";
import { TARGETS } from "../../src/export/targets.ts";
import { type Exported, writeExports } from "../../src/export/write-exports.ts";
import type { Store } from "../../src/store/store.ts";
import { sampleWords } from "./sample-settings.ts";

export type ExportAll = {
  readonly store: Store;
  readonly folder: string;
  readonly granularity: Granularity;
  readonly period: Period;
};

export function exportAll({ store, folder, granularity, period }: ExportAll): Promise<Exported> {
  return writeExports({
    store,
    wanted: TARGETS.map((target) => ({
      target,
      granularity,
      words: sampleWords(target),
      methods: LOT_METHODS,
    })),
    definitions: [],
    period,
    reportingCurrency: "USD",
    accountIds: null,
    outputFolder: folder,
    within: "",
  });
}
