/**
 * Rounds of harm: a run is ended, hurt or disturbed at a random moment, or its machine is. Whatever happens,
 * the program says it in its one form, the next run works, its reports are those of an undisturbed twin to
 * the byte, and nothing is left lying about. `npm test` plays a share; `npm run torture -- --rounds 300` as
 * many as wanted. A failing round is named with the command that plays it alone.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/simulator/shared/random.ts";
import { sampleOf } from "../support/sample.ts";
import { startServer } from "../support/server.ts";
import { STORE_KINDS, type StoreKind } from "../support/stores.ts";
import { mountDisk } from "./disk.ts";
import { HARMS, type Harm } from "./harms.ts";
import { beginLife, type Life, NIGHTS, type Night, type OwnServer } from "./life.ts";
import type { Ended } from "./program.ts";

const SEED = process.env["PERPBOOKS_TEST_SEED"] ?? "1";
const FIRST = Number(process.env["PERPBOOKS_TEST_ROUNDS_FROM"] ?? "1");
const KINDS = STORE_KINDS.filter((kind) => kind === (process.env["PERPBOOKS_TEST_ROUNDS_ON"] ?? kind));
/** Only harms with these words in their title. */
const OF = process.env["PERPBOOKS_TEST_ROUNDS_OF"] ?? "";
const TELLS = process.env["PERPBOOKS_TEST_ROUNDS_TELL"] !== undefined;

/** Each night of the twin is played once, so a few rounds cost little more than themselves. */
const ROUNDS = Number(process.env["PERPBOOKS_TEST_ROUNDS"] ?? sampleOf(1, 60));

/** A message of the one form: where and what, and what to do next. */
const MESSAGE = /^\S.*: .+(?:\n {2}.+)*\n {2}next: .+/m;

/** The night of a store's life that a round falls into. */
const nightOfRound = (round: number) => (round - 1) % NIGHTS;

/** What is wrong with how a program has ended that was harmed; null where nothing is. */
function faultOf({ words: [command], code, signal, errors, hangs }: Ended): string | null {
  if (hangs) return "it hangs";
  switch (code) {
    case null:
      return signal === "SIGKILL" || signal === "SIGTERM" ? null : `it was ended by ${signal}`;
    case 0:
    case 3:
      return null;
    case 2:
      // Where no run has come far enough yet, there is nothing to tell.
      if (command === "run") return "a run ends with 2";
      break;
    case 1:
    case 75:
      break;
    default:
      return `it ends with ${code}`;
  }
  return MESSAGE.test(errors) ? null : `it ends with ${code} and without a message of the one form`;
}

const endText = ({ code, signal }: Ended) => (code === null ? String(signal) : String(code));

/** `verified` after the last of all nights; null where fewer were played. */
type Twin = { readonly nights: readonly Night[]; readonly verified: Ended | null };

async function playTwin(kind: StoreKind, server: OwnServer | null, many: number): Promise<Twin> {
  const life = await beginLife(kind, server);
  try {
    const nights: Night[] = [];
    for (let night = 0; night < many; night += 1) {
      const played = await life.run(night);
      expect(played.ended.code, played.ended.errors).toBe(0);
      nights.push(played);
    }
    expect(await life.leftovers()).toEqual([]);
    return { nights, verified: many < NIGHTS ? null : await life.verify() };
  } finally {
    await life.close();
  }
}

/** What the twin of this night and the run after the harm differ in; null where in nothing. */
function differenceOf(played: Night, calm: Night): string | null {
  const { code, errors } = played.ended;
  if (code !== calm.ended.code) return `the next run ends with ${endText(played.ended)}: ${errors}`;
  for (const name of new Set([...Object.keys(calm.files), ...Object.keys(played.files)])) {
    const [own, other] = [played.files[name], calm.files[name]];
    if (own === other) continue;
    if (own === undefined || other === undefined)
      return `${name} is ${own === undefined ? "missing" : "too many"}`;
    const [ownLines, otherLines] = [own.split("\n"), other.split("\n")];
    const at = ownLines.findIndex((line, nth) => line !== otherLines[nth]);
    return `${name} differs: ${ownLines[at]} instead of ${otherLines[at]}`;
  }
  return null;
}

type PlayedRound = { readonly ends: readonly Ended[]; readonly told: string; readonly fault: string | null };

async function playRound(life: Life, twin: Twin, round: number, harm: Harm): Promise<PlayedRound> {
  const told = [harm.title];
  const night = nightOfRound(round);
  const calm = twin.nights[night] as Night;
  const random = seededRandom(`${SEED}/${life.kind}/${round}`);
  const ends = await harm.does({ life, night, calm, random, tell: (what) => told.push(what) });
  await life.server?.server.recover();
  const played = (fault: string | null): PlayedRound => ({ ends, told: told.join(", "), fault });
  for (const end of ends) {
    const fault = faultOf(end);
    if (fault !== null) return played(`${end.words.join(" ")}: ${fault}\n${end.errors}`);
  }
  const next = await life.run(night);
  const difference = differenceOf(next, calm);
  if (difference !== null) return played(difference);
  const left = await life.leftovers();
  if (left.length > 0) return played(`left behind: ${left.join(", ")}`);
  if (night < NIGHTS - 1 || twin.verified === null) return played(null);
  const verified = await life.verify();
  const isSame = verified.code === twin.verified.code && verified.output === twin.verified.output;
  return played(isSame ? null : `verify says otherwise: ${verified.output}${verified.errors}`);
}

/** Each harm as often as any other, in an order that the seed draws anew each time. */
function harmOf(round: number, harms: readonly Harm[]): Harm {
  const nth = (round - 1) % harms.length;
  const random = seededRandom(`${SEED}/harms/${(round - 1 - nth) / harms.length}`);
  const left = [...harms];
  for (let before = 0; before < nth; before += 1) left.splice(left.indexOf(random.pick(left)), 1);
  return random.pick(left);
}

type Played = { readonly failures: readonly string[]; readonly ends: readonly string[] };

async function playRounds(kind: StoreKind, server: OwnServer | null): Promise<Played> {
  const twin = await playTwin(kind, server, Math.min(NIGHTS, nightOfRound(FIRST) + ROUNDS));
  const failures: string[] = [];
  const ends: string[] = [];
  let life: Life | null = null;
  let harms: readonly Harm[] = HARMS;
  try {
    for (let round = FIRST; round < FIRST + ROUNDS; round += 1) {
      const night = nightOfRound(round);
      if (life === null || night === 0) {
        await life?.close();
        life = await beginLife(kind, server);
        harms = possibleIn(life, round === FIRST);
        for (let before = 0; before < night; before += 1) await life.run(before);
      }
      const harm = harmOf(round, harms);
      const { ends: ended, told, fault } = await playRound(life, twin, round, harm);
      const how = ended.map(endText).join(" and ");
      ends.push(`${harm.title}: ${how}`);
      if (TELLS) process.stdout.write(`${kind} ${round}, night ${night}: ${told}: ${how}\n`);
      if (fault === null) continue;
      failures.push(
        [
          `${kind}, seed ${SEED}, round ${round}, night ${night}: ${told}`,
          fault.slice(0, FAULT_SHOWN),
          `play it alone: npm run torture -- --store ${kind} --seed ${SEED} --from ${round} --rounds 1${OF === "" ? "" : ` --of "${OF}"`}`,
        ].join("\n"),
      );
      process.stdout.write(`FAULT ${failures.at(-1)}\n\n`);
      // What came of it must not be taken for the next round's fault.
      await life.close();
      life = null;
    }
  } finally {
    await life?.close();
  }
  return { failures, ends };
}

const FAULT_SHOWN = 3_000;

for (const kind of KINDS) {
  test(`${kind}: after ${ROUNDS} rounds of harm the reports are those of an undisturbed run`, {
    timeout: 24 * 3_600_000,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "perpbooks-torture-"));
    const server = kind === "Postgres" ? await startOwnServer(folder) : null;
    try {
      const { failures, ends } = await playRounds(kind, server);
      process.stdout.write(
        `${kind}: ${ROUNDS} rounds from ${FIRST} of seed ${SEED}, ${failures.length} failed\n${countsOf(ends)}`,
      );
      expect(failures.join("\n\n"), `${failures.length} of ${ROUNDS}`).toBe("");
    } finally {
      await server?.server.stop();
      await server?.disk?.close();
      await rm(folder, { recursive: true });
    }
  });
}

/** How often each harm ended how, a line each. */
function countsOf(ends: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const end of ends) counts.set(end, (counts.get(end) ?? 0) + 1);
  return [...counts]
    .map(([end, count]) => `  ${end}: ${count}\n`)
    .toSorted()
    .join("");
}

/** What cannot be done here is said aloud, once. */
function possibleIn(life: Life, isTold: boolean): readonly Harm[] {
  return HARMS.filter(({ title, impossible }) => {
    const why = impossible?.(life) ?? null;
    if (!title.includes(OF)) return false;
    if (why !== null && isTold) process.stdout.write(`${life.kind}: skipped: ${title}: ${why}\n`);
    return why === null;
  });
}

/** On a small disk of its own, where one can be mounted. */
async function startOwnServer(folder: string): Promise<OwnServer> {
  // It runs as another user than root, and must be able to reach its data.
  await chmod(folder, 0o755);
  const disk = await mountDisk(join(folder, "disk"));
  return { disk, server: await startServer(join(disk?.path ?? folder, "data"), []) };
}
