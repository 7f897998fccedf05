/**
 * Every row of these reports in a folder and those in it, in order: what is divided among the months, taken
 * together.
 */
export function rowsByReport(
  files: Readonly<Record<string, string>>,
  reports: readonly string[],
): Record<string, string[]> {
  const fileOf = /(?<report>[a-z-]+?)(?:-INCOMPLETE)?\.csv$/;
  return Object.fromEntries(
    reports.map((report) => [
      report,
      Object.entries(files)
        .filter(([path]) => fileOf.exec(path.split("/").at(-1) ?? "")?.groups?.["report"] === report)
        .flatMap(([, text]) => text.trimEnd().split("\r\n").slice(1))
        .toSorted(),
    ]),
  );
}
