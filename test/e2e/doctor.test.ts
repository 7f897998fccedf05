/** `perpbooks doctor`: what a run will need, checked before it needs it. */
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { type BinanceRigOptions, newBinanceRig } from "../support/binance-rig.ts";
import { newRig, type Outcome, type RigOptions } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const NOW = parseInstant("2026-05-20T09:30:00Z");
const world = scriptedWorld([
  { name: "main", play: (account) => account.cash(parseInstant("2026-05-02T00:00:00Z"), "TRANSFER", "1000") },
]);

/** Of an account that was never run. */
const UNBEGUN = "ok       main: nothing has run yet, so no schedule can be seen\n";

/** Without the folders that differ from test to test. */
function asRead({ exitCode, output, errors }: Outcome): Outcome {
  const shown = output
    .replace(/ok {7}store: .*/, "ok       store: FOLDER")
    .replace(/^(?:ok {7}|warning {2})disk: \d+\.\d GB are free for the store and the output\n/m, "");
  return { exitCode, output: shown, errors };
}

async function aster(options: Partial<RigOptions> = {}, change = (text: string) => text): Promise<Outcome> {
  const rig = await newRig({ kind: "PGlite", world, now: NOW, ...options });
  await rig.reconfigure(change);
  const outcome = await rig.run("doctor");
  const records = await rig.inspect((store) => store.db.selectFrom("raw.record").selectAll().execute());
  expect(records, "it changes nothing").toEqual([]);
  await rig.close();
  return asRead(outcome);
}

async function binance(simulator: BinanceRigOptions["simulator"] = {}): Promise<Outcome> {
  const rig = await newBinanceRig({ kind: "PGlite", world, now: NOW, since: "2026-05-01", simulator });
  const outcome = await rig.run("doctor");
  await rig.close();
  return asRead(outcome);
}

describe("Aster, which does not tell a key's rights", () => {
  test.each([
    { generation: "V1", options: {} },
    { generation: "V3", options: { v3Account: "main" } },
  ])("$generation credentials that it accepts", async ({ options }) => {
    expect(await aster(options)).toEqual({
      exitCode: 0,
      output: `ok       configuration: 1 account
ok       store: FOLDER
ok       main: this machine's clock is 0 ms behind Aster's
ok       main: Aster accepts the credentials and shows 4 assets
ok       main: Aster does not tell what else the key could do: give it no more rights than reading
${UNBEGUN}`,
      errors: "",
    });
  });

  test("a secret that does not belong to the key", async () => {
    const credentials = [
      { account: "main", kind: "v1", apiKey: "simulated-key-main", apiSecret: "another" },
    ] as const;
    expect(await aster({ simulator: { credentials } })).toEqual({
      exitCode: 1,
      output: `ok       configuration: 1 account
ok       store: FOLDER
ok       main: this machine's clock is 0 ms behind Aster's
${UNBEGUN}`,
      errors: `main doctor: the venue rejected the credentials
  HTTP 400, code -1022: {"code":-1022,"msg":"Signature for this request is not valid."}
  what was loaded before is safe
  next: check key and secret, or agent and signer, their expiry, and whether they are limited to another IP address
`,
    });
  });

  test("a secret that is written into the configuration is warned of, not shown, and wants a person", async () => {
    const { exitCode, output } = await aster({}, (text) =>
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a configuration names it.
      text.replace("${MAIN_SECRET}", "simulated-secret-main"),
    );
    expect(exitCode).toBe(3);
    expect(output).toContain("warning  configuration: ");
    expect(output).toContain("\n  next: correct the configuration as said above\n");
    expect(output).not.toContain("simulated-secret-main");
  });
});

describe("Binance, which tells a key's rights", () => {
  const SAID = `ok       configuration: 1 account
ok       store: FOLDER
ok       main: this machine's clock is 0 ms behind Binance USDⓈ-M's
ok       main: Binance USDⓈ-M accepts the credentials and shows 5 assets
ok       main: positions: one-way mode
ok       main: margin: single-asset mode
ok       main: fee tier: 0
ok       main: fees: paid in BNB while there is some, at a discount
`;

  test("a key that may only read, and from one place", async () => {
    expect(await binance({ canReadMarginHistory: false, keyRights: { ipRestrict: true } })).toEqual({
      exitCode: 0,
      output: `${SAID}ok       main: the key can do nothing but read\n${UNBEGUN}`,
      errors: "",
    });
  });

  test("a key that could trade, withdraw, or be used from anywhere is warned about, and wants a person", async () => {
    expect(await binance({ keyRights: { enableWithdrawals: true } })).toEqual({
      exitCode: 3,
      output: `${SAID}warning  main: the key can withdraw (enableWithdrawals)
warning  main: the key can trade futures (enableFutures)
warning  main: the key works from any IP address (ipRestrict)
  next: in the venue's API management give the key the right to read and no other, from this machine's address alone; or make a new one
${UNBEGUN}`,
      errors: "",
    });
  });
});

describe("the nightly job", () => {
  test("that is started in time, then is not, until the venue begins to forget", async () => {
    const rig = await newBinanceRig({
      kind: QUICK_KIND,
      world,
      now: NOW,
      since: "2026-05-01",
      simulator: { canReadMarginHistory: false, keyRights: { ipRestrict: true } },
    });
    const doctor = async (at: string) => {
      rig.setNow(parseInstant(at));
      const { exitCode, output } = await rig.run("doctor");
      const lines = output.split("\n").filter((line) => /\brun\b|\bruns\b|init|GB/.test(line));
      return [exitCode, ...lines.map((line) => line.replace(/\d+\.\d GB/, "SOME GB"))];
    };
    for (const day of ["20", "21", "22"]) {
      rig.setNow(parseInstant(`2026-05-${day}T09:30:00Z`));
      expect((await rig.run("run")).exitCode).toBe(0);
    }
    const room = "ok       disk: SOME GB are free for the output";
    expect(await doctor("2026-05-23T00:00:00Z")).toEqual([
      0,
      room,
      "ok       main: 3 runs in the last 7 days, at most 24 h apart",
      "ok       main: within 88 days 9 h the venue begins to forget what no run has read: forced_orders since 2026-05-22T09:30:00.001Z",
    ]);
    expect(await doctor("2026-08-12T09:30:00Z")).toEqual([
      3,
      room,
      "warning  main: no run for 82 days",
      "  next: perpbooks init --cron, or --systemd FOLDER, writes what starts it",
      "warning  main: within 7 days the venue begins to forget what no run has read: forced_orders since 2026-05-22T09:30:00.001Z",
      "  next: perpbooks run",
    ]);
    await rig.close();
  });
});
