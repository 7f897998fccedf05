import { readStorableDecimal } from "../domain/storable.ts";
import type { Configuration, PegConfiguration } from "./configuration.ts";
import type { Mapping, Place, Reading, Text } from "./reading.ts";

const PRICE = "a plain decimal above zero such as 1";
const PEG_KEYS = ["asset", "currency", "price", "because"];

/** Reads `pegs`; null after a mistake. */
export function readPegs(reading: Reading, place: Place): readonly PegConfiguration[] | null {
  const items = reading.list(place, "a list of pegs (asset, currency, price, because)");
  if (items === null) return null;
  const lineOfPair = new Map<string, number>();
  const pegs = items.map((item) => readPeg(reading, item, lineOfPair));
  return pegs.filter((peg) => peg !== null);
}

function readPeg(reading: Reading, place: Place, lineOfPair: Map<string, number>): PegConfiguration | null {
  const mapping = reading.mapping(place, "a peg (asset, currency, price, because)", PEG_KEYS);
  if (mapping === null) return null;
  const asset = text(reading, mapping, "asset", "an asset such as USDT");
  const currency = text(reading, mapping, "currency", "a currency such as USD");
  const price = text(reading, mapping, "price", PRICE);
  const because = text(reading, mapping, "because", "the reason, for anyone who asks later");
  if (asset === null || currency === null || price === null || because === null) return null;
  if (!readStorableDecimal(price.value)?.greaterThan(0)) {
    reading.mistake(mapping.entries.get("price") ?? place, `expected ${PRICE}, found ${price.shown}`);
    return null;
  }
  if (asset.value === currency.value) {
    reading.mistake(place, `expected two assets, found ${asset.shown} twice`);
    return null;
  }
  const pair = [asset.value, currency.value].toSorted().join(" ");
  const first = lineOfPair.get(pair);
  if (first !== undefined) {
    reading.mistake(place, `expected one peg of the two, found another on line ${first}`);
    return null;
  }
  lineOfPair.set(pair, place.line);
  return {
    asset: asset.value,
    currency: currency.value,
    price: price.value,
    because: because.value,
  };
}

function text(reading: Reading, mapping: Mapping, key: string, expected: string): Text | null {
  const place = reading.required(mapping, key, expected);
  return place === null ? null : reading.text(place, expected);
}

/** Reads `prices`; null after a mistake. */
export function readPrices(reading: Reading, place: Place): Configuration["prices"] | null {
  const mapping = reading.mapping(place, "a mapping with fetch", ["fetch"]);
  const fetchAt = mapping === null ? null : reading.required(mapping, "fetch", "true or false");
  const text = fetchAt === null ? null : reading.text(fetchAt, "true or false");
  if (fetchAt === null || text === null) return null;
  if (text.value !== "true" && text.value !== "false") {
    reading.mistake(fetchAt, `expected true or false, found ${text.shown}`);
    return null;
  }
  return { fetch: text.value === "true" };
}
