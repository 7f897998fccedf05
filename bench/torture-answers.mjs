// npm run torture:answers -- --answers 2000 [--from 1] [--of aster-v1] [--tell]: nights in which one answer
// of the venue is another than it should be, as many as wanted of each venue, half of them for each way to
// sign in where there are two. `npm test` runs a few of them.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    answers: { type: "string", default: "2000" },
    from: { type: "string", default: "1" },
    of: { type: "string", default: "aster,binance,edgex" },
    tell: { type: "boolean", default: false },
  },
});
const { status } = spawnSync("npx", ["vitest", "run", "test/e2e/torture.test.ts", "--maxWorkers=1"], {
  stdio: "inherit",
  env: {
    ...process.env,
    PERPBOOKS_TEST_ANSWERS: values.answers,
    PERPBOOKS_TEST_ANSWERS_FROM: values.from,
    PERPBOOKS_TEST_ANSWERS_OF: values.of,
    ...(values.tell ? { PERPBOOKS_TEST_ANSWERS_TELL: "1" } : {}),
  },
});
process.exitCode = status ?? 1;
