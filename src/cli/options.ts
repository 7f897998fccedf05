/** Options that several commands share. */
import type { Options } from "yargs";

export const CONFIG = {
  type: "string",
  default: "perpbooks.yaml",
  requiresArg: true,
  describe: "the configuration file",
} as const satisfies Options;

export const ACCOUNTS = {
  type: "string",
  array: true,
  requiresArg: true,
  describe: "only this account (may be repeated)",
} as const satisfies Options;

export const ACCOUNT = {
  type: "string",
  demandOption: true,
  requiresArg: true,
  describe: "the account",
} as const satisfies Options;

export const PERIOD = {
  type: "string",
  requiresArg: true,
  describe: "2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST; default: all there is",
} as const satisfies Options;

export const TIME_ZONE = {
  type: "string",
  requiresArg: true,
  describe: "days begin at its midnights; default: the configuration's",
} as const satisfies Options;

export const SHARD = {
  type: "string",
  requiresArg: true,
  describe: "K/N: of several that share one store, this one takes every N-th account, from the K-th on",
} as const satisfies Options;

export const ALL_SYMBOLS = {
  type: "boolean",
  default: false,
  describe: "read every listed symbol again",
} as const satisfies Options;

export const DEADLINE = {
  type: "string",
  requiresArg: true,
  describe: "end after this time, with what was done: 90s, 30m, 6h; default: none",
} as const satisfies Options;

export const LOG = {
  type: "string",
  requiresArg: true,
  describe: "append what is done, as JSON lines, to this file; - for stderr; default: nowhere",
} as const satisfies Options;

export const FILE_TIME_ZONE = {
  type: "string",
  requiresArg: true,
  describe: "of the files' times, where neither they nor their names say: UTC+3",
} as const satisfies Options;

export const BECAUSE = {
  type: "string",
  demandOption: true,
  requiresArg: true,
  describe: "the reason, for anyone who asks later",
} as const satisfies Options;

/** What printed commands have in place of the reason. */
const PLACEHOLDER = "…";

/** Whether a person gave a reason: a printed command that is run unchanged gives none. */
export function isReason(because: string): boolean {
  return !["", PLACEHOLDER].includes(because.trim());
}
