// A database of a server for a measurement, and what the server did longest in it.

import pg from "pg";

/** Gives its URL. `isTold`: the server counts its statements, for `slowestStatements`. */
export async function newDatabase(server, name, isTold) {
  await query(server.url, `create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  if (isTold) await query(url.href, "create extension pg_stat_statements");
  return url.href;
}

export async function query(url, text) {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

/** A line each, and the count begins anew. */
export async function slowestStatements(url) {
  const rows = await query(
    url,
    `select calls, round(total_plan_time::numeric) as plan, round(total_exec_time::numeric) as execution, query
    from pg_stat_statements order by total_plan_time + total_exec_time desc limit 25`,
  );
  await query(url, "select pg_stat_statements_reset()");
  return rows.map(
    ({ calls, plan, execution, query }) =>
      `${calls} × ${plan} + ${execution} ms  ${query.replace(/\s+/g, " ").slice(0, 150)}`,
  );
}
