/**
 * The image and the compose file, as far as their text shows it: no daemon builds or starts them here. The
 * rules are those of hadolint that matter for it, and what `docs/operations.md` promises.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "..");
const textOf = (name: string) => readFileSync(join(ROOT, name), "utf8");
const { version } = JSON.parse(textOf("package.json"));

/** A tag that names a version, with its registry's path and without a digest. */
const TAGGED = /^[a-z0-9./-]+:\d[\w.-]*$/;
const SECRET_NAME = /pass|secret|token|key|credential/i;

type Instruction = readonly [name: string, words: string];

/** The instructions of each stage, without comments, each in one line. */
function stagesOf(text: string): readonly (readonly Instruction[])[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n");
  const instructions = lines
    .filter((line) => line.trim() !== "")
    .map((line): Instruction => [line.split(" ")[0] ?? "", line.slice(line.indexOf(" ") + 1)]);
  const begins = instructions.flatMap(([name], nth) => (name === "FROM" ? [nth] : []));
  return begins.map((from, nth) => instructions.slice(from, begins[nth + 1]));
}

describe("the image", () => {
  const stages = stagesOf(textOf("Dockerfile"));
  const all = stages.flat();
  const last = stages.at(-1) ?? [];
  const wordsOf = (name: string, among: readonly Instruction[] = all) =>
    among.filter(([one]) => one === name).map(([, words]) => words);

  test("is made of stages, each from an image whose tag names a version", () => {
    const bases = wordsOf("FROM").map((words) => words.split(" ")[0] ?? "");
    expect(bases.length).toBeGreaterThan(1);
    expect(bases.filter((base) => !TAGGED.test(base))).toEqual([]);
  });

  test("runs as a user that is not root, and nothing is made by root after that", () => {
    const names = last.map(([name]) => name);
    expect(wordsOf("USER", last)).toEqual(["node"]);
    expect(names.slice(names.indexOf("USER") + 1)).toEqual(["ENTRYPOINT", "CMD"]);
  });

  test("has no tool of the build: what it runs with is installed without them, by the lock file, and runs no script", () => {
    const installs = wordsOf("RUN")
      .flatMap((words) => words.split(" && "))
      .filter((one) => one.startsWith("npm ci"));
    expect(installs.at(-1)).toMatch(/ --omit=dev /);
    expect(installs.filter((one) => !one.includes("--ignore-scripts"))).toEqual([]);
    expect(wordsOf("RUN").join()).not.toMatch(/npm (?:i|install)\b|curl|wget|sudo|apt-get/);
    expect(wordsOf("ENV", last)).toEqual(["NODE_ENV=production"]);
  });

  test("fetches nothing by itself, holds no secret, and starts without a shell", () => {
    expect(wordsOf("ADD")).toEqual([]);
    expect([...wordsOf("ARG"), ...wordsOf("ENV")].filter((words) => SECRET_NAME.test(words))).toEqual([]);
    expect(JSON.parse(wordsOf("ENTRYPOINT", last).join())).toEqual(["node", "/perpbooks/dist/main.js"]);
    expect(JSON.parse(wordsOf("CMD", last).join())).toEqual(["run"]);
  });

  test("is given what it copies, and nothing else of the folder", () => {
    const copied = wordsOf("COPY")
      .filter((words) => !words.startsWith("--from="))
      .flatMap((words) => words.split(" ").slice(0, -1));
    const [first, ...others] = textOf(".dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(first).toBe("*");
    expect(others.map((line) => line.slice(1)).toSorted()).toEqual([...new Set(copied)].toSorted());
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

type Service = {
  readonly image: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly privileged?: boolean;
  readonly security_opt?: readonly string[];
  readonly ulimits?: Readonly<Record<string, number>>;
  readonly healthcheck?: { readonly test: readonly string[] };
};

describe("the compose file", () => {
  const compose = parse(textOf("docker-compose.yml"), { merge: true });
  const services: Readonly<Record<string, Service>> = compose.services;
  const named = Object.entries(services);
  const { job } = services;

  test("has the server alone by default, the job in a profile, and Citus in another", () => {
    const profiles = Object.fromEntries(named.map(([name, { profiles = [] }]) => [name, profiles.join()]));
    expect(profiles).toEqual({
      postgres: "",
      job: "job",
      coordinator: "citus",
      "worker-1": "citus",
      "worker-2": "citus",
    });
  });

  test("names versions, opens ports on this machine alone, and gives nobody rights beyond a server's own", () => {
    expect(named.filter(([, { image }]) => !TAGGED.test(image))).toEqual([]);
    expect(job?.image).toBe(`perpbooks:${version}`);
    const ports = named.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
    for (const [name, service] of named) {
      expect([name, service.security_opt]).toEqual([name, ["no-new-privileges:true"]]);
      expect([name, service.privileged]).toEqual([name, undefined]);
      expect([name, (service.volumes ?? []).filter((volume) => volume.includes("docker.sock"))]).toEqual([
        name,
        [],
      ]);
      expect([name, service.healthcheck?.test[0]]).toEqual([name, expect.stringMatching(/^CMD/)]);
    }
  });

  test("holds no secret: passwords come from outside", () => {
    const written = named.flatMap(([name, { environment = {} }]) =>
      Object.entries(environment)
        .filter(
          ([variable, value]) => SECRET_NAME.test(variable) && !/^(?:\$\{.*\}|\/run\/secrets)$/.test(value),
        )
        .map(([variable]) => `${name}: ${variable}`),
    );
    expect(written).toEqual([]);
  });

  test("the job can write its reports and a temporary folder, has no capability, no dump, and its secrets in files", () => {
    expect(job).toMatchObject({
      read_only: true,
      tmpfs: ["/tmp"],
      cap_drop: ["ALL"],
      ulimits: { core: 0 },
      environment: { CREDENTIALS_DIRECTORY: "/run/secrets" },
      healthcheck: { test: ["CMD", "node", "/perpbooks/dist/main.js", "status"] },
    });
    const writable = job?.volumes?.filter((volume) => !volume.endsWith(":ro"));
    expect(writable).toEqual(["reports:/books/out"]);
  });

  test("the job's nights begin at once and then each at 03:17, and a stop is passed on and waited for", async () => {
    const folder = mkdtempSync(join(tmpdir(), "perpbooks-container-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    // In place of the program: one that takes a while to end when it is told to. In place of the night: a
    // moment.
    stub(
      "node",
      `echo "node $*" >> "$LOG"; trap 'sleep 0.3; echo told >> "$LOG"; exit' TERM; [[ -s "$LOG.2" ]] || { echo 1 > "$LOG.2"; exit; }; sleep 60 & wait`,
    );
    stub("date", `[[ "$*" == "+%s" ]] && echo 1000 || { echo "date $*" >> "$LOG"; echo 1000; }`);
    function stub(name: string, script: string): void {
      writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const log = join(folder, "log");
    const [shell = "", ...words] = [...(job?.entrypoint ?? []), ...(job?.command ?? [])];
    const child = spawn(
      shell,
      words.map((word) => word.replaceAll("$$", "$")),
      {
        env: { PATH: `${folder}:${process.env["PATH"]}`, LOG: log },
        stdio: "ignore",
      },
    );
    const run = "node /perpbooks/dist/main.js run --deadline 6h";
    const night = [run, "date --date=tomorrow 03:17 +%s"];
    const told = () => (existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : []);
    while (told().length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    // Its trap is set a moment after its line is written.
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill("SIGTERM");
    await once(child, "exit");
    expect(told()).toEqual([...night, run, "told"]);
  });
});
