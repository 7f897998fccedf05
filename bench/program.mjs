// A command of the program as a process of its own, measured from outside: the program's share and the
// server's.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { serverSeconds } from "./postgres.mjs";

/**
 * Runs a command in `folder` with its clock standing at `now`. Seconds of the clock; seconds of the
 * processor, the program's and, where there is one, the server's; and the largest resident set in MB.
 */
export async function program(folder, now, words, server = null) {
  const before = await serverSeconds(server);
  const child = spawn("node", [join(import.meta.dirname, "measured-child.mjs"), now, ...words], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const started = performance.now();
  let own = { megabytes: 0, processorSeconds: 0 };
  let errors = "";
  child.on("message", (message) => {
    own = message;
  });
  child.stderr.on("data", (chunk) => {
    errors = `${errors}${chunk}`.slice(-2000);
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}\n${errors}`);
  return {
    seconds: (performance.now() - started) / 1000,
    programSeconds: own.processorSeconds,
    serverSeconds: (await serverSeconds(server)) - before,
    megabytes: own.megabytes,
  };
}
