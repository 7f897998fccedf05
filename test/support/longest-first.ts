/**
 * The files that take longest begin first, so that the two workers end at about the same time. Vitest's own
 * order is that of the last run's durations, which a clean clone does not have. Those that need no store come
 * last: a worker that changes between the two projects begins anew.
 */
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Longest first. A file that is not named comes after them all, in any order. */
const LONGEST = [
  "test/fault/torture.test.ts",
  "test/e2e/mutations.test.ts",
  "test/e2e/books.test.ts",
  "test/e2e/import.test.ts",
  "test/e2e/seeds.test.ts",
  "test/e2e/traps.test.ts",
  "test/e2e/close.test.ts",
  "test/e2e/download.test.ts",
  "test/e2e/edgex.test.ts",
  "test/e2e/recorded-fills.test.ts",
  "test/e2e/trace.test.ts",
  "test/errors/venue.test.ts",
  "test/e2e/demo.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = (file: TestSpecification) => {
      if (file.project.name === "pure") return LONGEST.length + 1;
      const found = LONGEST.indexOf(relative(this.ctx.config.root, file.moduleId));
      return found === -1 ? LONGEST.length : found;
    };
    return files.toSorted((one, other) => place(one) - place(other));
  }
}
