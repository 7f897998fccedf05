/**
 * Answers that are another than the venue's as they go over the wire: their bytes, encoding, status, headers
 * and delivery.
 */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Random } from "../../src/simulator/shared/random.ts";
import type { WireAnswer } from "./harmful-proxy.ts";
import type { AnswerMutation } from "./mutated-answers.ts";

export function drawWireMutation(random: Random): AnswerMutation {
  return random.pick(random.pick(KINDS))(random);
}

type Draw = (random: Random) => AnswerMutation;

const bytes = (text: string) => new TextEncoder().encode(text);
const union = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const fixed =
  (what: string, change: (answer: WireAnswer) => WireAnswer): Draw =>
  () => ({ what, make: change });
const body = (what: string, change: (own: Uint8Array) => Uint8Array): Draw =>
  fixed(what, (answer) => ({ ...answer, body: change(answer.body) }));
const encoded = (what: string, encoding: string, change: (own: Uint8Array) => Uint8Array): Draw =>
  fixed(what, (answer) => ({
    ...answer,
    headers: { ...answer.headers, "content-encoding": encoding },
    body: change(answer.body),
  }));
const delivered = (what: string, delivery: NonNullable<WireAnswer["delivery"]>): Draw =>
  fixed(what, (answer) => ({ ...answer, delivery }));
const header =
  (name: string, values: readonly string[]): Draw =>
  (random) => {
    const value = random.pick(values);
    return {
      what: `the header ${name}: ${value}`,
      make: (answer) => ({ ...answer, headers: { ...answer.headers, [name]: value } }),
    };
  };

const BODIES: readonly Draw[] = [
  body("no body", () => new Uint8Array()),
  body("half a body", (own) => own.slice(0, own.length >> 1)),
  body("a body without its last sign", (own) => own.slice(0, -1)),
  body("the body twice", (own) => union(own, own)),
  body("a byte order mark", (own) => union(Uint8Array.of(0xef, 0xbb, 0xbf), own)),
  body("UTF-16", (own) => new Uint8Array(Buffer.from(new TextDecoder().decode(own), "utf16le"))),
  body("bytes that are no UTF-8", (own) => own.map((byte, nth) => (nth % 7 === 3 ? 0xff : byte))),
  body("NUL bytes in between", (own) => own.map((byte, nth) => (nth % 11 === 5 ? 0 : byte))),
  body("HTML", () => bytes("<html><body><h1>Just a moment…</h1></body></html>")),
  body("20,000 levels", () => bytes("[".repeat(20_000) + "]".repeat(20_000))),
  body("200 levels", () => bytes("[".repeat(200) + "]".repeat(200))),
  body("17 MB of blanks before it", (own) => union(new Uint8Array(17 << 20).fill(0x20), own)),
  body("15 MB of blanks before it", (own) => union(new Uint8Array(15 << 20).fill(0x20), own)),
];

const ENCODINGS: readonly Draw[] = [
  body("gzip that is not announced", (own) => new Uint8Array(gzipSync(own))),
  encoded("gzip", "gzip", (own) => new Uint8Array(gzipSync(own))),
  encoded("gzip that is plain", "gzip", (own) => own),
  encoded("gzip that is torn", "gzip", (own) => new Uint8Array(gzipSync(own)).slice(0, -9)),
  encoded("gzip of one byte", "gzip", (own) => new Uint8Array(gzipSync(own)).slice(0, 1)),
  encoded("gzip of 40 MB", "gzip", () => PACKED_BLANKS),
  encoded("gzip that is deflate", "gzip", (own) => new Uint8Array(deflateSync(own))),
  encoded("deflate", "deflate", (own) => new Uint8Array(deflateSync(own))),
  encoded("brotli", "br", (own) => new Uint8Array(brotliCompressSync(own))),
  encoded("brotli that is plain", "br", (own) => own),
  encoded("an encoding unheard of", "unheard-of", (own) => own),
  encoded("gzip in gzip", "gzip, gzip", (own) => new Uint8Array(gzipSync(gzipSync(own)))),
  header("content-type", ["text/html", "application/json; charset=utf-16", "", "image/png"]),
];
const PACKED_BLANKS = new Uint8Array(gzipSync(new Uint8Array(40 << 20).fill(0x20)));

const RETRY_AFTER = ["9999999999999", "-5", "1e9", "soon", "0", "2.5", "Wed, 21 Oct 2099 07:28:00 GMT"];

const HEADERS: readonly Draw[] = [
  header("retry-after", RETRY_AFTER),
  header("x-mbx-used-weight-1m", ["99999999999999999999", "n/a", "-1", "1e9", "2399", ""]),
];

const DELIVERIES: readonly Draw[] = [
  delivered("a body in pieces", "in pieces"),
  delivered("a connection that ends in the body", "cut"),
  delivered("a connection that is reset", "reset"),
  delivered("no answer at all", "never"),
  delivered("a body whose last byte never comes", "never whole"),
  () => ({
    what: "the answer to the request before",
    make: (answer, before) => before.ofAny ?? answer,
  }),
  () => ({
    what: "the answer to the request before for the same path",
    make: (answer, before) => before.ofPath ?? answer,
  }),
];

const STATUSES = [201, 202, 204, 206, 400, 401, 403, 404, 405, 408, 409, 410, 413, 418, 425, 429, 451];
const FAILURES = [500, 501, 502, 503, 504, 511, 520, 599];
const REDIRECTS = [300, 301, 302, 303, 304, 307, 308];

const TEXTS = [
  "null",
  "[]",
  "{}",
  "0",
  '""',
  "true",
  "[[]]",
  "[{}]",
  "[null]",
  "[1,2]",
  '{"a":',
  '{"code":0}',
  '{"code":null,"msg":null}',
  '{"code":"-1003","msg":7}',
  '{"code":"SUCCESS"}',
  '{"code":"SUCCESS","data":null}',
  '{"code":"SUCCESS","data":[]}',
  '{"code":"SUCCESS","data":{}}',
  '{"code":"SUCCESS","data":{"dataList":[]}}',
  '{"code":"SUCCESS","data":{"dataList":[],"nextPageOffsetData":"again"}}',
  '{"code":"INTERNAL_SERVER_ERROR","msg":"\\u0000"}',
  "<html>502 Bad Gateway</html>",
  "",
] as const;
const CODES = [-1000, -1001, -1003, -1015, -1021, -1022, -1121, -2008, -2014, -2015, -4109, -5000, 7, 99_999];

const ANSWERS: readonly Draw[] = [
  (random) => {
    const status = random.pick(random.chance(1, 2) ? STATUSES : FAILURES);
    const text = random.pick([null, ...TEXTS]);
    const wait = random.chance(1, 3) ? random.pick(RETRY_AFTER) : null;
    return {
      what: `the status ${status} with ${text ?? "the venue's body"}${wait === null ? "" : `, Retry-After: ${wait}`}`,
      make: (answer) => ({
        status,
        headers: wait === null ? answer.headers : { ...answer.headers, "retry-after": wait },
        body: text === null ? answer.body : bytes(text),
      }),
    };
  },
  (random) => {
    const status = random.pick(REDIRECTS);
    return {
      what: `the status ${status} to elsewhere`,
      make: (answer) => ({
        ...answer,
        status,
        headers: { ...answer.headers, location: "https://elsewhere.invalid/login?next=%00" },
      }),
    };
  },
  (random) => {
    const text = random.pick(TEXTS);
    return {
      what: `the whole answer ${text === "" ? "empty" : text}`,
      make: (answer) => ({ ...answer, body: bytes(text) }),
    };
  },
  (random) => {
    const [code, status] = [random.pick(CODES), random.pick([200, 400, 400, 401, 403, 418, 429, 500])];
    return {
      what: `the refusal ${code} with the status ${status}`,
      make: (answer) => ({
        ...answer,
        status,
        body: bytes(`{"code":${code},"msg":"\u001b[31mrefused\u0007 \\u0000"}`),
      }),
    };
  },
];

const KINDS = [BODIES, ENCODINGS, HEADERS, DELIVERIES, ANSWERS, ANSWERS] as const;
