/**
 * How much is tried of what is drawn at random: a share in `npm test`, all of it in `npm run test:long`. The
 * share is the beginning of the same sequence.
 */
export function sampleOf(share: number, all: number): number {
  return process.env["PERPBOOKS_TEST_LONG"] === "1" ? all : share;
}
