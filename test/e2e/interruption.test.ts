/** Ctrl-C: what is under way is finished, it is said once, and the next run ends as if nothing had been. */
import { expect, test } from "vitest";
import { asRead, smallRig, smallWorld } from "../errors/small-world.ts";
import { heavyKinds } from "../support/stores.ts";

const MESSAGE = `perpbooks: interrupted by a test
  next: run again`;

test.each(heavyKinds("PGlite"))(
  "%s: a run on two hosts that is interrupted after a sync books nothing more, and the next one is as a first",
  async (kind) => {
    const rig = await smallRig({ kind, world: smallWorld("first", "second") });
    const undisturbed = await smallRig({ kind, world: smallWorld("first", "second") });
    for (const { reconfigure } of [rig, undisturbed]) {
      // The other name of this machine is another host to the program.
      await reconfigure((text) => {
        const second = text.indexOf("name: second");
        return text.slice(0, second) + text.slice(second).replace("127.0.0.1", "localhost");
      });
    }
    const interrupted = await rig.runInterruptedAt("account_synced", "run");
    expect(asRead(interrupted)).toEqual({ exitCode: 1, message: MESSAGE });
    expect(interrupted.output, "no report is written").toBe("");
    const { output } = await rig.run("status");
    expect(output, "how each ended is on record").toMatch(
      /last run: .* (?:done|stopped: perpbooks: interrupted by a test), /,
    );

    expect((await rig.run("run")).exitCode).toBe(0);
    expect((await undisturbed.run("run")).exitCode).toBe(0);
    expect(await rig.files()).toEqual(await undisturbed.files());
    await rig.close();
    await undisturbed.close();
  },
);

test("booking, reconciling and reporting end between two of their steps", async () => {
  const rig = await smallRig({ world: smallWorld("first", "second") });
  expect((await rig.run("sync")).exitCode).toBe(0);
  expect(asRead(await rig.runInterruptedAt("account_booked", "book"))).toEqual({
    exitCode: 1,
    message: MESSAGE,
  });
  const booked = await rig.inspect(({ db }) =>
    db.selectFrom("ledger.entry").select("account_id").distinct().execute(),
  );
  expect(booked, "the second account was not begun").toEqual([{ account_id: "first" }]);
  expect((await rig.run("book")).exitCode).toBe(0);
  const reconciled = await rig.runInterruptedAt("account_reconciled", "reconcile");
  expect(asRead(reconciled)).toEqual({ exitCode: 1, message: MESSAGE });
  expect((await rig.run("run")).exitCode).toBe(0);
  await rig.close();
});
