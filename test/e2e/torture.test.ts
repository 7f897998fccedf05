/**
 * Answers that are another than they should be, each in a night of its own. `npm test` runs a share; `npm run
 * torture:answers -- --answers 2000` as many as wanted, from `--from`. A failing one is named with the
 * command that repeats it.
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sampleOf } from "../support/sample.ts";
import { FAMILIES } from "../support/seeded-run.ts";
import { type Books, INCOMPLETE, type Open, partsOf, startTorture, type Trial } from "../support/torture.ts";

const ANSWERS = Number(process.env["PERPBOOKS_TEST_ANSWERS"] ?? sampleOf(1, 4));
const FROM = Number(process.env["PERPBOOKS_TEST_ANSWERS_FROM"] ?? "1");
const OF = (process.env["PERPBOOKS_TEST_ANSWERS_OF"] ?? "aster-v3,binance-usdm,edgex-v1").split(",");
const TELLS = process.env["PERPBOOKS_TEST_ANSWERS_TELL"] !== undefined;
/** Two nights of at most two dozen accounts: nothing takes longer, unless it waits for what never comes. */
const HANG_MS = 600_000;
const MEMORY_MAX = 400 * 1024 * 1024;

/** An answer that never comes is waited for as long as this, and not half a minute. */
const ANSWER_WAIT_MS = 6_000;
const ANSWER_LIMIT_MS = 30_000;

beforeAll(() => {
  const { setTimeout } = globalThis;
  const quicker = <Given extends unknown[]>(act: (...given: Given) => void, ms?: number, ...given: Given) =>
    setTimeout(act, ms === ANSWER_LIMIT_MS ? ANSWER_WAIT_MS : ms, ...given);
  vi.stubGlobal("setTimeout", quicker);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

/** A message of the one form: where and what, and what to do next. */
const MESSAGE = /^\S.*: .+(?:\n {2}.+)*\n {2}next: .+/m;

/** What is wrong with how a trial went; null where nothing is. */
function faultOf(trial: Trial): string | null {
  const { bad, clean, calm, open } = trial;
  const [otherThen, otherNow, otherAlone] = [
    differing(bad.books, calm.bad, trial),
    differing(clean.books, calm.clean, trial),
    // A night that stopped before it saw the balances is a night that was not.
    differing(clean.books, calm.alone, trial),
  ];
  const isMended = clean.exitCode === 0 && (otherNow === "" || otherAlone === "");
  // What was understood, and false, is booked; that it is another now, or gone, or missing, is for a person
  // to see.
  const isNamed = clean.exitCode === 3 && open.length > 0;
  switch (bad.exitCode) {
    case 0:
      // A lie that is as likely as the truth is seen by nobody before the truth comes.
      if (otherThen !== "" && !isMended && !isNamed && !isUnproven(trial))
        return `exit 0 with other books: ${otherThen}`;
      break;
    case 1:
      if (!MESSAGE.test(bad.message)) return "exit 1 without a message of the one form";
      break;
    case 3:
      if ((bad.books.get(INCOMPLETE) ?? []).length === 0) return "exit 3 that names nothing";
      break;
    default:
      return `exit ${bad.exitCode}`;
  }
  if (isNamed) {
    const unfixed = open.find((one) => !isOfFalseRecord(one, open));
    return unfixed === undefined
      ? null
      : `after it a clean night has not fixed: ${unfixed.what} ${unfixed.told}`;
  }
  if (isMended || isUnproven(trial)) return null;
  return clean.exitCode === 0
    ? `after it a clean night with other books: ${otherNow}`
    : `after it a clean night ends with ${clean.exitCode}, and names nothing`;
}

/**
 * What may stay for a person after the clean night: that a record which was false when it was first read is
 * another now, or gone; a contract that only such a record names; and what differs by it. Whatever was read
 * before the bad night is as it was.
 */
function isOfFalseRecord(one: Open, all: readonly Open[]): boolean {
  switch (one.what) {
    case "difference":
    case "suspense":
      return true;
    case "rewritten":
    case "vanished":
      return !one.isOfBefore;
    case "gap":
      return all.some(
        ({ what, symbol, isOfBefore }) => what === "vanished" && symbol === one.symbol && !isOfBefore,
      );
    default:
      return false;
  }
}

/** What was proven when: a clock that lies by less than a day moves it, and nothing else. */
const AS_OF = /(?:^|\/)(?:balances|positions|daily-reconciliation|reconciliation|coverage)\b/;
/** How many records were loaded, also those that were false. */
const COUNTS = /,record_(?:count|digest|history|entries|sequence),/;

/**
 * Values that no law of the books proves: a false one that is as likely as the true one stays, if it is read
 * once and never again.
 */
const UNPROVEN: readonly { readonly path: RegExp; readonly place: RegExp }[] = [
  // Margin moves between two pockets of one wallet.
  { path: /positionMargin\/history$/, place: /./ },
  // What a liquidation did is told by fills and cash, which are proven; its order is told beside them.
  { path: /forceOrders$/, place: /./ },
  // Names that nothing else of the account bears.
  { path: /userTrades$/, place: /\.(?:orderId|maker|buyer)$/ },
  // The asset of a fee that is zero; of any other the cash tells another.
  { path: /userTrades$/, place: /\.commissionAsset$/ },
];

function isUnproven({ path, places }: Trial): boolean {
  return UNPROVEN.some((one) => one.path.test(path) && places.every((place) => one.place.test(place)));
}

/** The first line that differs, of the files that the mutation must leave alone. */
function differing(books: Books, calm: Books, { path }: Trial): string {
  for (const name of new Set([...books.keys(), ...calm.keys()])) {
    if (/time$/i.test(path) && AS_OF.test(name)) continue;
    const [own = [], other = []] = [books, calm].map((one) =>
      (one.get(name) ?? []).filter((line) => !COUNTS.test(line)),
    );
    const length = Math.max(own.length, other.length);
    const at = Array.from({ length }, (_, nth) => nth).find((nth) => own[nth] !== other[nth]);
    if (at !== undefined) return `${name}: ${own[at] ?? "nothing"} instead of ${other[at] ?? "nothing"}`;
  }
  return "";
}

const CHOSEN = FAMILIES.filter((family) => OF.some((start) => family.startsWith(start)));
const venueOf = (family: string) => family.replace(/-v\d$/, "");

for (const family of CHOSEN) {
  const waysToSignIn = CHOSEN.filter((other) => venueOf(other) === venueOf(family)).length;
  const answers = Math.ceil(ANSWERS / waysToSignIn);
  test(`${family}: ${answers} mutated answers end with the same books, with what is open, or with where, why and what next`, {
    timeout: 24 * 3_600_000,
  }, async () => {
    const seeds = Array.from({ length: answers }, (_, nth) => FROM + nth);
    const torture = await startTorture(family, seeds);
    const before = process.memoryUsage().rss;
    const ends: Record<string, number> = {};
    const failures: string[] = [];
    let memory = 0;
    const watch = setInterval(() => {
      memory = Math.max(memory, process.memoryUsage.rss() - before);
    }, 50);
    for (const part of partsOf(seeds)) {
      const trials = await within(HANG_MS, torture.trials(part));
      if (trials === null) {
        failures.push(`one of ${part.join(", ")} hangs`);
        break;
      }
      for (const trial of trials) {
        const { seed, night, path, what, places, bad, clean } = trial;
        const end = `${bad.exitCode}, then ${clean.exitCode}`;
        ends[end] = (ends[end] ?? 0) + 1;
        const fault = faultOf(trial);
        const told = `${seed}: ${night} night, ${path} ${what} ${places.join(" ")}`.slice(0, 400);
        if (TELLS) process.stdout.write(`${family} ${end}, ${told}: ${toldOf(trial)}\n`);
        if (fault === null) continue;
        failures.push(
          [
            told,
            fault,
            bad.message.slice(0, 2_000),
            clean.message.slice(0, 1_000),
            `repeat it: npm run torture:answers -- --answers 1 --from ${seed} --of ${family}`,
          ].join("\n"),
        );
        process.stdout.write(`FAULT ${family} ${failures.at(-1)}\n\n`);
      }
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

/** What was said of a trial, in one line. */
function toldOf({ bad, open }: Trial): string {
  const said = bad.message === "" ? (bad.books.get(INCOMPLETE) ?? []).join("; ") : bad.message;
  const left = open.map((one) => `${one.what} ${one.told}`).join("; ");
  return `${said.replaceAll("\n", " | ").slice(0, 300)}; open: ${left.slice(0, 600)}`;
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
