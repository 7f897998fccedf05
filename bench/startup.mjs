// What it takes to start: `--help` and `--version` beside an empty program of Node, and `status` on embedded
// books beside opening their database alone. Seconds of the processor, the least of several.
//
//   node bench/startup.mjs

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateWorld } from "../dist/simulator/binance-family/world/generate.js";
import { configurationText } from "../dist/simulator/configuration.js";
import { startAsterSimulator } from "../dist/simulator/server.js";
import { program } from "./program.mjs";

const RUNS = 5;
const FROM = Date.parse("2026-05-02T00:00:00Z");
const NOW = "2026-05-30T20:15:00.000Z";
const MAIN = join(import.meta.dirname, "../dist/main.js");
const OPEN = join(import.meta.dirname, "open-pglite.mjs");

const folder = await mkdtemp(join(tmpdir(), "perpbooks-bench-"));
try {
  await makeBooks();
  print("", "processor s", "×");
  const empty = least(["-e", "0"]);
  print("node -e 0", empty.toFixed(3), "1.0");
  for (const option of ["--version", "--help"]) {
    const one = least([MAIN, option]);
    print(option, one.toFixed(3), (one / empty).toFixed(1));
  }
  const opened = least([OPEN, "./books/pg"]);
  print("open PGlite", opened.toFixed(3), "1.0");
  const status = least([MAIN, "status"]);
  print("status", status.toFixed(3), (status / opened).toFixed(1));
} finally {
  await rm(folder, { recursive: true });
}

/** Books of one account, a month long. */
async function makeBooks() {
  const world = generateWorld({
    seed: "startup",
    from: FROM,
    until: Date.parse(NOW),
    fills: 500,
    accounts: [{ name: "main" }],
  });
  const simulator = await startAsterSimulator({
    world,
    clock: { kind: "frozen", at: Date.parse(NOW) },
    credentials: [{ account: "main", kind: "v1", apiKey: "simulated-key", apiSecret: "simulated-secret" }],
    weightPerMinute: Number.POSITIVE_INFINITY,
  });
  const account = {
    name: "main",
    venue: "aster",
    baseUrl: simulator.url,
    lines: ["since: 2026-05-01"],
    credentials: { apiKey: "simulated-key", apiSecret: "simulated-secret" },
  };
  await writeFile(
    join(folder, "perpbooks.yaml"),
    configurationText({ store: "./books", output: "./out" }, [account]),
  );
  await program(folder, NOW, ["run"]);
  await simulator.close();
}

/** The least seconds of the processor of several runs. */
function least(words) {
  const all = Array.from({ length: RUNS }, () => {
    const { status, stderr } = spawnSync(
      "bash",
      ["-c", 'TIMEFORMAT="%U %S"; time "$@" >/dev/null', "", "node", ...words],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );
    if (status !== 0 && status !== 3) throw new Error(stderr);
    const [user = 0, system = 0] = stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
    return user + system;
  });
  return Math.min(...all);
}

function print(...cells) {
  process.stdout.write(
    `${cells.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(14))).join("")}\n`,
  );
}
