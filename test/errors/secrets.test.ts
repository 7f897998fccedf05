/**
 * Nothing secret reaches an output, a log, the store or a report: not on a good day, and not when the venue
 * throws back at us all that we sent. What is looked for: API keys and secrets, the agent's private key, the
 * store's password, and every signature that was made.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { rehearsalClock } from "../../src/clock.ts";
import { makeHarmfulProxy, type ProxiedRequest } from "../support/harmful-proxy.ts";
import { noInput } from "../support/input.ts";
import { PUBLISHED_AGENT, type Rig, readFolder } from "../support/rig.ts";
import { heavyKinds } from "../support/stores.ts";
import { NOW, smallRig, smallWorld } from "./small-world.ts";

const ACCOUNTS = ["first", "agent"] as const;

/** All that a command writes, its log lines included, which a person does not read but a log keeps. */
async function allOutputOf(rig: Rig, ...words: readonly string[]): Promise<string> {
  let written = "";
  const write = (text: string) => {
    written += text;
  };
  await runCommandLine(words, {
    environment: rig.environment,
    clock: rehearsalClock(NOW),
    signal: new AbortController().signal,
    workingFolder: rig.folder,
    readInput: noInput,
    output: { write, columns: null },
    errors: { write, isTerminal: false },
  });
  return written;
}

/** Every value of every table, as text. */
function dump(rig: Rig): Promise<string> {
  return rig.inspect(async (store) => {
    const { rows: tables } = await sql<{ name: string }>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') order by schemaname, tablename
    `.execute(store.db);
    expect(tables.length).toBeGreaterThan(15);
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await sql<{
        line: string;
      }>`select to_jsonb(row)::text as line from ${sql.raw(name)} as row`.execute(store.db);
      texts.push(...rows.map(({ line }) => line));
    }
    return texts.join("\n");
  });
}

function signatureOf({ target }: ProxiedRequest): readonly string[] {
  return [...target.matchAll(/signature=([^&]+)/g)].map((match) => match[1] ?? "");
}

function leaks(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => text.toLowerCase().includes(secret.toLowerCase()));
}

for (const kind of heavyKinds("Postgres")) {
  test(`${kind}: no secret is in anything that is written, whatever the venue answers`, async () => {
    const proxy = makeHarmfulProxy();
    const rig = await smallRig({
      kind,
      world: smallWorld(...ACCOUNTS),
      v3Account: "agent",
      through: proxy.through,
    });
    const written: string[] = [];

    // Income is requested after some windows are loaded: the failure is kept in the store, as the run's
    // outcome.
    for (const status of [200, 400, 401, 502]) {
      for (const wrap of [
        (text: string) => JSON.stringify({ code: -9999, msg: `cannot answer ${text}` }),
        (text: string) => `<html>cannot answer ${text}</html>`,
        (text: string) => `cannot answer ${text}`,
      ]) {
        proxy.harm((request) =>
          request.path.endsWith("/income")
            ? {
                kind: "answer",
                status,
                body: wrap(
                  `signature=${signatureOf(request).join()} of ${request.apiKey} for ${request.target}`,
                ),
              }
            : null,
        );
        written.push(await allOutputOf(rig, "sync", "--log", "-"));
      }
    }
    proxy.harm(null);
    for (const words of [
      "run --log -",
      "status",
      "status --json",
      "report",
      "report fills --format json",
      "book --from-empty --log -",
      "reconcile --log -",
    ])
      written.push(await allOutputOf(rig, ...words.split(" ")));

    // A configuration with every secret written in a wrong place.
    const configuration = await readFile(join(rig.folder, "perpbooks.yaml"), "utf8");
    const shuffled = configuration
      .replace(/apiSecret: .*/, `apiSecrt: simulated-secret-first`)
      .replace(/privateKey: .*/, `privatekey: ${PUBLISHED_AGENT.privateKey}`)
      .replace(/venue: aster/, "venue: $" + "{FIRST_SECRET}")
      .replace(/since: .*/, "since: $" + "{FIRST_KEY}");
    await writeFile(join(rig.folder, "wrong.yaml"), shuffled);
    const refused = await allOutputOf(rig, "run", "--config", "wrong.yaml");
    expect(refused).toContain("mistakes in the configuration");
    written.push(refused);

    const secrets = [
      "simulated-key-first",
      "simulated-secret-first",
      PUBLISHED_AGENT.privateKey.slice(2),
      // A part of it is too much already.
      PUBLISHED_AGENT.privateKey.slice(-16),
      ...(rig.location.kind === "postgres" ? ["only-on-loopback"] : []),
      ...proxy.requests().flatMap(signatureOf),
    ];
    expect(secrets.length).toBeGreaterThan(30);
    expect(leaks(written.join("\n"), secrets), "in what is written").toEqual([]);
    expect(leaks(await dump(rig), secrets), "in the store").toEqual([]);
    expect(leaks(JSON.stringify(await readFolder(join(rig.folder, "out"))), secrets), "in a report").toEqual(
      [],
    );
    await rig.close();
  });
}

test("no command takes a secret as a word or an option, where every user of the machine sees it", async () => {
  const names: string[] = [];
  for (const listed of COMMANDS) {
    const { options, positionals } = await listed.load();
    names.push(...Object.keys(options), ...Object.keys(positionals));
  }
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => /key|secret|pass|token|credential|private|url|dsn/i.test(name))).toEqual([]);
});

const MAIN = join(import.meta.dirname, "..", "..", "dist", "main.js");
const WORDS_OF_PROCESSES = "/proc/self/cmdline";

/** Keeps its own words and those of the program that started it, as `ps` shows both. */
const LOOKS_AT_WORDS = `import { readFileSync, writeFileSync } from "node:fs";
const wordsOf = (id) => readFileSync("/proc/" + id + "/cmdline", "utf8").split("\\0");
writeFileSync("words.json", JSON.stringify([wordsOf(process.ppid), wordsOf(process.pid)]));
`;

test.runIf(existsSync(WORDS_OF_PROCESSES))(
  "`ps` shows no secret, of the program or of what it starts",
  async () => {
    const rig = await smallRig();
    await writeFile(join(rig.folder, "looks.mjs"), LOOKS_AT_WORDS);
    await rig.reconfigure(
      (text) => `notify: { command: [${process.execPath}, looks.mjs], when: always }\n${text}`,
    );
    // A process of its own, which the simulator would have to answer meanwhile, and cannot: what the venue
    // says does not matter here.
    const { status } = spawnSync(process.execPath, [MAIN, "run", "--deadline", "2s"], {
      cwd: rig.folder,
      env: { ...process.env, ...rig.environment },
    });
    expect(status).toBe(1);
    const words = JSON.parse(await readFile(join(rig.folder, "words.json"), "utf8"));
    expect(words).toEqual([
      [process.execPath, MAIN, "run", "--deadline", "2s", ""],
      [process.execPath, "looks.mjs", ""],
    ]);
    await rig.close();
  },
);
