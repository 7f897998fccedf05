/** Who opens the reports' CSV: any program that reads tables, or Excel by a double click. */
export const CSV_DIALECTS = ["plain", "excel", "excel-de"] as const;
export type CsvDialect = (typeof CSV_DIALECTS)[number];
