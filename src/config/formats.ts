import { CSV_DIALECTS } from "../domain/csv-dialect.ts";
import { REPORT_FORMATS, type ReportFormat } from "../domain/report-format.ts";
import type { Configuration } from "./configuration.ts";
import { alternatives, type Place, type Reading } from "./reading.ts";
import { readChoice } from "./values.ts";

/** Reads the forms in which reports are written: a list; an empty one for none. Null after a mistake. */
export function readFormats(reading: Reading, place: Place): readonly ReportFormat[] | null {
  const expected = `a list of ${alternatives(REPORT_FORMATS)}`;
  const items = reading.list(place, expected);
  if (items === null) return null;
  const formats = items.map((item) => {
    const text = reading.text(item, alternatives(REPORT_FORMATS));
    const format = REPORT_FORMATS.find((one) => one === text?.value) ?? null;
    if (text !== null && format === null)
      reading.mistake(item, `expected ${alternatives(REPORT_FORMATS)}, found ${text.shown}`);
    return format;
  });
  return REPORT_FORMATS.filter((format) => formats.includes(format));
}

/** Reads how CSV is written. Null after a mistake. */
export function readCsv(reading: Reading, place: Place): Configuration["csv"] | null {
  const mapping = reading.mapping(place, "a mapping with dialect", ["dialect"]);
  const dialect = mapping && readChoice(reading, mapping, "dialect", CSV_DIALECTS, "plain");
  return dialect === null ? null : { dialect };
}
