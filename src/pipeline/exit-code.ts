/** What the number says to cron and scripts (the design's table). */
export const EXIT = { done: 0, stopped: 1, usage: 2, openItems: 3, bug: 70, lockHeld: 75 } as const;

/** The same in words: for the help and the README, which a test compares. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "done, complete, reconciled",
  stopped:
    "stopped or interrupted; what was done is kept, nothing is half-written, the message says what to do",
  usage: "wrong usage or configuration; nothing was done, and all mistakes are listed at once",
  openItems:
    "done, with open items: a gap, a record set aside, a difference, an amount in suspense, a missing price",
  bug: "a mistake in perpbooks; please report it",
  lockHeld: "another run holds the lock; try later",
};

/** The same in a word or two, for the first line of a mail. */
const EXIT_WORDS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "done",
  stopped: "stopped",
  usage: "wrong usage or configuration",
  openItems: "open items",
  bug: "a mistake in perpbooks",
  lockHeld: "another run holds the lock",
};

/**
 * Of several accounts' outcomes the most urgent one: one that stopped hides one that is merely locked or
 * incomplete.
 */
const URGENCY: readonly number[] = [
  EXIT.bug,
  EXIT.usage,
  EXIT.stopped,
  EXIT.lockHeld,
  EXIT.openItems,
  EXIT.done,
];

/** `3, open items`. */
export function exitText(code: number): string {
  const [name] = Object.entries(EXIT).find(([, value]) => value === code) ?? [];
  return name === undefined ? String(code) : `${code}, ${EXIT_WORDS[name as keyof typeof EXIT]}`;
}

export function mostUrgent(codes: readonly number[]): number {
  return URGENCY.find((code) => codes.includes(code)) ?? EXIT.done;
}
