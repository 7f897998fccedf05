import { describe, expect, test } from "vitest";
import {
  booleanField,
  FieldError,
  isJsonObject,
  type JsonObject,
  jsonText,
  NESTING_MAX,
  NestedTooDeepError,
  optionalTextField,
  parseJsonExactly,
  requiredText,
  scalarText,
} from "../../../src/domain/json.ts";

function objectOf(text: string): JsonObject {
  const value = parseJsonExactly(text);
  if (!isJsonObject(value)) throw new TypeError(`an object was wanted, found ${text}`);
  return value;
}

describe("JSON", () => {
  test.each([
    { title: "lists", text: (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}` },
    { title: "objects", text: (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}` },
    { title: "lists that never end", text: (levels: number) => "[".repeat(levels) },
  ])("of too many levels of $title is refused as such, however many they are", ({ text }) => {
    for (const levels of [NESTING_MAX + 1, 5_000, 500_000]) {
      expect(() => parseJsonExactly(text(levels))).toThrow(NestedTooDeepError);
    }
  });

  test.each([
    '{"id":9007199254740993}',
    '{"orderId":8389765612825190229,"price":"1.10"}',
    "[0.10,1.10,1e-8,-0,1E400]", // digits stay as they were sent
    '{"a":null,"b":true,"c":[{}],"d":"\\u00e9 \\" \\\\"}'.replace("\\u00e9", "é"),
    '["币安人生USDT"]',
    '""',
    "7",
    `${"[".repeat(NESTING_MAX)}${"]".repeat(NESTING_MAX)}`,
    `[${Array.from({ length: 3 * NESTING_MAX }, () => '{"[":["]"]}').join()}]`, // wide, not deep
    JSON.stringify(`\\"${"[{".repeat(NESTING_MAX)}`), // brackets of a text, behind a quote of its own
  ])("%s comes out as it went in", (text) => expect(jsonText(parseJsonExactly(text))).toBe(text));

  test.each(["", " ", "{", '{"a":1', "[1,]", "{'a':1}", "NaN", "<html>", '{"a":1}x'])(
    "%s is refused",
    (text) => {
      expect(() => parseJsonExactly(text)).toThrow(SyntaxError);
    },
  );

  test("an object is neither a list, nor a number, nor nothing", () => {
    expect(
      ["{}", "[]", "1", '"a"', "null", "true"].map((text) => isJsonObject(parseJsonExactly(text))),
    ).toEqual([true, false, false, false, false, false]);
    expect(isJsonObject(undefined)).toBe(false);
  });

  test("a value as text is the same with quotes and without", () => {
    const row = objectOf('{"bare":9007199254740993,"quoted":"9007199254740993","none":null,"list":[1.10]}');
    expect([row["bare"], row["quoted"], row["none"], row["list"], undefined].map(scalarText)).toEqual([
      "9007199254740993",
      "9007199254740993",
      "null",
      "[1.10]",
      "null",
    ]);
  });
});

describe("a field", () => {
  const row = objectOf('{"id":9007199254740993,"price":"1.10","maker":false,"none":null,"list":[1]}');

  test("is read as its text, whether the venue quotes it or not", () => {
    expect([requiredText(row, "id"), requiredText(row, "price")]).toEqual(["9007199254740993", "1.10"]);
    expect([
      optionalTextField(row, "id"),
      optionalTextField(row, "none"),
      optionalTextField(row, "missing"),
    ]).toEqual(["9007199254740993", null, null]);
    expect(booleanField(row, "maker")).toBe(false);
  });

  test.each<readonly [read: () => unknown, message: string]>([
    [() => requiredText(row, "missing"), '"missing": text or a number was expected, found nothing'],
    [() => requiredText(row, "none"), '"none": text or a number was expected, found null'],
    [() => requiredText(row, "maker"), '"maker": text or a number was expected, found false'],
    [() => optionalTextField(row, "list"), '"list": text or a number was expected, found [1]'],
    [() => booleanField(row, "price"), '"price": true or false was expected, found "1.10"'],
    [() => booleanField(row, "missing"), '"missing": true or false was expected, found nothing'],
  ])("%# that is not as expected says what was found", (read, message) => {
    expect(read).toThrow(new FieldError(message));
  });
});
