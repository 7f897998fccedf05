/** What programs read of perpbooks is as its schema in docs/ says, whatever state the books are in. */
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { faultsBy } from "../support/schemas.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND, type StoreKind } from "../support/stores.ts";

const FROM = parseInstant("2026-05-01T00:00:00Z");
const NOW = parseInstant("2026-05-05T03:17:00Z");
const world = scriptedWorld([
  {
    name: "main",
    play: (account) => account.cash(FROM, "TRANSFER", "1000").cash(plus(FROM, DAY_MS), "LIEN_CLAIM", "-3"),
  },
  { name: "quiet", play: (account) => account.cash(FROM, "TRANSFER", "7") },
]);

const aster = (kind: StoreKind) => () =>
  newRig({ kind, world, now: NOW, accountLines: ["since: 2026-05-01"] });

async function withoutStore(): Promise<Rig> {
  const rig = await aster("PGlite")();
  await rig.reconfigure((text) => text.replace(/^store: .*/m, "store: ./none-yet"));
  return rig;
}

test.each<{
  state: string;
  rig: () => Promise<Pick<Rig, "run" | "close">>;
  before: readonly string[][];
  shows: RegExp;
}>([
  { state: "no store yet", rig: withoutStore, before: [], shows: /^\[\]\n$/ },
  { state: "nothing has run", rig: aster(QUICK_KIND), before: [], shows: /"lastRun": null/ },
  {
    state: "one account is complete, another has an open item",
    rig: aster(QUICK_KIND),
    before: [["run"]],
    shows: /"1 entry in suspense"[\s\S]*"openItems": \[\]/,
  },
  {
    state: "the venue no longer serves a part",
    rig: () => newBinanceRig({ kind: QUICK_KIND, world, now: NOW, since: "2026-01-01" }),
    before: [["run"]],
    shows: /"gaps": "[1-9]/,
  },
  {
    state: "a period is closed",
    rig: aster(QUICK_KIND),
    before: [["run"], ["close", "2026-05-01", "--because", "a test"]],
    shows: /"period": "2026-05-01"/,
  },
])("status --json: $state", async ({ rig, before, shows }) => {
  const { run, close } = await rig();
  for (const words of before) await run(...words);
  const { output } = await run("status", "--json");
  expect(output).toMatch(shows);
  expect(faultsBy("status", JSON.parse(output))).toEqual([]);
  await close();
});

test("the schema is strict: what it does not name, lacks or has otherwise is a fault", () => {
  expect(faultsBy("status", [{ account: 7, added: 1 }])).toEqual(
    expect.arrayContaining([
      '/0: must NOT have additional properties {"additionalProperty":"added"}',
      '/0: must have required property \'next\' {"missingProperty":"next"}',
      '/0/account: must be string {"type":"string"}',
    ]),
  );
  expect(faultsBy("notification", { exitCode: 4 })).not.toEqual([]);
});
