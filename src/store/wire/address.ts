/** Where readers of an embedded store that is open find who serves them. */

export const READERS_PORT = 5432;

/** The socket's name in the store's folder, as clients of Postgres look for it: `psql -h perpbooks-data`. */
export const READERS_SOCKET = `.s.PGSQL.${READERS_PORT}`;
