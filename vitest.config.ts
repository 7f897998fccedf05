import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    pool: "forks",
    // PGlite takes some hundred MB a process, and the runs are made for two cores.
    maxWorkers: 2,
    // A process for each file would read all packages and compile PGlite 125 times.
    isolate: false,
    setupFiles: ["test/support/own-modules.ts"],
    sequence: { sequencer: LongestFirst },
  },
});
