/** An account whose first night fails before anything of it is known keeps no other from its reports. */
import { expect, test } from "vitest";
import { smallRig, smallWorld } from "./small-world.ts";

test("of two chosen accounts one is never reached: the run ends with 1, and the other has its reports", async () => {
  const rig = await smallRig({ world: smallWorld("first", "second", "third") });
  await rig.reconfigure((text) => {
    const second = text.indexOf("name: second");
    return text.slice(0, second) + text.slice(second).replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1");
  });
  const chosen = ["--account", "first", "--account", "second"];
  const { exitCode, output, errors } = await rig.run("run", ...chosen);
  expect(exitCode).toBe(1);
  expect(errors).not.toContain("the store has no account");
  expect(output).toContain("files in");
  expect((await rig.run("run", "--account", "second")).exitCode).toBe(1);
  await rig.close();
});
