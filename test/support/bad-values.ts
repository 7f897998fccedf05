/** Values that JSON can hold and the store cannot, or that mean nothing where they stand: as JSON text. */
export type BadValue = {
  readonly what: string;
  readonly json: string;
  /** Such a value is no text of any field, so a row with it in a field that is read is never understood. */
  readonly isNeverText: boolean;
};

const bad = (what: string, json: string, isNeverText = true): BadValue => ({ what, json, isNeverText });

export const BAD_VALUES: readonly BadValue[] = [
  bad("a NUL", '"a\\u0000b"'),
  bad("a high surrogate alone", '"a\\ud83d"'),
  bad("a low surrogate alone", '"\\ude00a"'),
  bad("a text too long for an index", JSON.stringify(scattered(3_000))),
  bad("a text of signs of three bytes", JSON.stringify("币".repeat(90))),
  bad("a number of more digits than numeric has", `1${"0".repeat(140_000)}`),
  bad("a decimal of more decimals than numeric has", `"0.${"1".repeat(20_000)}"`),
  bad("an exponent beyond numeric", "1e999999", false),
  bad("an exponent", "1e99", false),
  bad("a decimal of more digits than a product of two leaves room for", '"123456789012345678901.5"', false),
  bad("an integer beyond 64 bits", "99999999999999999999", false),
  bad("an instant beyond the calendar", "999999999999999", false),
  bad("a negative number", "-1", false),
  bad("zero", '"0"', false),
  bad("no text", '""', false),
  bad("null", "null", false),
  bad("true", "true", false),
  bad("a list", "[1]", false),
  bad("an object", '{"a":{"b":[]}}', false),
];

/** A text that does not compress: what an index takes is measured after compression. */
function scattered(length: number): string {
  let [text, state] = ["", 1];
  while (text.length < length) {
    state = (state * 48_271) % 2_147_483_647;
    text += String.fromCharCode(97 + (state % 26));
  }
  return text;
}
