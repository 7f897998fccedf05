/** What the number says to cron and scripts (the design's table). */
export const EXIT = { done: 0, stopped: 1, usage: 2, needsPerson: 3, bug: 70, lockHeld: 75 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Of several accounts' outcomes the one that most needs attention: one that stopped hides one that is merely locked or incomplete. */
const URGENCY: readonly number[] = [
  EXIT.bug,
  EXIT.usage,
  EXIT.stopped,
  EXIT.lockHeld,
  EXIT.needsPerson,
  EXIT.done,
];

export function mostUrgent(codes: readonly number[]): number {
  return URGENCY.find((code) => codes.includes(code)) ?? EXIT.done;
}
