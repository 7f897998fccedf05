/**
 * Every file that a person can give, in another encoding than UTF-8 and beyond its bound: named, whichever
 * reader it is, and never half-read.
 */
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { Secret } from "../../src/config/secret.ts";
import { openFile } from "../../src/history-files/byte-source.ts";
import { listReports } from "../../src/report/definition.ts";
import { readTextFile } from "../../src/text-file.ts";
import { binanceUsdmListing } from "../../src/venues/binance-usdm/listing.ts";
import type { Rig } from "../support/rig.ts";
import { ACCOUNT, VENUES } from "../unit/config/example.ts";
import { smallRig } from "./small-world.ts";

let folder = "";
let rig: Rig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "perpbooks-files-"));
  rig = await smallRig();
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});

const load = (path: string) =>
  loadConfiguration({ path, environment: {}, venues: VENUES, exportTargets: {} });

type Reader = {
  readonly name: string;
  /** What the file holds, as it should be. */
  readonly text: string;
  readonly read: (path: string) => Promise<unknown>;
};

const READERS: readonly Reader[] = [
  { name: "perpbooks.yaml", text: ACCOUNT, read: load },
  {
    name: ".env",
    text: "ASTER_API_KEY=a\nASTER_API_SECRET=b\n",
    read: async (path) => {
      await writeFile(join(folder, "perpbooks.yaml"), ACCOUNT);
      return load(join(folder, "perpbooks.yaml")).finally(() => rm(path));
    },
  },
  {
    name: "key.pem",
    text: "-----BEGIN PRIVATE KEY-----\n",
    read: async (path) =>
      binanceUsdmListing.open({
        kind: "key-file",
        fields: { apiKey: new Secret("a".repeat(64)), privateKeyFile: new Secret(path) },
      }),
  },
  {
    name: "own.sql",
    text: "--! title: Own\n",
    read: (path) => listReports({ folder, namedAt: "perpbooks.yaml:1" }).finally(() => rm(path)),
  },
  ...(["csv", "ecb"] as const).map((kind) => ({
    name: `${kind}.csv`,
    text: kind === "csv" ? "time,base,quote,price\n" : "Date,USD,\n",
    read: async (path: string) => {
      const { errors, exitCode } = await rig.run("price", "import", path, "--kind", kind);
      expect(exitCode).toBe(2);
      throw new Error(errors);
    },
  })),
  {
    name: "history.csv",
    text: "Date(UTC),type,Amount,Asset,Symbol,Transaction ID\n",
    read: async (path) => {
      const { source, close } = await openFile(path);
      const tables = binanceUsdmListing.readHistoryFile({ name: basename(path), source });
      try {
        for await (const { rows } of tables) for await (const _ of rows);
      } finally {
        await close();
      }
    },
  },
];

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "it was read",
    (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
  );
}

const FOREIGN: readonly {
  readonly encoding: string;
  readonly named: RegExp;
  readonly bytes: (text: string) => Buffer;
}[] = [
  {
    encoding: "UTF-16 as PowerShell's > writes it",
    named: /UTF-16[\s\S]*UTF-8/,
    bytes: (text) => Buffer.from(`\u{FEFF}${text}`, "utf16le"),
  },
  {
    encoding: "UTF-16 the other way round",
    named: /UTF-16[\s\S]*UTF-8/,
    bytes: (text) => Buffer.from(`\u{FEFF}${text}`, "utf16le").swap16(),
  },
  {
    encoding: "UTF-16 without a mark",
    named: /UTF-16[\s\S]*UTF-8/,
    bytes: (text) => Buffer.from(text, "utf16le"),
  },
  {
    encoding: "a code page",
    named: /in another encoding[\s\S]*UTF-8/,
    bytes: (text) => Buffer.from(`${text}# ü\n`, "latin1"),
  },
];

describe.each(READERS)("$name", ({ name, text, read }) => {
  test.each(FOREIGN)("in $encoding is named", async ({ named, bytes }) => {
    const path = join(folder, name);
    await writeFile(path, bytes(text));
    expect(await messageOf(read(path))).toMatch(named);
  });

  test("of a gigabyte is not read", async () => {
    const path = join(folder, name);
    const file = await open(path, "w");
    await file.truncate(1_000_000_000);
    await file.close();
    const before = process.memoryUsage().rss;
    expect(await messageOf(read(path))).toMatch(/more than [\d,]+ bytes/);
    expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000);
    await rm(path, { force: true });
  });
});

test("a text file is read whole, up to its bound and no byte further", async () => {
  const path = join(folder, "some.txt");
  await writeFile(path, "x".repeat(200_000));
  expect(readTextFile(path, 200_000)).toEqual({ kind: "text", text: "x".repeat(200_000) });
  expect(readTextFile(path, 199_999)).toEqual({
    kind: "unread",
    why: "it has more than 199,999 bytes",
    next: "give a smaller file",
  });
  // What does not say how long it is, as a pipe does not.
  expect(readTextFile("/dev/zero", 1_000_000)).toMatchObject({ why: "it has more than 1,000,000 bytes" });
  expect(readTextFile(join(folder, "none"), 10)).toEqual({ kind: "absent" });
});

test("a line of prices that has no end", async () => {
  await writeFile(join(rig.folder, "long.csv"), `time,base,quote,price\n${"x".repeat(100_000)}`);
  const { exitCode, errors } = await rig.run("price", "import", "long.csv", "--kind", "csv");
  expect([exitCode, errors]).toEqual([
    2,
    expect.stringMatching(/^long\.csv: the file is not CSV\n {2}Max Record Size/),
  ]);
});

test("the message about an .env that Windows wrote", async () => {
  await writeFile(join(folder, "perpbooks.yaml"), ACCOUNT);
  await writeFile(join(folder, ".env"), Buffer.from("\u{FEFF}ASTER_API_KEY=a\n", "utf16le"));
  expect((await messageOf(load(join(folder, "perpbooks.yaml")))).replaceAll(`${folder}/`, "")).toBe(
    ".env: the file cannot be read (it is UTF-16, not UTF-8); nothing was done\n  next: save it as UTF-8",
  );
  await rm(join(folder, ".env"));
});
