import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyRows, recordKey } from "../../../src/domain/identity.ts";

const keysOf = (rows: readonly { readonly key: string }[]) => rows.map((row) => row.key).toSorted();

describe("a record key", () => {
  test("is the identity and a number among equals", () => {
    expect(recordKey(["COMMISSION", "9001", "", "BTCUSDT"], 2)).toBe("COMMISSION/9001//BTCUSDT#2");
  });

  test.each<readonly [readonly string[], readonly string[]]>([
    [
      ["a/b", "c"],
      ["a", "b/c"],
    ],
    [["a", "b"], ["a/b"]],
    [["a#1"], ["a"]],
    [["a%2Fb"], ["a/b"]],
    [["a%"], ["a"]],
    [
      ["", "a"],
      ["a", ""],
    ],
    [["9007199254740992"], ["9007199254740993"]], // one float, two ids
    [
      ["COMMISSION", "9001"],
      ["REALIZED_PNL", "9001"],
    ],
    [["btcusdt"], ["BTCUSDT"]],
  ])("%j is not that of %j", (one, other) => expect(recordKey(one, 1)).not.toBe(recordKey(other, 1)));

  test("of two identities is never the same, whatever characters they have", () => {
    const anyIdentity = fc.array(
      fc.string({ unit: fc.constantFrom("a", "/", "#", "%", "2", "F", "1"), maxLength: 4 }),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(
        anyIdentity,
        anyIdentity,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (one, other, first, second) => {
          const isSame = JSON.stringify([one, first]) === JSON.stringify([other, second]);
          expect(recordKey(one, first) === recordKey(other, second)).toBe(isSame);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test("a record key holds nothing that the store cannot, and has an end", () => {
  expect(recordKey(["a\0b", "\ud83d", "%00"], 1)).toBe("a%00b/%ud83d/%2500#1");
  expect(recordKey(["x".repeat(100_000), "9001"], 1)).toBe(`${"x".repeat(40)}%~100000/9001#1`);
});

describe("rows of an instant", () => {
  const row = (id: string, body: string) => ({ identity: [id], body });

  test("that are equal get 1 and 2", () => {
    expect(keysOf(keyRows([row("a", "x"), row("a", "x"), row("b", "x")]))).toEqual(["a#1", "a#2", "b#1"]);
  });

  test("with one identity and two bodies get the same keys whatever the order they come in", () => {
    const [first, second] = [row("a", '{"fee":1}'), row("a", '{"fee":2}')];
    const keyed = (rows: readonly (typeof first)[]) =>
      Object.fromEntries(keyRows(rows).map(({ key, body }) => [key, body]));
    expect(keyed([first, second])).toEqual({ "a#1": '{"fee":1}', "a#2": '{"fee":2}' });
    expect(keyed([second, first])).toEqual(keyed([first, second]));
  });

  test("get the same keys in any order", () => {
    const anyRows = fc.array(
      fc.record({ id: fc.constantFrom("a", "b", "c"), body: fc.constantFrom("x", "y") }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        anyRows.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
        ),
        ([rows, shuffled]) => {
          const texts = (some: typeof rows) =>
            keyRows(some.map(({ id, body }) => row(id, body)))
              .map(({ key, body }) => `${key} ${body}`)
              .toSorted();
          expect(texts(shuffled)).toEqual(texts(rows));
          expect(new Set(texts(rows).map((text) => text.split(" ")[0])).size, "each its own").toBe(
            rows.length,
          );
        },
      ),
    );
  });
});
