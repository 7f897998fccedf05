// npm run simulate -- --seeds 200 [--from 1]: as many small worlds × fault plans as wanted, for every venue
// family. `npm test` runs a few of them.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "200" }, from: { type: "string", default: "1" } },
});
const { status } = spawnSync("npx", ["vitest", "run", "test/e2e/seeds.test.ts"], {
  stdio: "inherit",
  env: { ...process.env, PERPBOOKS_TEST_SEEDS: values.seeds, PERPBOOKS_TEST_SEEDS_FROM: values.from },
});
process.exitCode = status ?? 1;
