// npm run torture -- --rounds 300 [--store PGlite|Postgres] [--seed 1] [--from 1] [--of "clock"] [--tell]:
// rounds in which the program is killed, stopped, cut off or disturbed at a random moment, as many as wanted
// on each kind of store. `npm test` plays a few of them.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "300" },
    store: { type: "string" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "1" },
    of: { type: "string", default: "" },
    tell: { type: "boolean", default: false },
  },
});
const { status } = spawnSync("npx", ["vitest", "run", "test/fault/torture.test.ts", "--maxWorkers=1"], {
  stdio: "inherit",
  env: {
    ...process.env,
    PERPBOOKS_TEST_ROUNDS: values.rounds,
    PERPBOOKS_TEST_ROUNDS_FROM: values.from,
    PERPBOOKS_TEST_SEED: values.seed,
    PERPBOOKS_TEST_ROUNDS_OF: values.of,
    ...(values.store === undefined ? {} : { PERPBOOKS_TEST_ROUNDS_ON: values.store }),
    ...(values.tell ? { PERPBOOKS_TEST_ROUNDS_TELL: "1" } : {}),
  },
});
process.exitCode = status ?? 1;
