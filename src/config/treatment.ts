import {
  DEFAULT_TREATMENT,
  FEE_TREATMENTS,
  FUNDING_TREATMENTS,
  LOT_METHODS,
  type Treatment,
} from "../domain/treatment.ts";
import type { Place, Reading } from "./reading.ts";
import { readChoice } from "./values.ts";

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
