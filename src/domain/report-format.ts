/** The forms in which reports are written as files. */
export const REPORT_FORMATS = ["csv", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Of a configuration that names none: what every program that reads tables can read. */
export const DEFAULT_REPORT_FORMATS: readonly ReportFormat[] = ["csv"];
