/** Mistakes around prices, as a person reads them: whole messages. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Rig } from "../support/rig.ts";
import { asRead, smallRig } from "./small-world.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await smallRig();
});
afterAll(() => rig.close());

const usage = (command: string) => `\n  nothing was done\n  next: see \`perpbooks ${command} --help\``;

test.each([
  ["price", `perpbooks price: a command is missing: price import or price fetch${usage("price")}`],
  ["price import rates.csv", `perpbooks price import: missing: --kind${usage("price import")}`],
  [
    "price import rates.csv --kind boe",
    `perpbooks price import: a value is not known: kind: found "boe", expected one of "ecb", "csv"${usage("price import")}`,
  ],
  [
    "price fetch",
    `perpbooks price fetch: there is no reporting currency, so no price is needed
  nothing was queried
  next: set reportingCurrency in the configuration`,
  ],
  [
    "price import nowhere.csv --kind csv",
    `perpbooks price import: nowhere.csv cannot be read (there is no such file)
  no price was imported
  next: name a file that is there; the ECB's comes in a zip that must be unpacked`,
  ],
  [
    "price import rates.csv --kind ecb",
    `rates.csv: 1 mistake; no price was imported
  line 3: USD: expected a rate above zero or N/A, found "1,2"
  next: download eurofxref-hist.csv (in eurofxref-hist.zip) from the ECB again, and import it as it is`,
  ],
  [
    "price import open.csv --kind csv",
    `open.csv: the file is not CSV
  Quote Not Closed: the parsing is finished with an opening quote at line 2
  no price was imported
  next: give the file as it was downloaded or exported`,
  ],
])("perpbooks %s", async (words, message) => {
  await writeFile(join(rig.folder, "rates.csv"), 'Date,USD,\n2026-05-05,1.2,\n2026-05-04,"1,2",\n');
  await writeFile(join(rig.folder, "open.csv"), 'time,base,quote,price\n"2026-05-05,EUR,USD,1\n');
  expect(asRead(await rig.run(...words.split(" ")))).toEqual({ exitCode: 2, message });
  const quotes = await rig.inspect((store) => store.db.selectFrom("price.quote").selectAll().execute());
  expect(quotes).toEqual([]);
});

test("a report in a currency that is not configured is refused", async () => {
  await rig.run("run");
  expect(asRead(await rig.run("report", "valued-result", "fees-by-symbol"))).toEqual({
    exitCode: 2,
    message: `perpbooks report: valued-result: there is no reporting currency to value amounts in
  nothing was done
  next: set reportingCurrency in the configuration, then run \`perpbooks book\``,
  });
});
