/**
 * Ctrl-C and SIGTERM as a terminal's process hears them: the program itself, and not what its libraries do,
 * says how it ends.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PACKAGE_FOLDER } from "../../src/package.ts";
import { inPart } from "../support/sample.ts";

const CONFIGURATION = `accounts:
  - name: main
    venue: binance-usdm
    credentials:
      apiKey: \${KEY}
      apiSecret: \${SECRET}
`;

test.each(inPart(1, ["SIGINT", "SIGTERM"] as const))(
  "%s while the spinner keeps the cursor",
  async (signal) => {
    const sockets: Socket[] = [];
    // A database that never says a word: the command is still opening its store.
    const silent = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const folder = await mkdtemp(join(tmpdir(), "perpbooks-signals-"));
    await writeFile(join(folder, "perpbooks.yaml"), CONFIGURATION);
    const child = spawn(
      process.execPath,
      [
        "--import",
        join(import.meta.dirname, "..", "support", "cursor-kept.mjs"),
        join(PACKAGE_FOLDER, "dist", "main.js"),
        "status",
      ],
      {
        cwd: folder,
        env: { PATH: process.env["PATH"], DATABASE_URL: `postgres://books:word@127.0.0.1:${port}/books` },
      },
    );
    let errors = "";
    child.stderr.on("data", (part: Buffer) => {
      errors += part.toString();
    });
    const closed = once(child, "close");
    await Promise.race([once(silent, "connection"), closed]);
    child.kill(signal);
    const [exitCode, killedBy] = await closed;
    expect({ exitCode, killedBy, errors }).toEqual({
      exitCode: 1,
      killedBy: null,
      errors: `perpbooks: interrupted by ${signal}
  what was done is kept; nothing is half-written
  next: run the same command again: it goes on where this one stopped
`,
    });
    for (const socket of sockets) socket.destroy();
    silent.close();
    await rm(folder, { recursive: true });
  },
);
