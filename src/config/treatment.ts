import {
  DEFAULT_TREATMENT,
  FEE_TREATMENTS,
  FUNDING_TREATMENTS,
  LOT_METHODS,
  type Treatment,
} from "../domain/treatment.ts";
import { alternatives, type Mapping, type Place, type Reading } from "./reading.ts";

const KEYS = ["method", "fees", "funding"];

/** Reads what the summary calls the result; what is not said is as venues count. Null after a mistake. */
export function readTreatment(reading: Reading, place: Place): Treatment | null {
  const mapping = reading.mapping(place, `a mapping with ${KEYS.join(", ")}`, KEYS);
  if (mapping === null) return null;
  const method = readChoice(reading, mapping, "method", LOT_METHODS, DEFAULT_TREATMENT.method);
  const fees = readChoice(reading, mapping, "fees", FEE_TREATMENTS, DEFAULT_TREATMENT.fees);
  const funding = readChoice(reading, mapping, "funding", FUNDING_TREATMENTS, DEFAULT_TREATMENT.funding);
  return method === null || fees === null || funding === null ? null : { method, fees, funding };
}

function readChoice<Choice extends string>(
  reading: Reading,
  mapping: Mapping,
  key: string,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice | null {
  const place = mapping.entries.get(key);
  if (place === undefined) return otherwise;
  const expected = alternatives(choices);
  const text = reading.text(place, expected);
  const choice = choices.find((one) => one === text?.value) ?? null;
  if (text !== null && choice === null) reading.mistake(place, `expected ${expected}, found ${text.shown}`);
  return choice;
}
