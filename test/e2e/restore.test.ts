/** What docs/operations.md tells of backups and of the move to a server, done as it is printed there. */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { PACKAGE_FOLDER } from "../../src/package.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { tablesThatAre } from "../../src/store/table-origins.ts";
import { newRig, type Rig, readFolder } from "../support/rig.ts";
import { scriptedWorld, withIncomes } from "../support/scripted-world.ts";
import { newLocation } from "../support/stores.ts";

const FROM = parseInstant("2026-01-01T00:00:00Z");
const day = (days: number, more = 0): Instant => plus(FROM, days * DAY_MS + more);

const lateBy = 40 * DAY_MS;
/** A reward of January comes after the close, and one row is of a kind that no rule knows. */
const WORLD = withIncomes(
  scriptedWorld([
    {
      name: "main",
      play: (account) => {
        account.cash(day(3), "TRANSFER", "1000");
        account.trade(day(4), "BUY 1 BTCUSDT at 100", { fee: "0.05" });
        account.cash(day(5), "REFERRAL_KICKBACK", "12.5");
        account.trade(day(7), "SELL 0.5 BTCUSDT at 110", { fee: "0.03" });
        account.cash(day(8), "MYSTERY_BOX", "2");
        account.cash(day(60), "TRANSFER", "1");
      },
    },
  ]),
  (row) => (row.incomeType === "REFERRAL_KICKBACK" ? { ...row, lateBy } : row),
);

/**
 * A store with a closed month, what came after the close, imported prices, a decision and a record in
 * suspense.
 */
async function newBooks(): Promise<Rig> {
  const rig = await newRig({
    kind: "PGlite",
    world: WORLD,
    now: day(2),
    accountLines: ["since: 2026-01-01"],
  });
  await rig.reconfigure((text) => `reportingCurrency: EUR\nprices: { fetch: false }\n${text}`);
  // The first snapshot comes after the reward that is missing: the wallet seems to have begun with it.
  rig.setNow(day(37, 9 * HOUR_MS));
  await rig.run("sync");
  const dates = Array.from(
    { length: 70 },
    (_, days) => `${new Date(day(days)).toISOString().slice(0, 10)},USDT,EUR,0.9`,
  );
  await writeFile(join(rig.folder, "prices.csv"), `time,base,quote,price\n${dates.join("\n")}\n`);
  expect((await rig.run("price", "import", "prices.csv", "--kind", "csv")).exitCode).toBe(0);
  expect((await rig.run("close", "2026-01", "--because", "the reward is on its way")).exitCode).toBe(0);
  rig.setNow(day(64));
  await rig.run("run");
  return rig;
}

/** The commands of the section's block, word by word. */
async function printedCommands(title: string): Promise<readonly string[][]> {
  const text = await readFile(join(PACKAGE_FOLDER, "docs", "operations.md"), "utf8");
  const section = text.slice(text.indexOf(`## ${title}`));
  const [, block = ""] = /```sh\n([^`]*)```/.exec(section) ?? [];
  return block
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "));
}

function refusedAsFilled(where: string): string {
  return `${where}: it is not empty: books are restored into an empty store only
  it has rows in raw.account
  nothing was changed
  next: give another folder or database as store; if this one was restored before and its books are not built, run \`perpbooks book --from-empty\` and \`perpbooks reconcile\`
`;
}

/** Every row of the books as text, in an order of its own. */
async function contents(store: Store): Promise<Record<string, readonly string[]>> {
  const tables: Record<string, readonly string[]> = {};
  for (const table of [...tablesThatAre("carried"), ...tablesThatAre("rebuilt")]) {
    const { rows } = await sql<{ row: string }>`
      select t::text as row from ${sql.table(table)} as t order by t::text collate "C"
    `.execute(store.db);
    tables[table] = rows.map(({ row }) => row);
  }
  return tables;
}

let rig: Rig;
beforeAll(async () => {
  rig = await newBooks();
}, 120_000);
afterAll(() => rig.close());

test("books move to a server as the documents print it: closes, imported prices and every other row are there, and the reports are the same bytes", {
  timeout: 240_000,
}, async () => {
  const before = await rig.inspect(contents);
  const filled = tablesThatAre("carried").filter((table) => (before[table] ?? []).length > 0);
  expect(filled).toEqual(
    expect.arrayContaining([
      "raw.record",
      "raw.window",
      "snapshot.taken",
      "snapshot.balance",
      "ledger.closed_period",
      "ledger.closed_output",
      "ledger.closed_entry",
      "ledger.closed_valuation",
      "price.quote",
    ]),
  );
  await rig.run("report", "--output", "out-before");

  // The documented backup: a copy of the folder.
  if (rig.location.kind !== "folder") throw new Error("an embedded store was expected");
  await cp(rig.location.path, join(rig.folder, "perpbooks-data"), { recursive: true });
  const { location, remove } = await newLocation("Postgres");
  if (location.kind !== "postgres") throw new Error("a server was expected");
  const onServer = { DATABASE_URL: location.url.reveal() };
  const commands = await printedCommands("Backup and restore");
  expect(commands.map(([program, command]) => `${program} ${command}`)).toEqual([
    "perpbooks restore",
    "perpbooks close",
    "perpbooks report",
  ]);
  for (const [, ...words] of commands) {
    const outcome = await rig.runWith(onServer, ...words);
    // The row in suspense still needs a person.
    expect(outcome, words.join(" ")).toMatchObject({ exitCode: words[0] === "close" ? 0 : 3, errors: "" });
  }
  const server = await openStore(location);
  expect(await contents(server)).toEqual(before);
  await server.close();
  expect(await readFolder(join(rig.folder, "out-moved"))).toEqual(
    await readFolder(join(rig.folder, "out-before")),
  );

  await remove();
});

test("what cannot be restored is refused, and nothing is changed", { timeout: 120_000 }, async () => {
  if (rig.location.kind !== "folder") throw new Error("an embedded store was expected");
  const { path } = rig.location;
  const refused = async (folder: string, errors: string) =>
    expect(await rig.run("restore", folder)).toEqual({ exitCode: 2, output: "", errors });
  await refused(
    path,
    `perpbooks restore ${path}: this is the store that would be filled
  it is ${path}
  nothing was changed
  next: set DATABASE_URL, or \`store\` in the configuration, to the store that is to be filled
`,
  );
  await mkdir(join(rig.folder, "photographs"));
  await refused(
    "photographs",
    `perpbooks restore photographs: this is not the folder of an embedded store
  it is ${join(rig.folder, "photographs")}
  nothing was changed
  next: give the folder that \`store\` in the configuration named, or a copy of it
`,
  );
  await cp(path, join(rig.folder, "backup"), { recursive: true });
  await refused("backup", refusedAsFilled(`store ${path}`));
  // An account that is not configured is carried over too; its books wait for the configuration.
  await rig.reconfigure((text) =>
    text.replace(`store: ${path}`, "store: ./restored").replace("- name: main", "- name: other"),
  );
  const restored = await rig.run("restore", "backup");
  expect(restored.errors).toBe(
    "main: it is not in the configuration, so its books are not built\n  next: add it, then perpbooks book --from-empty --account main\n",
  );
});
