/**
 * A lock on a folder that the operating system drops with its holder, however that ends.
 *
 * Who wants the folder listens on a local socket in it, a file `lock.…` of a name that is never used again.
 * Whether its process lives, the system itself says: it refuses a connection to a socket that nobody listens
 * on. Neither process numbers nor times are compared, so it makes no difference whether a number is used
 * again, nor whether the others run in a container of their own: they need to see the folder, on one machine.
 *
 * First announce, then look: who has its socket in the folder and afterwards finds nobody else's alive has
 * the folder. Of two who announce at once the later look sees both, so never do both hold it. A socket is
 * bound under another name and moved to its own once it listens: a name that is seen is alive, or dead for
 * ever.
 *
 * Two machines that share a folder cannot ask each other's sockets. That is not handled.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LockHeldError, LockImpossibleError } from "../errors.ts";

export type FolderLock = {
  /** Whether somebody held it, or wanted to, and was killed. They are remembered until `forgetDead`. */
  readonly hasDead: boolean;
  forgetDead(): Promise<void>;
  release(): Promise<void>;
};

export type LockWish = {
  /** Who is locked out of what, for the message. */
  readonly where: string;
  readonly what: string;
  /** How long to wait for whoever holds it. */
  readonly patienceSeconds: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Called when somebody else looks whether the folder is free, while it is held. */
  readonly onWanted?: () => void;
};

const LOOKS_PER_SECOND = 10;
/** While two want it at once: the one with the smaller name stays and looks again. */
const YIELD_MS = 10;
const YIELDS_MAX = 20;

const NAME = /^lock\.[0-9a-f]{16}(?:\.new)?$/;
/** Longer paths of sockets are cut off without a word on some systems. */
const SOCKET_PATH_BYTES = 100;

/** Takes the folder, or waits for it. Throws a `LockHeldError`, or a `LockImpossibleError`. */
export async function takeFolderLock(
  folder: string,
  { where, what, patienceSeconds, signal, onWanted = () => {} }: LockWish,
): Promise<FolderLock> {
  const way = await shortWayTo(folder);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const { alive } = await look(way.path);
      const [holder] = alive;
      if (holder === undefined) {
        const lock = await announceAndLook(way.path, onWanted);
        if (lock !== null) return { ...lock, release: () => lock.release().finally(way.leave) };
      } else if (attempt >= patienceSeconds * LOOKS_PER_SECOND) {
        throw new LockHeldError({
          where,
          what,
          evidence: [
            `it holds ${join(folder, holder)}, which the operating system drops with its process`,
            "nothing was changed",
          ],
          next: `wait for the other run to end and try again; \`lsof ${join(folder, holder)}\` shows which process it is`,
        });
      }
      signal?.throwIfAborted();
      await pause(1000 / LOOKS_PER_SECOND);
    }
  } catch (error) {
    await way.leave();
    throw error;
  }
}

/** Null when somebody else is there, too. */
async function announceAndLook(path: string, onWanted: () => void): Promise<FolderLock | null> {
  let isHeld = false;
  const own = await announce(path, () => {
    if (isHeld) onWanted();
  });
  if (own === null) return null;
  for (let yields = 1; ; yields += 1) {
    const { alive, dead } = await look(path);
    const others = alive.filter((name) => name !== own.name);
    if (others.length === 0 && alive.length === 1) {
      const forgetDead = async () => {
        for (const name of dead) await rm(join(path, name), { force: true });
      };
      isHeld = true;
      return { hasDead: dead.length > 0, forgetDead, release: own.withdraw };
    }
    // One that does not give way has looked before we announced ourselves, and holds it.
    const givesWay = others.some((name) => name < own.name) || yields >= YIELDS_MAX;
    if (others.length === 0 || givesWay) {
      await own.withdraw();
      return null;
    }
    await pause(YIELD_MS);
  }
}

type Announcement = { readonly name: string; withdraw(): Promise<void> };

/** Null when somebody has taken the socket for a dead one before it listened. */
async function announce(path: string, onLook: () => void): Promise<Announcement | null> {
  const name = `lock.${randomBytes(8).toString("hex")}`;
  const server = createServer((connection) => {
    connection.destroy();
    onLook();
  });
  await listen(server, join(path, `${name}.new`));
  // Whoever leaves without giving the folder back does not stay alive for it.
  server.unref();
  const withdraw = async () => {
    await rm(join(path, name), { force: true });
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    await rename(join(path, `${name}.new`), join(path, name));
    return { name, withdraw };
  } catch (error) {
    await withdraw();
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(asRefusal(path, cause)));
    server.listen(path, resolve);
  });
}

/** What file systems say that hold no sockets: those of other systems, mostly. */
const NO_SOCKETS: ReadonlySet<string> = new Set(["EOPNOTSUPP", "ENOTSUP", "EPERM", "EINVAL", "ENOSYS"]);

/** Why nothing can listen on this path. */
export function asRefusal(path: string, cause: NodeJS.ErrnoException): Error {
  if (cause.code === undefined || !NO_SOCKETS.has(cause.code)) return cause;
  return new LockImpossibleError(
    {
      where: dirname(path),
      what: "the folder cannot be locked, because its file system holds no sockets",
      evidence: [cause.message, "nothing was changed"],
      next: "use a folder on a disk of this machine (in a container: a named volume), or a Postgres server",
    },
    { cause },
  );
}

/** All announcements in the folder, in the order of their names. */
async function look(path: string): Promise<{ readonly alive: string[]; readonly dead: string[] }> {
  const names = (await readdir(path)).filter((name) => NAME.test(name)).toSorted();
  const states = await Promise.all(
    names.map(async (name) => ({ name, state: await stateOf(join(path, name)) })),
  );
  const namesThatAre = (wanted: State) =>
    states.filter(({ state }) => state === wanted).map(({ name }) => name);
  return {
    alive: namesThatAre("alive").filter((name) => !name.endsWith(".new")),
    dead: namesThatAre("dead"),
  };
}

/** Whether a process listens on the socket; its path is short enough for one. */
export async function isListenedOn(path: string): Promise<boolean> {
  return (await stateOf(path)) === "alive";
}

/** Whether somebody who held the folder was killed with it, and nobody holds it now. */
export async function isLeftBehind(folder: string): Promise<boolean> {
  const way = await shortWayTo(folder);
  try {
    const { alive, dead } = await look(way.path);
    // One that is about to listen looks dead for a moment.
    return alive.length === 0 && dead.some((name) => !name.endsWith(".new"));
  } finally {
    await way.leave();
  }
}

type State = "alive" | "dead" | "gone";

/** The system answers for a process that is busy; only a refusal proves that there is none. */
function stateOf(path: string): Promise<State> {
  return new Promise((resolve) => {
    const connection = connect(path);
    const end = (state: State) => {
      connection.destroy();
      resolve(state);
    };
    connection.once("connect", () => end("alive"));
    connection.once("error", ({ code }: NodeJS.ErrnoException) =>
      end(code === "ECONNREFUSED" ? "dead" : code === "ENOENT" ? "gone" : "alive"),
    );
  });
}

export type ShortWay = { readonly path: string; leave(): Promise<void> };

/**
 * The folder by a path that is short enough for a socket's: its own, or a link to it in the folder for
 * temporary files.
 */
export async function shortWayTo(folder: string): Promise<ShortWay> {
  if (Buffer.byteLength(join(folder, "lock.0123456789abcdef.new")) <= SOCKET_PATH_BYTES)
    return { path: folder, leave: async () => {} };
  const place = await mkdtemp(join(tmpdir(), "perpbooks-"));
  const path = join(place, "to");
  await symlink(folder, path);
  return { path, leave: () => rm(place, { recursive: true, force: true }) };
}
