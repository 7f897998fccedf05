/**
 * A venue that neither answers nor hangs up: a run has an end all the same, says where it was, and holds
 * nothing for the next one.
 */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Harm, makeHarmfulProxy } from "../support/harmful-proxy.ts";
import { inPart } from "../support/sample.ts";
import { asRead, smallRig } from "./small-world.ts";

const INCOME = "/fapi/v1/income";
const SPAN = "[2026-05-28T00:00:00.000Z, 2026-05-30T09:30:00.001Z)";

test.each<{ readonly title: string; readonly command: string; readonly harm: Harm }>(
  inPart(1, [
    {
      title: "a packed body begins, and no more of it comes",
      command: "run",
      harm: { kind: "hang", begins: gzipSync("[".repeat(100)).subarray(0, 12) },
    },
    { title: "nothing comes", command: "sync", harm: { kind: "hang" } },
  ]),
)("$title: $command ends at its deadline", async ({ command, harm }) => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ through: proxy.through });
  proxy.harm(({ path }) => (path === INCOME ? harm : null));
  const stopped = asRead(await rig.run(command, "--deadline", "3s"));
  expect(stopped.exitCode).toBe(1);
  expect(stopped.message).toContain(`perpbooks: the deadline of 3 s is over
  it was at: main income ${SPAN}
  what was done is kept; nothing is half-written
  next: run the same command again: it goes on where this one stopped; if it stops at the same place again, look at what it waits for there, or give it more time`);

  proxy.harm(null);
  expect(asRead(await rig.run("run"))).toEqual({ exitCode: 0, message: "" });
  await rig.close();
});

test("a body that is called packed and is none is given up like any other failure, at once", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ through: proxy.through });
  proxy.harm(({ path }) => (path === INCOME ? { kind: "false gzip" } : null));
  expect(asRead(await rig.run("run"))).toEqual({
    exitCode: 1,
    message: `main income ${SPAN}: the venue failed 6 times in a row
  last: the connection was lost
  REASON
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  });
  proxy.harm(null);
  expect(asRead(await rig.run("run"))).toEqual({ exitCode: 0, message: "" });
  await rig.close();
});

test.each(["0s", "6", "6d", "h", "-1h", "1.5h", "600h", "1h 30m", ""])(
  'a deadline of "%s" is refused before anything is done',
  async (deadline) => {
    const rig = await smallRig();
    expect(asRead(await rig.run("sync", `--deadline=${deadline}`))).toEqual({
      exitCode: 2,
      message: `--deadline: a time such as 90s, 30m or 6h was expected, found "${deadline}"
  nothing was done
  next: correct it`,
    });
    await rig.close();
  },
);
