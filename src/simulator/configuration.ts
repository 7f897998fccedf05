/**
 * The text of a configuration that reads simulated venues: for the demo, `npm run simulator`, tests and
 * benchmarks.
 */

/** All values are as they appear in the file, such as `${API_KEY}`. */
export type ConfiguredAccount = {
  readonly name: string;
  readonly venue: string;
  readonly baseUrl: string;
  /** Further lines of the account, such as `since: 2026-05-01`. */
  readonly lines: readonly string[];
  readonly credentials: Readonly<Record<string, string>>;
};

/** Settings such as `store` and `output` first, then the accounts. */
export function configurationText(
  settings: Readonly<Record<string, string>>,
  accounts: readonly ConfiguredAccount[],
): string {
  const lines = [...fields(settings), "accounts:", ...accounts.flatMap(accountLines)];
  return `${lines.join("\n")}\n`;
}

function accountLines({ name, venue, baseUrl, lines, credentials }: ConfiguredAccount): readonly string[] {
  return [
    `  - name: ${name}`,
    ...indented(4, [...fields({ venue, baseUrl }), ...lines, "credentials:"]),
    ...indented(6, fields(credentials)),
  ];
}

function fields(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `${name}: ${value}`);
}

function indented(columns: number, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${" ".repeat(columns)}${line}`);
}
