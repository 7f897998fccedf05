// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a configuration has placeholders of its own.
/** `notify`: who is told of a night, what, and that it changes nothing of the night. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { type Monitor, startMonitor } from "../support/monitor.ts";
import { newRig, type Outcome, type Rig } from "../support/rig.ts";
import { faultsBy } from "../support/schemas.ts";
import { scriptedWorld } from "../support/scripted-world.ts";

const FROM = parseInstant("2026-05-01T00:00:00Z");
const NOW = parseInstant("2026-05-05T03:17:00Z");
const PATH = "/2f1c-only-the-owner-knows";

const world = scriptedWorld([
  {
    name: "main",
    play: (account) => account.cash(FROM, "TRANSFER", "1000").cash(plus(NOW, DAY_MS / 2), "LIEN_CLAIM", "-3"),
  },
]);

let rig: Rig;
let monitor: Monitor;
const mask = process.umask();
beforeAll(async () => {
  // As the program has it.
  process.umask(0o077);
  monitor = await startMonitor(PATH);
  rig = await newRig({ kind: "PGlite", world, now: NOW });
  await writeFile(
    join(rig.folder, "keep.mjs"),
    `import { readFileSync, writeFileSync } from "node:fs";
     writeFileSync("told.json", readFileSync(0));
     if (process.argv[2] === "fails") { console.error("no mail server"); process.exit(7); }`,
  );
  await writeFile(join(rig.folder, ".env"), `PING_URL=${monitor.url}\n`, { mode: 0o600 });
  await rig.reconfigure((text) => text + notify());
});
afterAll(async () => {
  process.umask(mask);
  await rig.close();
  await monitor.close();
});

function notify(words: readonly string[] = [], lines: readonly string[] = []): string {
  const command = [process.execPath, "keep.mjs", ...words].map((word) => JSON.stringify(word));
  return `notify:
  ping: \${PING_URL}
  command: [${command.join(", ")}]
  metrics: ./metrics/perpbooks.prom
${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** Nothing that a night writes shows the address of the monitor. */
async function night(...words: readonly string[]): Promise<Outcome> {
  const outcome = await rig.run("run", ...words);
  const written = [outcome.output, outcome.errors, await metrics(), JSON.stringify(await rig.files())];
  for (const text of written) expect(text).not.toContain("only-the-owner-knows");
  return outcome;
}

function metrics(): Promise<string> {
  return readFile(join(rig.folder, "metrics/perpbooks.prom"), "utf8").catch(() => "");
}

async function metric(name: string): Promise<string | null> {
  const line = (await metrics())
    .split("\n")
    .find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
  return line?.replace(/^\S+ /, "") ?? null;
}

async function told(): Promise<Record<string, unknown> | null> {
  const text = await readFile(join(rig.folder, "told.json"), "utf8").catch(() => null);
  if (text === null) return null;
  expect(faultsBy("notification", JSON.parse(text))).toEqual([]);
  return JSON.parse(text);
}

const NOW_SECONDS = `${NOW / 1000}`;

test("a good night: the monitor is told of beginning and end, the metrics are written, the program rests", async () => {
  const { exitCode, errors, output } = await night();
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: "" });
  expect(monitor.told()).toEqual([`POST ${PATH}/start: `, `POST ${PATH}: ${output.split("\n")[0]}`]);
  expect(await told()).toBeNull();
  expect(await metric("perpbooks_run_exit_code")).toBe("0");
  expect(await metric("perpbooks_run_success_timestamp_seconds")).toBe(NOW_SECONDS);
  expect(await metric('perpbooks_account_success_timestamp_seconds{account="main"}')).toBe(NOW_SECONDS);
  expect(await metric('perpbooks_account_open_items{account="main"}')).toBe("0");
  expect(await metric('perpbooks_account_requests_total{account="main"}')).not.toBe("0");
  expect(await metric('perpbooks_account_records_total{account="main"}')).toBe("1");
  expect(
    await metric('perpbooks_stream_complete_until_timestamp_seconds{account="main",stream="income"}'),
  ).toBe(`${(NOW + 1) / 1000}`);
  expect((await metrics()).match(/stage="\w+"/g)).toEqual(
    ["sync", "book", "prove", "report", "export"].map((stage) => `stage="${stage}"`),
  );
  // node_exporter runs as another user; whatever else is written is for nobody else.
  expect((await stat(join(rig.folder, "metrics/perpbooks.prom"))).mode & 0o777).toBe(0o644);
});

test("with `when: always` the program hears of good nights too; commands but run tell nobody", async () => {
  await rig.reconfigure((text) => text.slice(0, text.indexOf("notify:")) + notify([], ["when: always"]));
  for (const command of ["status", "sync", "reconcile"]) await rig.run(command);
  expect([await told(), monitor.told()]).toEqual([null, []]);
  await night();
  expect(await told()).toMatchObject({ exitCode: 0, text: "0, done in 0 ms", reasons: [] });
  expect(monitor.told()).toHaveLength(2);
  await rig.reconfigure((text) => text.slice(0, text.indexOf("notify:")) + notify());
});

test("a night with an open item: the monitor gets the reasons, the program all of it as JSON", async () => {
  rig.setNow(plus(NOW, DAY_MS));
  const { exitCode, errors } = await night();
  expect({ exitCode, errors }).toEqual({ exitCode: 3, errors: "" });
  const line = "3, open items: main: 1 entry in suspense; next: perpbooks report gaps";
  expect(monitor.told()).toEqual([`POST ${PATH}/start: `, `POST ${PATH}/fail: ${line}`]);
  expect(await told()).toMatchObject({
    exitCode: 3,
    outcome: "3, open items",
    startedAt: "2026-05-06T03:17:00.000Z",
    endedAt: "2026-05-06T03:17:00.000Z",
    reasons: [{ exitCode: 3, account: "main", what: "1 entry in suspense", next: "perpbooks report gaps" }],
    text: line,
    summary: expect.stringMatching(/^2026-05-01\.\.2026-05-06 \(UTC\)\n/),
    accounts: [
      { account: "main", lastRun: { outcome: "done" }, openItems: ["1 entry in suspense"], openItemCount: 1 },
    ],
    remarks: [],
  });
  expect((await told())?.["accounts"]).toEqual(JSON.parse((await rig.run("status", "--json")).output));
  expect(await metric("perpbooks_run_exit_code")).toBe("3");
  expect(await metric("perpbooks_run_success_timestamp_seconds")).toBe(NOW_SECONDS);
  expect(await metric('perpbooks_account_open_items{account="main"}')).toBe("1");
});

test.each<{ how: string; code: number; what: RegExp; act: () => Promise<Outcome> }>([
  {
    how: "another run holds the lock",
    code: 75,
    what: /^75, another run holds the lock: /,
    act: () => rig.inspect(() => night()),
  },
  {
    how: "the deadline is over",
    code: 1,
    what: /^1, stopped: perpbooks: the deadline of 1 s is over; next: /,
    // It waits for the lock longer than that.
    act: () => rig.inspect(() => night("--deadline", "1s")),
  },
  {
    how: "somebody interrupts it",
    code: 1,
    what: /^1, stopped: perpbooks: interrupted by a test; next: /,
    act: () => rig.runInterruptedAt("account_synced", "run"),
  },
  {
    how: "the configuration is wrong",
    code: 2,
    what: /^2, wrong usage or configuration: .*: 1 mistake in the configuration; nothing was done; next: /,
    act: async () => {
      await rig.reconfigure((text) => text.replace("venue: aster", "venue: astre"));
      const outcome = await night();
      await rig.reconfigure((text) => text.replace("venue: astre", "venue: aster"));
      return outcome;
    },
  },
])("$how: all are told of that end too", async ({ code, what, act }) => {
  const before = await metrics();
  const { exitCode } = await act();
  expect(exitCode).toBe(code);
  expect(await told()).toMatchObject({
    exitCode: code,
    text: expect.stringMatching(what),
    summary: "",
    accounts: null,
  });
  expect(monitor.told()).toEqual([`POST ${PATH}/start: `, expect.stringMatching(/^POST \/[\w-]+\/fail: \d/)]);
  expect(await metric("perpbooks_run_exit_code")).toBe(`${code}`);
  const kept = (text: string) =>
    text.split("\n").filter((line) => /success|account_|complete_until/.test(line));
  expect(kept(await metrics()), "what it did not read stays as it was").toEqual(kept(before));
});

test("what fails to tell is said in a line, changes no exit code, and the program learns of it", async () => {
  monitor.answer(500);
  await rig.reconfigure((text) => text.slice(0, text.indexOf("notify:")) + notify(["fails"]));
  const { exitCode, errors } = await night();
  monitor.answer(200);
  expect(exitCode).toBe(3);
  const ping = "notify.ping: the answer is HTTP 500";
  expect(errors.split("\n")).toEqual([
    `${ping}; the run itself is as it was`,
    `${ping}; the run itself is as it was`,
    "no mail server",
    `notify.command: ${process.execPath} ended with 7; the run itself is as it was`,
    "",
  ]);
  expect((await told())?.["remarks"]).toEqual([ping, ping]);
  expect(monitor.told()).toHaveLength(4);
});

test("a file of metrics that cannot be written changes nothing either", async () => {
  await rig.reconfigure((text) => text.replace("./metrics/", "./perpbooks.yaml/"));
  const { exitCode, errors } = await night();
  expect(exitCode).toBe(3);
  expect(errors).toMatch(
    /^notify\.metrics: \S+\/perpbooks\.yaml\/perpbooks\.prom cannot be written: a file stands where a folder should be;/,
  );
  await rig.reconfigure((text) => text.replace("./perpbooks.yaml/", "./metrics/"));
});
