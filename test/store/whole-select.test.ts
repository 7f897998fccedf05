/** A select that is read through a cursor is planned and read as a whole. */
import { CompiledQuery } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSelect, readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

const WORDS = { where: "test", next: "nothing" };

describe.each(STORE_KINDS)("%s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  test("the plan is that for all rows, not for the first", async () => {
    const read = await readOnly(store, async (db) => {
      const { batches } = await openSelect(
        db,
        CompiledQuery.raw("select current_setting('cursor_tuple_fraction')"),
        WORDS,
      );
      for await (const rows of batches) return rows;
      return [];
    });
    expect(read).toEqual([["1"]]);
  });

  test.each([0, 1, 999, 1000, 1001, 2000])("%d rows come, each once and in order", async (count) => {
    const numbers = await readOnly(store, async (db) => {
      const query = `select number from generate_series(1, ${count}) as numbers(number) order by number`;
      const { batches } = await openSelect(db, CompiledQuery.raw(query), WORDS);
      const numbers: (string | null | undefined)[] = [];
      for await (const rows of batches) numbers.push(...rows.map(([number]) => number));
      return numbers;
    });
    expect(numbers).toEqual(Array.from({ length: count }, (_, index) => `${index + 1}`));
  });
});
