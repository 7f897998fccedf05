/**
 * Answers that are another than they should be, each in a night of its own. `npm test` runs a share; `npm run torture:answers -- --answers 2000` as many as
 * wanted, from `--from`. A failing one is named, and repeats: `npm run torture:answers -- --answers 1 --from NUMBER`.
 */
import { expect, test } from "vitest";
import { FAMILIES } from "../support/seeded-run.ts";
import { type Files, startTorture, type Torture, type Trial } from "../support/torture.ts";

const ANSWERS = Number(process.env["PERPBOOKS_TEST_ANSWERS"] ?? "4");
const FROM = Number(process.env["PERPBOOKS_TEST_ANSWERS_FROM"] ?? "1");
const OF = (process.env["PERPBOOKS_TEST_ANSWERS_OF"] ?? "aster-v1,binance-usdm,edgex-v1").split(",");
/** Some hundred requests and two sets of reports: nothing takes longer, unless it waits for what never comes. */
const HANG_MS = 90_000;
const MEMORY_MAX = 400 * 1024 * 1024;

/** A message of the one form: where and what, and what to do next. */
const MESSAGE = /^\S.*: .+(?:\n {2}.+)*\n {2}next: .+/m;

/** What is wrong with how a trial went; null where nothing is. */
function faultOf({ calm }: Torture, trial: Trial): string | null {
  const { night, bad, badFiles, clean, cleanFiles, open } = trial;
  const [otherThen, otherNow, otherAlone] = [
    differing(badFiles, calm[night].night, trial),
    differing(cleanFiles, calm[night].next, trial),
    // A night that stopped before it saw the balances is a night that was not.
    differing(cleanFiles, calm[night].alone, trial),
  ];
  const isMended = clean.exitCode === 0 && (otherNow === "" || otherAlone === "");
  // What was understood, and false, is booked; that it is another now, or gone, or missing, is for a person to see.
  const isNamed = clean.exitCode === 3 && open.length > 0;
  switch (bad.exitCode) {
    case 0:
      // A lie that is as likely as the truth is seen by nobody before the truth comes.
      if (otherThen !== "" && !isMended && !isNamed) return `exit 0 with other books: ${otherThen}`;
      break;
    case 1:
      if (!MESSAGE.test(bad.errors)) return "exit 1 without a message of the one form";
      break;
    case 3:
      if (!/INCOMPLETE: /.test(bad.output)) return "exit 3 that names nothing";
      break;
    default:
      return `exit ${bad.exitCode}`;
  }
  if (isNamed) {
    const unmended = open.find((line) => line.startsWith("not_understood,"));
    return unmended === undefined ? null : `after it a clean night has not mended: ${unmended}`;
  }
  if (isMended) return null;
  return clean.exitCode === 0
    ? `after it a clean night with other books: ${otherNow}`
    : `after it a clean night ends with ${clean.exitCode}, and names nothing`;
}

/** What was proven when: a clock that lies by less than a day moves it, and nothing else. */
const AS_OF = /^(?:balances|positions|daily-reconciliation|reconciliation|coverage|portfolio)\b/;
/** What is told of margin changes, which move no cash: no law sees a false one. */
const OF_MARGIN = /^(?:isolated-margin|margin-changes|liquidations)\b/;
/** How many records were loaded, also those that were false. */
const COUNTS = /\brecord_(?:count|digest|history|entries|sequence)\b/;

/** The first line that differs, of the files that the mutation must leave alone. The manifest counts what was read. */
function differing(files: Files, calm: Files, { isClock, isMargin }: Trial): string {
  for (const name of new Set([...Object.keys(files), ...Object.keys(calm)])) {
    if (name.includes("manifest") || (isClock && AS_OF.test(name)) || (isMargin && OF_MARGIN.test(name)))
      continue;
    if (files[name] === calm[name]) continue;
    const [own, other] = [linesOf(name, files[name]), linesOf(name, calm[name])];
    const at = Array.from({ length: Math.max(own.length, other.length) }, (_, nth) => nth).find(
      (nth) => own[nth] !== other[nth],
    );
    if (at !== undefined) return `${name}: ${own[at] ?? "nothing"} instead of ${other[at] ?? "nothing"}`;
  }
  return "";
}

function linesOf(name: string, text = ""): readonly string[] {
  const rows = name.endsWith(".json") ? text.split(/(?<=\}),\n/) : text.split(/\r?\n/);
  return rows.filter((row) => !COUNTS.test(row));
}

const CHOSEN = FAMILIES.filter((family) => OF.some((start) => family.startsWith(start)));
const venueOf = (family: string) => family.replace(/-v\d$/, "");

for (const family of CHOSEN) {
  const waysToSignIn = CHOSEN.filter((other) => venueOf(other) === venueOf(family)).length;
  const answers = Math.ceil(ANSWERS / waysToSignIn);
  test(`${family}: ${answers} mutated answers end with the same books, with what is open, or with where, why and what next`, {
    timeout: 24 * 3_600_000,
  }, async () => {
    const torture = await startTorture(family);
    const before = process.memoryUsage().rss;
    const ends: Record<string, number> = {};
    const failures: string[] = [];
    let memory = 0;
    const watch = setInterval(() => {
      memory = Math.max(memory, process.memoryUsage().rss - before);
    }, 20);
    for (let seed = FROM; seed < FROM + answers; seed += 1) {
      const trial = await within(HANG_MS, torture.trial(String(seed)));
      if (trial === null) {
        failures.push(`${seed}: it hangs`);
        break;
      }
      const fault = faultOf(torture, trial);
      const end = `${trial.bad.exitCode}, then ${trial.clean.exitCode}`;
      ends[end] = (ends[end] ?? 0) + 1;
      if (fault === null) continue;
      const { bad, clean, what } = trial;
      failures.push(
        `${seed}: ${what}
${fault}
${bad.errors.slice(0, 2_000)}${clean.errors.slice(0, 1_000)}`,
      );
      process.stdout.write(`${family} ${failures.at(-1)}
`);
    }
    clearInterval(watch);
    process.stdout.write(
      `${family}: ${answers} answers from ${FROM}; ends: ${JSON.stringify(ends)}; at most ${Math.round(memory / 1024 / 1024)} MB more memory\n`,
    );
    await torture.close();
    expect(failures.slice(0, 40).join("\n\n"), `${failures.length} of ${answers}`).toBe("");
    expect(memory).toBeLessThan(MEMORY_MAX);
  });
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
