/** The user's own program: what it is given, and that nothing it does holds the night up. */
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { runProgram } from "../../../src/notify/program.ts";

function script(text: string, input = "", timeoutMs = 10_000) {
  return runProgram({
    command: [process.execPath, "-e", text, "$HOME; echo"],
    input,
    folder: tmpdir(),
    environment: { GREETING: "hello" },
    timeoutMs,
  });
}

test("it gets the text on its standard input, its words as they are, the folder and the environment", async () => {
  const echo = `const text = require("node:fs").readFileSync(0, "utf8");
    process.stderr.write([text, process.argv[1], process.env.GREETING, process.cwd() === require("node:fs").realpathSync("${tmpdir()}")].join("|"))`;
  expect(await script(echo, "the night")).toEqual({
    trouble: null,
    stderr: "the night|$HOME; echo|hello|true",
  });
});

test.each<[what: string, text: string, trouble: string | null]>([
  ["ends with another code", "process.exit(7)", "ended with 7"],
  ["is killed", "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 100)", "ended with SIGTERM"],
  ["does not read what it is given", "process.exit(0)", null],
])("one that %s", async (_, text, trouble) => {
  const { trouble: said } = await script(text, "x".repeat(1_000_000));
  expect(said).toBe(trouble === null ? null : `${process.execPath} ${trouble}`);
});

test("one that does not end is killed, though what it has started holds on to its stderr", async () => {
  const text = `require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 3000)"], { stdio: "inherit" });
    process.stderr.write("waiting"); setInterval(() => {}, 100)`;
  expect(await script(text, "", 1_500)).toEqual({
    trouble: `${process.execPath} did not end within 2 s and was killed`,
    stderr: "waiting",
  });
});

test("one that has ended is not waited for, though what it has started goes on with its stderr and input", async () => {
  const text = `require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 6000)"], { stdio: "inherit" }).unref();
    process.stderr.write("sent"); process.exit(0)`;
  const startedAt = performance.now();
  expect(await script(text, "x".repeat(1_000_000), 5_000)).toEqual({ trouble: null, stderr: "sent" });
  expect(performance.now() - startedAt).toBeLessThan(4_500);
});

test.each<[what: string, command: [string, ...string[]], why: string]>([
  ["lies in a file", [`${process.execPath}/mail`], "ENOTDIR"],
  ["has a name that no file can have", ["x".repeat(5_000)], "ENAMETOOLONG"],
  ["is given more than the system hands on", [process.execPath, "x".repeat(10_000_000)], "E2BIG"],
  ["is given a NUL", [process.execPath, "a\0b"], "ERR_INVALID_ARG_VALUE"],
])("one that %s cannot be run, and that is said", async (_what, command, why) => {
  const end = await runProgram({ command, input: "", folder: tmpdir(), environment: {} });
  expect(end).toEqual({ trouble: `${command[0]} cannot be run: ${why}`, stderr: "" });
});

test("one that is not there", async () => {
  const end = await runProgram({
    command: ["no-such-program"],
    input: "",
    folder: tmpdir(),
    environment: {},
  });
  expect(end).toEqual({ trouble: "no-such-program cannot be run: there is no such program", stderr: "" });
});
