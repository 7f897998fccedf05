/** A little history that every test of this folder is about: two days, two contracts, some sixty fills. */
import { parseInstant } from "../../src/domain/calendar.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { newRig, type Outcome, type Rig, type RigOptions } from "../support/rig.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-28T00:00:00Z");
export const NOW = parseInstant("2026-05-30T09:30:00Z");

export function smallWorld(...accounts: readonly string[]): World {
  return generateWorld({
    seed: "errors",
    from: FROM,
    until: NOW,
    fills: 60,
    symbols: ["BTCUSDT", "ETHUSDT"],
    accounts: accounts.map((name) => ({ name })),
  });
}

export function smallRig(options: Partial<RigOptions> = {}): Promise<Rig> {
  return newRig({
    kind: QUICK_KIND,
    world: smallWorld("main"),
    now: NOW,
    accountLines: ["since: 2026-05-28"],
    ...options,
  });
}

/** What a person reads of an outcome, without what differs from one machine or test to the next. */
export function asRead({ exitCode, errors }: Outcome): { exitCode: number; message: string } {
  return {
    exitCode,
    message: errors
      .trimEnd()
      .replaceAll(/127\.0\.0\.1:\d+/g, "HOST")
      .replaceAll(/\/[^\s':]*perpbooks-(?:test|rig)-\w+/g, "FOLDER")
      .replaceAll(/lock\.[0-9a-f]{16}/g, "LOCK")
      .replaceAll(/test_\d+_\d+/g, "DATABASE")
      .replaceAll(/[\d,]+ bytes had come/g, "BYTES bytes had come")
      // The words of the operating system and of Node, which differ from version to version.
      .replaceAll(/(the connection was lost\n {2}).*/g, "$1REASON"),
  };
}
