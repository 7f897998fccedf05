// Takes a folder's lock again and again, and writes down when it has it. The last time it is killed with it.
// For tests of the lock.
import { appendFileSync } from "node:fs";
import { takeFolderLock } from "../../dist/store/folder-lock.js";

const [, , folder, log, times] = process.argv;
const say = (what) => appendFileSync(log, `${what} ${process.pid}\n`);
for (let taken = 1; taken <= Number(times); taken += 1) {
  const lock = await takeFolderLock(folder, { where: "test", what: "it is held", patienceSeconds: 60 });
  say("has");
  await new Promise((resolve) => setTimeout(resolve, 2));
  if (taken === Number(times)) {
    say("dies");
    process.kill(process.pid, "SIGKILL");
  }
  await lock.forgetDead();
  say("gives");
  await lock.release();
}
