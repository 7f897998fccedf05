/** A trace as an indented tree for people. */
import type { TracedBranch, TracedFact, TracedRecord, TracedRun, TracedSum, TracedWindow } from "./trace.ts";

/**
 * The request that a span is read with, or that a snapshot was queried with, as `GET /path?query`; null where
 * nobody can tell.
 */
export type RequestTexts = {
  ofWindow(window: TracedWindow): string | null;
  ofSnapshot(accountId: string, snapshot: "balances" | "positions"): string | null;
};

/** The lines of the branches, indented by `depth` steps. */
export function branchLines(
  branches: readonly TracedBranch[],
  requests: RequestTexts,
  depth: number,
): string[] {
  if (branches.length === 0)
    return [indented(depth, "nothing is behind it: no fact of the store leads here")];
  return branches.flatMap((branch) => [
    indented(depth, `${branch.noun}: ${branch.count}${shownText(branch)}`),
    ...branch.sums.filter(isWorthALine).map((sum) => indented(depth + 1, sumText(sum))),
    ...branch.facts.flatMap((fact) => factLines(fact, requests, depth + 1)),
  ]);
}

function shownText({ count, facts }: TracedBranch): string {
  return count === String(facts.length)
    ? ""
    : `, of which the first ${facts.length} are shown; --all shows all`;
}

/** A sum over nothing that explains an absent or zero figure would only be in the way. */
function isWorthALine({ sum, difference }: TracedSum): boolean {
  return sum !== null || (difference !== null && difference !== "0");
}

function sumText({ name, sum, cell, difference }: TracedSum): string {
  const total = `${name}: the sum is ${sum ?? "over nothing"}`;
  if (cell === undefined) return total;
  if (difference === "0") return `${total} = cell`;
  return difference === null
    ? `${total}; the cell is ${cell ?? "empty"}`
    : `${total} ≠ cell ${cell ?? "empty"}: it differs by ${difference}`;
}

function factLines(fact: TracedFact, requests: RequestTexts, depth: number): string[] {
  const requested = fact.snapshot === null ? null : requests.ofSnapshot(fact.account_id, fact.snapshot);
  return [
    indented(depth, `${fact.account_id} ${fact.words}`),
    ...(fact.snapshot === null
      ? []
      : [
          indented(
            depth + 1,
            `from a snapshot: the figures are kept, not the answer${requested === null ? "" : `; it was queried with ${requested}`}`,
          ),
        ]),
    ...(fact.record === null ? [] : recordLines(fact.record, requests, depth + 1)),
  ];
}

function recordLines(record: TracedRecord, requests: RequestTexts, depth: number): string[] {
  const { versions, windows, setAside } = record;
  return [
    indented(depth, `record ${record.stream} ${record.record_key}`),
    ...setAside.map(({ kind, reason }) => indented(depth + 1, `set aside, ${kind}: ${reason}`)),
    ...versions.flatMap(({ version, body, ...run }) => [
      indented(depth + 1, `version ${version} of ${versions.length}, brought by ${runText(run)}`),
      indented(depth + 2, body),
    ]),
    ...windows.flatMap((window) => windowLines(window, versions.at(-1)?.run_id, requests, depth + 1)),
  ];
}

function windowLines(
  window: TracedWindow,
  runOfRecord: string | undefined,
  requests: RequestTexts,
  depth: number,
): string[] {
  const place = window.symbol === "" ? window.stream : `${window.stream} ${window.symbol}`;
  const note = window.note === "" ? "" : `, ${window.note}`;
  const state = window.is_settled ? "" : ", not settled yet";
  const request = requests.ofWindow(window);
  return [
    indented(
      depth,
      `span ${place} [${window.from_time}, ${window.until_time})${state}, evidence ${window.evidence}${note}, read at ${window.read_at} by ${window.run_id === runOfRecord ? "the same run" : runText(window)}`,
    ),
    ...(request === null ? [] : [indented(depth + 1, `such a span is read with ${request}`)]),
  ];
}

function runText({ run_id, command, started_at }: TracedRun): string {
  return command === null
    ? `run ${run_id}, which is not on record`
    : `run ${run_id} (${command}, started ${started_at})`;
}

/** The venue's texts could hold what a terminal obeys: cursor moves, colours, a bell. */
function indented(depth: number, text: string): string {
  return `${"  ".repeat(depth)}${text.replace(/\p{Cc}/gu, "?")}`;
}
