/** The program the reports' CSV is written for: any that reads tables, or Excel opened by a double click. */
export const CSV_DIALECTS = ["plain", "excel", "excel-de"] as const;
export type CsvDialect = (typeof CSV_DIALECTS)[number];
