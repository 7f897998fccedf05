import { randomBytes } from "node:crypto";
import { SERVE_PASSWORD } from "../../config/environment.ts";
import { UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { configurationOfStore } from "../../pipeline/workspace.ts";
import { serveFolder } from "../../store/serve-folder.ts";
import { defineCommand } from "../command.ts";
import { CONFIG } from "../options.ts";

export type ServeOptions = { readonly config: string; readonly port: string };

const PASSWORD_CHARACTERS_MIN = 12;
const PASSWORD_BYTES = 18;
const GIVE_ANOTHER = `give ${PASSWORD_CHARACTERS_MIN} or more letters, digits and signs, or unset it: then one is made`;
const PORT_MAX = 65_535;

/** Serves the embedded store to other tools on this machine, read-only, until it is interrupted. */
export async function serve(options: ServeOptions, context: CommandContext): Promise<number> {
  const port = readPort(options.port);
  const given = givenPassword(context);
  const { store } = await configurationOfStore(options, context);
  if (store.kind === "postgres") {
    throw refused(
      "the books are on a Postgres server, which other tools reach by themselves",
      `connect them to ${store.shownAs}, as a role that may only read`,
    );
  }
  const password = given ?? randomBytes(PASSWORD_BYTES).toString("base64url");
  const { signal, output } = context;
  const readers = await serveFolder(store.path, { port, password }, signal).catch(portTaken);
  const shown = given === null ? password : `$${SERVE_PASSWORD}`;
  output.write(`postgres://reader:${shown}@127.0.0.1:${readers.port}/perpbooks
read-only, for this machine alone; Ctrl-C ends it
`);
  await untilAborted(signal);
  await readers.close(0);
  return EXIT.done;
}

function readPort(words: string): number {
  const port = /^\d{1,5}$/.test(words) ? +words : PORT_MAX + 1;
  if (port <= PORT_MAX) return port;
  throw refused(
    `--port: "${words}" is not a port`,
    "give a number from 1 to 65535, or 0 for any that is free",
  );
}

/** A password that stays, for tools that keep it. */
function givenPassword({ environment }: CommandContext): string | null {
  const password = environment[SERVE_PASSWORD];
  if (password === undefined) return null;
  if (password === "") throw refused(`${SERVE_PASSWORD} is empty`, GIVE_ANOTHER);
  if (password.length >= PASSWORD_CHARACTERS_MIN && /^[!-~]+$/.test(password)) return password;
  throw refused(`${SERVE_PASSWORD} is no password that is hard to guess`, GIVE_ANOTHER);
}

function portTaken(error: unknown): never {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
  throw refused(
    code === "EACCES" ? "the port is not free for this user" : "the port is in use",
    "give another --port; 0 takes any that is free",
  );
}

function refused(what: string, next: string): UsageError {
  return new UsageError({ where: "perpbooks serve", what, evidence: ["nothing was done"], next });
}

/** A timer keeps the process alive for those who may come. */
function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 60_000);
    const end = () => {
      clearInterval(alive);
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}

export const serveCommand = defineCommand({
  options: {
    config: CONFIG,
    port: {
      type: "string",
      requiresArg: true,
      default: "5433",
      describe: "on 127.0.0.1; 0 takes any that is free",
    },
  },
  examples: [
    ["serve", "print an address for psql, DBeaver, Metabase, DuckDB; serve until Ctrl-C"],
    ["serve --port 0", "by any port that is free"],
  ],
  act: serve,
});
