import { test } from "vitest";
import { IS_LONG } from "./long.ts";

/**
 * A test that plays many nights or whole venues to hold a law that a smaller test of `npm test` holds too: it
 * is run by `npm run test:long` alone, and `npm test` counts it as skipped.
 */
export const longTest = test.skipIf(!IS_LONG);

/**
 * How much is tried of what is drawn at random, or of what takes long: a share in `npm test`, all of it in
 * `npm run test:long`. Of what is drawn the share is the beginning of the same sequence.
 */
export function sampleOf<Share>(share: Share, all: Share): Share {
  return IS_LONG ? all : share;
}

/** The first cases of a table in `npm test`, all of them in `npm run test:long`. */
export function inPart<Case>(share: number, cases: readonly Case[]): readonly Case[] {
  return sampleOf(cases.slice(0, share), cases);
}
