import { REPORT_FORMATS, type ReportFormat } from "../domain/report-format.ts";
import { alternatives, type Place, type Reading } from "./reading.ts";

/** Reads the forms in which reports are written: a list of at least one. Null after a mistake. */
export function readFormats(reading: Reading, place: Place): readonly ReportFormat[] | null {
  const expected = `a list of ${alternatives(REPORT_FORMATS)}`;
  const items = reading.list(place, expected);
  if (items === null) return null;
  if (items.length === 0) reading.mistake(place, "expected at least one format, found none");
  const formats = items.map((item) => {
    const text = reading.text(item, alternatives(REPORT_FORMATS));
    const format = REPORT_FORMATS.find((one) => one === text?.value) ?? null;
    if (text !== null && format === null)
      reading.mistake(item, `expected ${alternatives(REPORT_FORMATS)}, found ${text.shown}`);
    return format;
  });
  return REPORT_FORMATS.filter((format) => formats.includes(format));
}
