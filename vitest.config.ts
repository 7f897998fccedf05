import { defineConfig } from "vitest/config";
import { filesTriedInPart, IS_LONG } from "./test/support/long.ts";
import { LongestFirst } from "./test/support/longest-first.ts";

/** What needs no store is in folders of its own: one file of it alone starts no server. */
const PURE = ["test/*.test.ts", "test/{simulator,statement,unit,venues}/**/*.test.ts"];

const SHARED = {
  // Only what hangs is ended: how long a test takes is the machine's affair.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  pool: "forks" as const,
  // PGlite takes some hundred MB a process, and the runs are made for two cores.
  maxWorkers: 2,
  // A process for each file would read all packages and compile PGlite 125 times.
  isolate: false,
  // Worlds, pages and files are young garbage, which is collected less often in more room.
  execArgv: ["--max-semi-space-size=64"],
  setupFiles: ["test/support/own-modules.ts"],
};

export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...SHARED, name: "pure", include: PURE } },
      {
        test: {
          ...SHARED,
          name: "stores",
          include: IS_LONG ? filesTriedInPart() : ["test/**/*.test.ts"],
          exclude: PURE,
          globalSetup: ["test/support/global-setup.ts"],
        },
      },
    ],
  },
});
