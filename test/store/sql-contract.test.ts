/** The types of statements and rows are those that the database has. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PACKAGE_FOLDER } from "../../src/package.ts";
import { describeStatements } from "../support/sql-contract.ts";

const CONTRACT = join(PACKAGE_FOLDER, "src", "store", "sql-contract.ts");

test("src/store/sql-contract.ts says what the database says of every statement", async () => {
  const text = await describeStatements();
  if (process.env["UPDATE_DOCS"] === "1") await writeFile(CONTRACT, text);
  expect(
    await readFile(CONTRACT, "utf8"),
    "out of date: UPDATE_DOCS=1 npx vitest run test/store/sql-contract.test.ts, then npm run check",
  ).toBe(text);
});
