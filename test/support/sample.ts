/**
 * How much is tried of what is drawn at random, or of what takes long: a share in `npm test`, all of it in
 * `npm run test:long`. Of what is drawn the share is the beginning of the same sequence.
 */
export function sampleOf<Share>(share: Share, all: Share): Share {
  return process.env["PERPBOOKS_TEST_LONG"] === "1" ? all : share;
}
