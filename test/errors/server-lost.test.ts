import { sql } from "kysely";
import { expect, test } from "vitest";
import { failureOf } from "../../src/pipeline/failure.ts";
import { newStore } from "../support/stores.ts";

test("a server that goes away under a query is a lost store with a remedy, not a mistake of the program", async () => {
  const store = await newStore("Postgres");
  const failure = await sql`select pg_terminate_backend(pg_backend_pid())`.execute(store.db).then(
    () => null,
    (error: unknown) => failureOf(error),
  );
  await store.close();
  expect(failure).toMatchObject({
    exitCode: 1,
    text: `store: the connection to the Postgres server was lost
  terminating connection due to administrator command
  what was committed is kept; nothing is half-written
  next: see that the server is well and run again: it goes on where this run stopped`,
  });
});
