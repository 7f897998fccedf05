/**
 * The process is killed (SIGKILL) at random moments of syncing and booking, and run again: the reports must
 * come out byte-identical to those of an undisturbed run. Another PERPBOOKS_TEST_SEED kills at other moments.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { formatInstant } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import { seededRandom } from "../../src/simulator/shared/random.ts";
import { newRig, type Rig, readFolder } from "../support/rig.ts";
import { sampleOf } from "../support/sample.ts";
import { STORE_KINDS } from "../support/stores.ts";

const FROM = parseInstant("2026-05-17T00:00:00Z");
const NOW = parseInstant("2026-05-22T09:30:00Z");
const KILLS = sampleOf(3, 20);
const CHILD = join(import.meta.dirname, "run-child.mjs");
const SEED = process.env["PERPBOOKS_TEST_SEED"] ?? "1";

const world = generateWorld({
  seed: "kill",
  from: FROM,
  until: NOW,
  fills: 100,
  accounts: [{ name: "main" }],
});

function start(rig: Rig): ChildProcess {
  return spawn(process.execPath, [CHILD, formatInstant(NOW), "run"], {
    cwd: rig.folder,
    env: { ...process.env, ...rig.environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

function ended(child: ChildProcess): Promise<{ code: number | null; errors: string }> {
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, errors })));
}

/**
 * Kills the child at its n-th request, or, when that is the last one, some milliseconds of booking later.
 * True if it was still alive.
 */
async function killAt(rig: Rig, child: ChildProcess, request: number, laterMs: number): Promise<boolean> {
  const before = rig.simulator.requests().length;
  const end = ended(child);
  const watch = setInterval(() => {
    if (rig.simulator.requests().length - before < request) return;
    clearInterval(watch);
    setTimeout(() => child.kill("SIGKILL"), laterMs);
  }, 1);
  const { code } = await end;
  clearInterval(watch);
  return code === null;
}

for (const kind of STORE_KINDS) {
  test(`${kind}: after ${KILLS} kills at random moments the reports are those of an undisturbed run`, {
    timeout: 400_000,
  }, async () => {
    process.stdout.write(`kills on ${kind}: PERPBOOKS_TEST_SEED=${SEED}\n`);
    const random = seededRandom(`${SEED} ${kind}`);
    const calm = await newRig({ kind, world, now: NOW });
    const undisturbed = await ended(start(calm));
    expect(undisturbed.code, undisturbed.errors).toBe(0);
    const expected = await readFolder(join(calm.folder, "out"));
    const requests = calm.simulator.requests().length;
    await calm.close();

    let kills = 0;
    let stores = 0;
    while (kills < KILLS) {
      const rig = await newRig({ kind, world, now: NOW });
      stores += 1;
      if (rig.location.kind === "folder") {
        // Also the making of the store itself must be killable.
        await rm(rig.location.path, { recursive: true });
        await mkdir(rig.location.path);
        const child = start(rig);
        setTimeout(() => child.kill("SIGKILL"), random.integer(200, 3_000));
        if ((await ended(child)).code === null) kills += 1;
      }
      // Of each store the earlier kills fall into the sync and the later ones into the booking, as a run goes
      // on where the last one stopped.
      let requestsLeft = requests;
      for (let attempt = 0; attempt < 8 && kills < KILLS; attempt += 1) {
        const before = rig.simulator.requests().length;
        const isBooking = random.integer(0, 2) === 0;
        const isKilled = isBooking
          ? await killAt(rig, start(rig), requestsLeft, random.integer(0, 900))
          : await killAt(rig, start(rig), random.integer(1, requestsLeft), random.integer(0, 30));
        if (!isKilled) break;
        kills += 1;
        // What was read needs no second request, but for the few that each run begins with and the windows
        // not yet settled.
        requestsLeft = Math.max(10, requestsLeft - (rig.simulator.requests().length - before));
      }
      const last = await ended(start(rig));
      expect(last.code, last.errors).toBe(0);
      expect(await readFolder(join(rig.folder, "out"))).toEqual(expected);
      await rig.close();
    }
    process.stdout.write(
      `  ${kills} kills, ${stores} stores, each ended with the same ${Object.keys(expected).length} files\n`,
    );
  });
}
