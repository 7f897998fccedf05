/**
 * Why a night ended as it did, in lines that a person reads first: the exit code in words, the account, what
 * it is, and the command.
 */
import { append, listText } from "../domain/lists.ts";
import { exitText, mostUrgent } from "../pipeline/exit-code.ts";

export type Reason = {
  readonly exitCode: number;
  /** Null where it is about none of them. */
  readonly account: string | null;
  readonly what: string;
  readonly next: string;
};

/** The most urgent first; a reason that several accounts share is given once. Pure. */
export function reasonLines(reasons: readonly Reason[]): string[] {
  const groups = new Map<string, Reason[]>();
  for (const reason of inOrderOfUrgency(reasons)) {
    const key = JSON.stringify([reason.exitCode, reason.what, reason.next]);
    groups.set(key, [...(groups.get(key) ?? []), reason]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const accounts = [first, ...others].flatMap(({ account }) => account ?? []);
    const of = accounts.length === 0 ? "" : `${listText(accounts)}: `;
    return [`${exitText(first.exitCode)}: ${of}${first.what}; next: ${first.next}`];
  });
}

function inOrderOfUrgency(reasons: readonly Reason[]): Reason[] {
  const rest = [...new Set(reasons.map(({ exitCode }) => exitCode))];
  const ordered: Reason[] = [];
  while (rest.length > 0) {
    const code = mostUrgent(rest);
    append(
      ordered,
      reasons.filter(({ exitCode }) => exitCode === code),
    );
    rest.splice(rest.indexOf(code), 1);
  }
  return ordered;
}
