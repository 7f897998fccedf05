/** What `npm run test:long` runs: each file of which `npm test` tries a part, whole. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const TESTS = join(import.meta.dirname, "..");

export const IS_LONG = process.env["PERPBOOKS_TEST_LONG"] === "1";

/** Paths from the project's folder on. */
export function filesTriedInPart(): string[] {
  return readdirSync(TESTS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .filter((name) =>
      /\b(?:heavyKinds|inPart|longTest|sampleOf)[(<]|"at the end"/.test(
        readFileSync(join(TESTS, name), "utf8"),
      ),
    )
    .map((name) => join("test", name));
}
