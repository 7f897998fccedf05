/** Reads of many accounts at once: a statement is planned and run once, however many accounts there are. */

/** What each account has; an account without any has none. */
export type ByAccount<Value> = (accountId: string) => Value;

/** The rows of each account, in their order. */
export function byAccount<Row extends { readonly account_id: string }>(
  rows: readonly Row[],
): ByAccount<readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const own = found.get(row.account_id);
    if (own === undefined) found.set(row.account_id, [row]);
    else own.push(row);
  }
  return (accountId) => found.get(accountId) ?? [];
}

/**
 * For a statement's `:account`, where null stands for all: of one account Postgres then reads that account's
 * rows alone, and of several it reads each table once.
 */
export function oneOrAll(accountIds: readonly string[]): string | null {
  const [first = null, ...others] = accountIds;
  return others.length === 0 ? first : null;
}
