/** The forms in which reports are written as files. */
export const REPORT_FORMATS = ["csv", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The default where the configuration names none: CSV, which every program that reads tables can read. */
export const DEFAULT_REPORT_FORMATS: readonly ReportFormat[] = ["csv"];
