/**
 * The rule book of lots: events of one symbol in, disposals by four methods, round trips, open lots and the
 * results of all treatments out. Each file of `lots/` tells one rule. `UPDATE_GOLDEN=1` writes what comes out
 * into the files again; what changed is to be read like code.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readState, writeState } from "../../src/book/lots/state-text.ts";
import { type Outcome, SymbolBook, type SymbolFacts } from "../../src/book/lots/symbol-book.ts";
import {
  ASSET,
  bookAll,
  booksText,
  clockInstant,
  NO_FACTS,
  readEvents,
  readOpenings,
} from "../support/lot-tables.ts";

const FOLDER = join(import.meta.dirname, "lots");
const CASES = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".golden.txt"))
  .toSorted();

/** A case: its title, `-- openings`, `-- listed at CLOCK`, `-- events`. */
function readCase(text: string) {
  const input = text.split(/^== books\n/m)[0] ?? "";
  const parts = input.split(/^-- /m);
  const table = (name: string) => {
    const part = parts.find((one) => one.startsWith(`${name}\n`));
    return part === undefined ? null : part.slice(name.length + 1);
  };
  const listed = input.match(/^-- listed at (\S+)$/m)?.[1];
  const openings = table("openings");
  const facts: SymbolFacts = {
    asset: ASSET,
    tolerance: NO_FACTS.tolerance,
    listedAt: listed === undefined ? null : clockInstant(listed),
    openings: openings === null ? [] : readOpenings(openings),
  };
  return { input, facts, events: readEvents(table("events") ?? "") };
}

test.each(CASES)("%s", (file) => {
  const path = join(FOLDER, file);
  const text = readFileSync(path, "utf8");
  const { input, facts, events } = readCase(text);
  const booked = bookAll(events, facts);
  const found = `${input}== books\n${booksText(events, booked)}`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, found);
  else expect(found).toBe(text);

  // The same with the state written down and read again after every event.
  const outcome: Outcome = { disposals: [], roundTrips: [], unassigned: [] };
  let book = new SymbolBook(facts, null);
  for (const event of events) {
    book.book(event, outcome);
    book = new SymbolBook(facts, readState(writeState(book.state())));
  }
  expect(booksText(events, { ...outcome, heldLots: book.heldLots(), book })).toBe(booksText(events, booked));
});
