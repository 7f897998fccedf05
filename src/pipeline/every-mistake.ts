import { assert, UsageError } from "../errors.ts";

/**
 * What `load` gives, unless `checks` find mistakes; then one `UsageError` has the mistakes of all: who has
 * corrected one should not learn of the next only then.
 */
export async function orEveryMistake<Value>(
  load: () => Promise<Value>,
  checks: readonly (() => void)[],
): Promise<Value> {
  const mistakes: UsageError[] = [];
  const noting = (error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    mistakes.push(error);
    return null;
  };
  const loaded = await load().then((value) => ({ value }), noting);
  for (const check of checks) {
    try {
      check();
    } catch (error) {
      noting(error);
    }
  }
  const [first, ...others] = mistakes;
  if (first !== undefined) throw others.length === 0 ? first : together(first, others);
  assert(loaded !== null, "what was not loaded has no mistake");
  return loaded.value;
}

function together(first: UsageError, others: readonly UsageError[]): UsageError {
  return new UsageError({
    where: first.words.where,
    what: first.words.what,
    evidence: [
      ...(first.words.evidence ?? []),
      ...others.map(({ words }) => `${words.where}: ${words.what}`),
    ],
    next: [first, ...others].map(({ words }) => words.next).join("; "),
  });
}
