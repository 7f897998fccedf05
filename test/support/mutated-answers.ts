/**
 * What an answer may look like on the worst of days: cut, torn, of another type or encoding, or JSON in which
 * any field, row or list is another. Each is drawn from a seed and named in words, so that a failure repeats.
 */
import type { Random } from "../../src/simulator/shared/random.ts";
import type { MakeAnswer } from "./harmful-proxy.ts";
import { drawJsonMutation } from "./json-mutations.ts";
import { drawWireMutation } from "./wire-mutations.ts";

export type AnswerMutation = {
  readonly what: string;
  /** Once it was made: which values of the answers' JSON are another, as `$.data.0.price`. */
  readonly places?: () => readonly string[];
  /** Gives the same for the same answers. */
  readonly make: MakeAnswer;
};

export function drawAnswerMutation(random: Random): AnswerMutation {
  // What is wrong in the rows is the most of it: what surrounds them has fewer ways to go wrong.
  return random.chance(3, 10) ? drawWireMutation(random) : drawJsonMutation(random);
}
