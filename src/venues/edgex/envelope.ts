/**
 * The envelope around every answer: `{"code":"SUCCESS","data":…,"traceId":…}`. Of an answer that is not
 * understood only its code and trace are shown: edgeX's texts may repeat the credentials that were sent.
 */
import { FieldError, isJsonObject, type JsonObject, parseJsonExactly } from "../../domain/json.ts";
import { RequestRefusedError } from "../../errors.ts";
import { textOrEmpty } from "../fields.ts";

export const SUCCESS = "SUCCESS";

/**
 * The envelope itself. Throws a SyntaxError for a body that is cut off, a `RequestRefusedError` for one that
 * is no success.
 */
export function readEnvelope(where: string, body: string): JsonObject {
  const value = parseJsonExactly(body);
  if (!isJsonObject(value)) throw notUnderstood(where, {}, "an object");
  if (textOrEmpty(value, "code") !== SUCCESS) throw notUnderstood(where, value, `the code ${SUCCESS}`);
  return value;
}

/** What the envelope's `data` says, as `read` makes it. */
export function readAnswer<Value>(where: string, body: string, read: (answer: JsonObject) => Value): Value {
  const envelope = readEnvelope(where, body);
  try {
    return read(objectIn(envelope, "data"));
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw notUnderstood(where, envelope, `fields that can be read (${error.message})`);
  }
}

export function objectIn(row: JsonObject, name: string): JsonObject {
  const value = row[name];
  if (isJsonObject(value)) return value;
  throw new FieldError(`"${name}": an object was expected`);
}

export function objectsIn(row: JsonObject, name: string): readonly JsonObject[] {
  const value = row[name];
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  throw new FieldError(`"${name}": a list of objects was expected`);
}

/** The venue's word for what happened and its number of the answer, where they are a word and a number. */
export function traceOf(envelope: JsonObject): readonly string[] {
  const code = textOrEmpty(envelope, "code");
  const trace = textOrEmpty(envelope, "traceId");
  return [
    ...(/^[A-Z][A-Z_]{0,63}$/.test(code) ? [`code ${code}`] : []),
    ...(/^[0-9a-f]{32}$/.test(trace) ? [`trace ${trace}`] : []),
  ];
}

function notUnderstood(where: string, envelope: JsonObject, expected: string): RequestRefusedError {
  const trace = traceOf(envelope);
  return new RequestRefusedError({
    where,
    what: `${expected} was expected, found something else`,
    evidence: [
      ...(trace.length === 0 ? [] : [`the answer has ${trace.join(", ")}`]),
      "nothing of this answer was kept; what was loaded before it is safe",
    ],
    next: "run it again; if it persists, the venue has changed its answer: report it",
  });
}
