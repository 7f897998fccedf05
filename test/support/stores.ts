/**
 * The two kinds of store, for tests that must hold on both: the embedded PGlite, copied from a template that
 * is made once, and a real Postgres server that the test run starts itself (`global-setup.ts`).
 */
import { cpSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { openStore } from "../../src/store/open.ts";
import type { Store, StoreLocation } from "../../src/store/store.ts";
import { sampleOf } from "./sample.ts";

export const STORE_KINDS = ["PGlite", "Postgres"] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/**
 * Where the kind of store makes no difference to what is tested: to open PGlite takes ten times as long, and
 * each command opens it anew.
 */
export const QUICK_KIND: StoreKind = "Postgres";

/**
 * For a test with a heavy world that must hold on both kinds: on this one in `npm test`, on both in `npm run
 * test:long`, where its file stands for that. Files take either kind, so that both have their share.
 */
export function heavyKinds(share: StoreKind): readonly StoreKind[] {
  return sampleOf<readonly StoreKind[]>([share], STORE_KINDS);
}

export type TestLocation = { readonly location: StoreLocation; remove(): Promise<void> };

let databases = 0;

/** A place for a store of its own, migrated already; `remove` leaves nothing behind. */
export async function newLocation(kind: StoreKind): Promise<TestLocation> {
  if (kind === "PGlite") {
    const folder = await mkdtemp(join(tmpdir(), "perpbooks-test-"));
    // A thousand files: promises of each of them would cost eight times as much.
    cpSync(inject("pgliteTemplate"), folder, { recursive: true });
    return {
      location: { kind: "folder", path: folder },
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  }
  return databaseFrom("template_perpbooks");
}

/** A copy of a server's database that nobody uses just now. */
export async function copyOf(location: StoreLocation): Promise<TestLocation & { readonly url: string }> {
  if (location.kind !== "postgres") throw new Error("only a server's database is copied");
  return databaseFrom(location.url.reveal().split("/").at(-1) ?? "");
}

/**
 * Files copied as they are, where the server knows of it (15 or later), take half as long as pages that are
 * logged one by one.
 */
const HOW_TO_COPY = process.env["PERPBOOKS_TEST_SERVER"] === undefined ? "strategy file_copy" : "";

async function databaseFrom(template: string): Promise<TestLocation & { readonly url: string }> {
  databases += 1;
  const name = `test_${process.pid}_${databases}`;
  // The count begins anew with each file: a test that failed may have left one of this name.
  await onServer(`drop database if exists ${name} with (force)`);
  await onServer(`create database ${name} template ${template} ${HOW_TO_COPY}`);
  const url = `${inject("postgresUrl")}/${name}`;
  return {
    url,
    location: { kind: "postgres", url: { reveal: () => url }, shownAs: `the test server's ${name}` },
    remove: () => onServer(`drop database if exists ${name} with (force)`),
  };
}

/** A store of its own; `close` also removes it. */
export async function newStore(kind: StoreKind): Promise<Store> {
  const { location, remove } = await newLocation(kind);
  const store = await openStore(location);
  return {
    ...store,
    close: async () => {
      await store.close();
      await remove();
    },
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${inject("postgresUrl")}/postgres` });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
