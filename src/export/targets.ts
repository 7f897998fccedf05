/** All targets, in the order in which they are listed. */
import type { Target } from "./target.ts";
import { beancount } from "./targets/beancount.ts";
import { events } from "./targets/events.ts";
import { hledger } from "./targets/hledger.ts";
import { koinly } from "./targets/koinly.ts";

export const TARGETS: readonly Target[] = [koinly, hledger, beancount, events];

export const TARGETS_BY_NAME: Readonly<Record<string, Target>> = Object.fromEntries(
  TARGETS.map((target) => [target.name, target]),
);
