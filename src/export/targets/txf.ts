/** TXF, version 042: what US tax programs read closes from. Its lines are ASCII and end in CR LF. */
import { plus } from "../../domain/instant.ts";
import { type DisposalText, disposalFiles } from "../disposals.ts";
import { ascii } from "../forms/columns.ts";
import type { Books } from "../target.ts";
import { FORM_FACTS, formDate, formRows, VARIOUS } from "./form-8949.ts";

/** Form 8949, Copy C: no 1099-B. */
const REFERENCES = { short: "712", long: "714" } as const;

function records({ period, timeZone }: Books): DisposalText {
  const formRow = formRows(timeZone);
  return {
    // Of the period, not of today: the same books give the same bytes.
    head: lines(["V042", "Aperpbooks", `D ${formDate(plus(period.until, -1), timeZone)}`, "^"]),
    row: (disposal) => {
      const { description, acquired, sold, term, proceeds, cost } = formRow(disposal);
      return lines([
        "TD",
        `N${REFERENCES[term]}`,
        "C1",
        "L1",
        `P${ascii(description)}`,
        // Without a date, which is what the format has for several.
        `D${acquired === VARIOUS ? "" : acquired}`,
        `D${sold}`,
        `$${cost}`,
        `$${proceeds}`,
        "^",
      ]);
    },
  };
}

function lines(of: readonly string[]): string {
  return of.map((line) => `${line}\r\n`).join("");
}

export const txf = disposalFiles({
  ...FORM_FACTS,
  name: "txf",
  title: "TXF for Form 8949 (US)",
  readBy: "TurboTax desktop, H&R Block desktop, TaxAct",
  confidence: "A",
  form: [
    "TXF version 042 in ASCII, lines that end in CR LF. Any other character of a name is written as a question mark; the map leads to what it was.",
    "US dollars and cents. Dates are those of the configuration's time zone; at average cost there is none where what was open had been bought on several days.",
  ],
  extension: "txf",
  columns: [],
  words: null,
  text: records,
  howToImport: [
    "In the program: File, Import, “From TXF files” (or “Other financial software (TXF file)”).",
    "Its rows are of Form 8949 with box C (short terms) or F (long terms): no 1099-B. Boxes of digital assets do not exist in this format; take the target form-8949 for them.",
  ],
});
