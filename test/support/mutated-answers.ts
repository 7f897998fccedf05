/**
 * What an answer may look like on the worst of days: cut, torn, of another type or encoding, or JSON in which any field, row or list is another. Each is
 * drawn from a seed and named in words, so that a failure repeats.
 */
import { gzipSync } from "node:zlib";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  jsonText,
  parseJsonExactly,
} from "../../src/domain/json.ts";
import type { Random } from "../../src/simulator/random.ts";
import { BAD_VALUES } from "./bad-values.ts";
import type { WireAnswer } from "./harmful-proxy.ts";

export type AnswerMutation = {
  readonly what: string;
  /** The same for every answer, whatever is in it. */
  readonly make: (answer: WireAnswer) => WireAnswer;
};

export function drawAnswerMutation(random: Random): AnswerMutation {
  // What is wrong in the rows is the most of it: what surrounds them has fewer ways to go wrong.
  return random.chance(1, 5) ? random.pick(WIRE_MUTATIONS) : drawJsonMutation(random);
}

// On the wire -----------------------------------------------------------------------------------------------------------

const bytes = (text: string) => new TextEncoder().encode(text);
const withBody = (what: string, change: (body: Uint8Array) => Uint8Array): AnswerMutation => ({
  what,
  make: (answer) => ({ ...answer, body: change(answer.body) }),
});
const withText = (what: string, text: string) => withBody(what, () => bytes(text));
const withHeader = (name: string, value: string): AnswerMutation => ({
  what: `the header ${name}: ${value}`,
  make: (answer) => ({ ...answer, headers: { ...answer.headers, [name]: value } }),
});
const withStatus = (status: number): AnswerMutation => ({
  what: `the status ${status}`,
  make: (answer) => ({ ...answer, status }),
});

const WIRE_MUTATIONS: readonly AnswerMutation[] = [
  withBody("no body", () => new Uint8Array()),
  withBody("half a body", (body) => body.slice(0, body.length >> 1)),
  withBody("a body without its last sign", (body) => body.slice(0, -1)),
  withBody("the body twice", (body) => new Uint8Array([...body, ...body])),
  withBody("a byte order mark", (body) => new Uint8Array([0xef, 0xbb, 0xbf, ...body])),
  withBody("UTF-16", (body) => new Uint8Array(Buffer.from(new TextDecoder().decode(body), "utf16le"))),
  withBody("bytes that are no UTF-8", (body) => body.map((byte, nth) => (nth % 7 === 3 ? 0xff : byte))),
  withBody("NUL bytes in between", (body) => body.map((byte, nth) => (nth % 11 === 5 ? 0 : byte))),
  withBody("plain gzip that is not announced", (body) => new Uint8Array(gzipSync(body))),
  withHeader("content-encoding", "gzip"),
  withHeader("content-encoding", "br"),
  withHeader("content-encoding", "deflate"),
  withHeader("content-encoding", "unheard-of"),
  withHeader("content-type", "text/html"),
  withHeader("content-type", "application/json; charset=utf-16"),
  withHeader("retry-after", "9999999999999"),
  withHeader("retry-after", "-5"),
  withHeader("x-mbx-used-weight-1m", "99999999999999999999"),
  withHeader("x-mbx-used-weight-1m", "n/a"),
  ...[201, 204, 301, 302, 304, 400, 401, 403, 404, 408, 418, 429, 451, 500, 503].map(withStatus),
  withText("HTML", "<html><body><h1>Just a moment…</h1></body></html>"),
  ...["null", "[]", "{}", "0", '""', "true", "[[]]", "[{}]", "[null]", "[1,2]", '{"code":0}'].map((text) =>
    withText(`the whole answer ${text}`, text),
  ),
  ...['{"code":"SUCCESS"}', '{"code":"SUCCESS","data":null}', '{"code":"SUCCESS","data":[]}'].map((text) =>
    withText(`the whole answer ${text}`, text),
  ),
  ...['{"code":"SUCCESS","data":{}}', '{"code":"SUCCESS","data":{"dataList":[]}}'].map((text) =>
    withText(`the whole answer ${text}`, text),
  ),
  ...[-1000, -1003, -1021, -1022, -1121, -2008, -2014, -2015, -4109, 7, 99_999].map((code) => ({
    what: `the refusal ${code}`,
    make: (answer: WireAnswer) => ({
      ...answer,
      status: 400,
      body: bytes(`{"code":${code},"msg":"\u001b[31mrefused\u0007 \\u0000"}`),
    }),
  })),
  ...[200, 20_000].map((levels) => withText(`${levels} levels`, "[".repeat(levels) + "]".repeat(levels))),
];

// In the JSON -----------------------------------------------------------------------------------------------------------

type Change = (random: Random, value: Json, siblings: readonly Json[]) => Json | undefined;

/** Which value is changed, and how, follows from the seed and the answer alone. */
function drawJsonMutation(random: Random): AnswerMutation {
  const [name, change] = random.pick(CHANGES);
  const seed = String(random.integer(0, 2 ** 40));
  return {
    what: `${name} (${seed})`,
    make: (answer) => {
      let value: Json;
      try {
        value = parseJsonExactly(new TextDecoder().decode(answer.body));
      } catch {
        return answer;
      }
      return { ...answer, body: bytes(jsonWith(value, change, random.fork(seed))) };
    },
  };
}

type Place = { readonly path: readonly (string | number)[]; readonly value: Json };

function jsonWith(value: Json, change: Change, random: Random): string {
  // Ten places are tried: not every change fits every value.
  const places = placesOf(value, []);
  for (let trial = 0; trial < 10; trial += 1) {
    const { path } = random.pick(places);
    const changed = changedAt(value, path, (found, siblings) => change(random, found, siblings));
    if (changed !== undefined && changed !== value) return textWith(changed);
  }
  return jsonText(value);
}

function placesOf(value: Json, path: Place["path"]): Place[] {
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
  path: Place["path"],
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
