/**
 * Answers by rule instead of by the venue: what else it may say to a request, for trying out what a client
 * makes of it.
 */
import { isLosslessNumber, parse } from "lossless-json";
import { readMilliseconds } from "../../domain/instant.ts";
import type { Delivery, SimulatedRequest } from "./exchange.ts";

export type AnswerRule = {
  /** A regular expression that the path holds somewhere. */
  readonly path: string;
  /** What the query holds as sent; default: anything. */
  readonly query?: string;
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The first rule's answer that fits the request; null where none does. */
export function answerByRule(rules: readonly AnswerRule[], request: SimulatedRequest): Delivery | null {
  const rule = rules.find(
    ({ path, query = "" }) => new RegExp(path).test(request.path) && request.rawQuery.includes(query),
  );
  if (rule === undefined) return null;
  const headers = { "Content-Type": "application/json", ...rule.headers };
  return { status: rule.status, headers, body: rule.body, weight: 1 };
}

/** Reads a JSON list of rules. Throws a SyntaxError or RangeError on anything else. */
export function readAnswerRules(text: string): readonly AnswerRule[] {
  const value = parse(text);
  if (!Array.isArray(value)) throw new RangeError("a list of rules was expected");
  return value.map((entry: unknown, position) => readRule(entry, `rule ${position + 1}`));
}

function readRule(entry: unknown, where: string): AnswerRule {
  if (!isObject(entry)) throw new RangeError(`${where}: an object was expected`);
  const { path, query, status, body, headers } = entry;
  const code = isLosslessNumber(status) ? readMilliseconds(status.value) : null;
  if (typeof path !== "string" || typeof body !== "string" || code === null)
    throw new RangeError(`${where}: path and body as texts and status as a number were expected`);
  if (query !== undefined && typeof query !== "string") throw new RangeError(`${where}: query is no text`);
  if (headers !== undefined && !(isObject(headers) && Object.values(headers).every(isText)))
    throw new RangeError(`${where}: headers are texts by their names`);
  return {
    path,
    status: code,
    body,
    ...(query === undefined ? {} : { query }),
    ...(headers === undefined ? {} : { headers: headers as Readonly<Record<string, string>> }),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
