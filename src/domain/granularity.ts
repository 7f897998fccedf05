/** How much of the detail an export keeps: each event, or one row for a day, a position or a month. */
export const GRANULARITIES = ["event", "day", "position", "month"] as const;
export type Granularity = (typeof GRANULARITIES)[number];
