/** Answers of JSON in which one field, row or list is another than the venue's. */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  jsonText,
  parseJsonExactly,
} from "../../src/domain/json.ts";
import type { Random } from "../../src/simulator/shared/random.ts";
import { BAD_VALUES } from "./bad-values.ts";
import type { AnswerMutation } from "./mutated-answers.ts";

type Change = (random: Random, value: Json, siblings: readonly Json[]) => Json | undefined;

/** Which value is changed, and how, follows from the seed and the answer alone. */
export function drawJsonMutation(random: Random): AnswerMutation {
  const [name, change] = random.pick(CHANGES);
  const seed = String(random.integer(0, 2 ** 40));
  const places: string[] = [];
  return {
    what: name,
    places: () => [...new Set(places)],
    make: (answer) => {
      let value: Json;
      try {
        value = parseJsonExactly(new TextDecoder().decode(answer.body));
      } catch {
        return answer;
      }
      const { place, text } = mutated(value, change, random.fork(seed));
      places.push(place);
      return { ...answer, body: new TextEncoder().encode(text) };
    },
  };
}

type JsonPlace = { readonly path: readonly (string | number)[]; readonly value: Json };

function mutated(value: Json, change: Change, random: Random): { place: string; text: string } {
  // Thirty places are tried: not every change fits every value.
  const places = placesOf(value, []);
  for (let trial = 0; trial < 30; trial += 1) {
    const { path } = random.pick(places);
    const changed = changedAt(value, path, (found, siblings) => change(random, found, siblings));
    if (changed !== undefined && changed !== value)
      return { place: `$${path.map((step) => `.${step}`).join("")}`, text: textWith(changed) };
  }
  return { place: "no place", text: jsonText(value) };
}

function placesOf(value: Json, path: JsonPlace["path"]): JsonPlace[] {
  const own = { path, value };
  if (Array.isArray(value)) return [own, ...value.flatMap((one, nth) => placesOf(one, [...path, nth]))];
  if (!isJsonObject(value)) return [own];
  return [own, ...Object.entries(value).flatMap(([name, one]) => placesOf(one, [...path, name]))];
}

/** Marks a value that is taken out. */
const GONE = Symbol("gone");
type Changed = Json | typeof GONE;

function changedAt(
  value: Json,
  path: JsonPlace["path"],
  change: (found: Json, siblings: readonly Json[]) => Json | undefined,
  siblings: readonly Json[] = [],
): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return change(value, siblings);
  if (Array.isArray(value) && typeof step === "number") {
    return spread(
      value.map((one, nth): Changed => {
        return nth === step ? (changedAt(one, rest, change, value) ?? GONE) : one;
      }),
    );
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      if (name !== step) return [[name, one]];
      const changed = changedAt(one, rest, change, Object.values(value));
      return changed === undefined ? [] : [[name, changed]];
    }),
  );
}

/** A row that comes several times is a list of itself, marked as such. */
function spread(values: readonly Changed[]): Json {
  return values.flatMap((one): readonly Json[] => {
    if (one === GONE) return [];
    return isJsonObject(one) && Array.isArray(one[TIMES]) ? one[TIMES] : [one];
  });
}
const TIMES = "\u0000times";
const RAW = "\u0000raw";

const raw = (json: string): Json => ({ [RAW]: json });

/** As `jsonText`, with values that only text can say. */
function textWith(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(textWith).join(",")}]`;
  if (!isJsonObject(value)) return jsonText(value);
  const rows = value[TIMES];
  if (Array.isArray(rows)) return textWith(rows);
  const text = value[RAW];
  if (typeof text === "string") return text;
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}:${textWith(one)}`)
    .join(",")}}`;
}

function textOf(value: Json): string | null {
  if (typeof value === "string") return value;
  return value !== null && typeof value === "object" && !Array.isArray(value) && !isJsonObject(value)
    ? (value as { toString(): string }).toString()
    : null;
}

/** In quotes or bare, as it was. */
function like(value: Json, text: string): Json {
  return raw(typeof value === "string" ? JSON.stringify(text) : text);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const CHANGES: readonly (readonly [name: string, change: Change])[] = [
  ["a value is left out", () => undefined],
  ["a bad value", (random) => raw(random.pick(BAD_VALUES).json)],
  ["a bad value", (random) => raw(random.pick(BAD_VALUES).json)],
  ["a bad value", (random) => raw(random.pick(BAD_VALUES).json)],
  ["a value of its neighbour", (random, value, siblings) => random.pick([...siblings, value])],
  ["a value in a list", (_, value) => [value]],
  ["a value in an object", (_, value) => ({ value })],
  [
    "quotes around a value, or none",
    (_, value) => {
      const text = textOf(value);
      if (text === null) return value;
      return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(text)
        ? raw(text.replace(/^(-?)0+(?=\d)/, "$1"))
        : text;
    },
  ],
  [
    "another digit",
    (random, value) => {
      const text = textOf(value);
      if (text === null || !/^-?\d+(?:\.\d+)?$/.test(text)) return value;
      const digits = [...text.matchAll(/\d/g)].map((match) => match.index);
      const at = random.pick(digits);
      return like(value, `${text.slice(0, at)}${random.integer(1, 9)}${text.slice(at + 1)}`);
    },
  ],
  [
    "the other sign",
    (_, value) => {
      const text = textOf(value);
      if (text === null || !/^-?\d+(?:\.\d+)?$/.test(text)) return value;
      return like(value, text.startsWith("-") ? text.slice(1) : `-${text}`);
    },
  ],
  [
    "more digits",
    (random, value) => {
      const text = textOf(value);
      if (text === null || !/^-?\d+(?:\.\d+)?$/.test(text)) return value;
      return like(
        value,
        `${text}${text.includes(".") ? "" : "."}${"3".repeat(random.pick([1, 15, 25, 45, 90]))}`,
      );
    },
  ],
  [
    "an exponent",
    (random, value) => {
      const text = textOf(value);
      if (text === null || !/^-?\d+(?:\.\d+)?$/.test(text)) return value;
      return like(value, `${text}e${random.pick(["-7", "+3", "12", "-60", "400"])}`);
    },
  ],
  [
    "a time of another day",
    (random, value) => {
      const text = textOf(value);
      if (text === null || !/^1[5-9]\d{11}$/.test(text)) return value;
      return like(value, String(Number(text) + random.pick([-400, -8, -1, 1, 8, 40_000]) * 86_400_000));
    },
  ],
  [
    "other letters",
    (random, value) =>
      typeof value === "string"
        ? random.pick([
            `${value}X`,
            value.toLowerCase(),
            `${value}\u001b[2J`,
            ` ${value} `,
            `${value}\u202e`,
            "币",
            "'\"\\/%#",
            "{place}",
          ])
        : value,
  ],
  ["a row twice", (_, value) => (isJsonObject(value) ? { [TIMES]: [value, value] } : value)],
  [
    "a row twice, the second a little different",
    (random, value) => {
      if (!isJsonObject(value)) return value;
      const names = Object.keys(value);
      if (names.length === 0) return value;
      const name = random.pick(names);
      return { [TIMES]: [value, { ...value, [name]: raw(random.pick(BAD_VALUES).json) }] };
    },
  ],
  [
    "a row many times",
    (random, value) =>
      isJsonObject(value)
        ? { [TIMES]: Array.from({ length: random.pick([99, 999, 1_001, 5_000]) }, () => value) }
        : value,
  ],
  ["a list in another order", (_, value) => (isList(value) ? value.toReversed() : value)],
  [
    "fields in another order",
    (_, value) => (isJsonObject(value) ? Object.fromEntries(Object.entries(value).toReversed()) : value),
  ],
  [
    "a row with a field of another row",
    (random, value) => {
      if (!isList(value)) return value;
      const rows = value.filter(isJsonObject);
      const [own, other] = [random.integer(0, value.length), random.integer(0, value.length)];
      const [one, two] = [rows[own], rows[other]];
      if (one === undefined || two === undefined || own === other) return value;
      const name = random.pick(Object.keys(two));
      const changed = { ...one, [name]: two[name] ?? null };
      return value.map((row) => (row === one ? changed : row));
    },
  ],
  ["a list without its rows", (_, value) => (isList(value) && value.length > 0 ? [] : value)],
  [
    "a list without some of its rows",
    (random, value) => (isList(value) && value.length > 1 ? value.filter(() => random.chance(2, 3)) : value),
  ],
  ["a list in a list", (_, value) => (isList(value) ? [value] : value)],
  [
    "a list of one more thing",
    (random, value) =>
      isList(value) ? [...value, random.pick<Json>([null, raw("1"), "x", [], {}, { a: "1" }])] : value,
  ],
  [
    "a field that nobody knows",
    (random, value) =>
      isJsonObject(value)
        ? {
            ...value,
            [random.pick(["__proto__", "constructor", "a\u0000b", "", "time2"])]: random.pick<Json>([
              raw("1"),
              "x",
              { a: [] },
            ]),
          }
        : value,
  ],
  [
    "a field of another name",
    (random, value) => {
      if (!isJsonObject(value) || Object.keys(value).length === 0) return value;
      const name = random.pick(Object.keys(value));
      const renamed = Object.entries(value).map(
        ([one, held]) => [one === name ? `${one}_` : one, held] as const,
      );
      return Object.fromEntries(renamed) as JsonObject;
    },
  ],
  [
    "a field twice",
    (random, value) => {
      if (!isJsonObject(value) || Object.keys(value).length === 0) return value;
      const name = random.pick(Object.keys(value));
      const text = textWith(value);
      return raw(`${text.slice(0, -1)},${JSON.stringify(name)}:${random.pick(BAD_VALUES).json}}`);
    },
  ],
  [
    "deep nesting",
    (random, value) => {
      const levels = random.pick([90, 101, 3_000]);
      return isJsonObject(value) || isList(value) ? value : raw(`${"[".repeat(levels)}${"]".repeat(levels)}`);
    },
  ],
];
