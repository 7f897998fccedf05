/**
 * Ids as edgeX gives them: the millisecond of saving in the upper bits, a sequence and the machine below.
 * `(id >> 22) + 1600000000000` is the time.
 */
import type { Instant } from "../../../domain/instant.ts";

const EPOCH = 1_600_000_000_000n;
const MACHINE = 334n;
/** One millisecond has no more ids than that. */
const SEQUENCE_MAX = 4096n;

export type EdgexIds = { next(at: Instant): string };

/** One for all accounts of a world, so that no two rows share an id. */
export function edgexIds(): EdgexIds {
  const used = new Map<bigint, bigint>();
  return {
    next(at) {
      const sequence = used.get(BigInt(at)) ?? 0n;
      if (sequence >= SEQUENCE_MAX)
        throw new RangeError(`more than ${SEQUENCE_MAX} ids in millisecond ${at}`);
      used.set(BigInt(at), sequence + 1n);
      return (((BigInt(at) - EPOCH) << 22n) | (sequence << 10n) | MACHINE).toString();
    },
  };
}

/** When a row with this id was saved, in milliseconds. */
export function timeOfEdgexId(id: string): bigint {
  return (BigInt(id) >> 22n) + EPOCH;
}
