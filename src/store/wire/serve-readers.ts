/**
 * Listens for clients of Postgres' protocol and serves each from the embedded database, read-only. By a local
 * socket whoever may open the file is let in; by a port, who knows the password.
 */
import { randomInt } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { GREETING_BYTES_MAX, Incoming } from "./incoming.ts";
import { errorResponse, int32, message, readyForQuery, text, textAt } from "./messages.ts";
import { type Limits, Patience } from "./patience.ts";
import { type Engine, ReaderSession, SessionEndedError } from "./reader-session.ts";
import { challenge, MECHANISM } from "./scram.ts";

export type ReaderEngine = Engine & {
  /** Whether somebody waits for the turn that a client has. */
  isWaitedFor(): boolean;
};

export type Readers = {
  /** Where TCP is listened on. */
  readonly port: number;
  /**
   * Lets in nobody more, and ends each client's session when it has been at rest for a moment, at the latest
   * after so long.
   */
  close(graceMs: number): Promise<void>;
};

export type ReadersWish = {
  readonly at: { readonly path: string } | { readonly port: number };
  /** Null where the file's mode decides who comes in. */
  readonly password: string | null;
  readonly engine: ReaderEngine;
  readonly limits?: Limits;
  /** The socket of who serves in our place just now; null where we do. */
  readonly elsewhere?: () => Promise<string | null>;
};

const LIMITS: Limits = { silenceMs: 10_000, patienceMs: 60_000 };

const LOOPBACK = "127.0.0.1";
const CLIENTS_MAX = 50;
/** To take what is left to say. */
const LAST_WORDS_MS = 1_000;
/** To say who one is. */
const HANDSHAKE_MS = 10_000;

const PROTOCOL_3 = 3;
const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;

/** What Postgres tells a client at the beginning. */
const TOLD = [
  ...["server_version", "server_encoding", "client_encoding", "application_name", "is_superuser"],
  ...["session_authorization", "DateStyle", "IntervalStyle", "TimeZone", "integer_datetimes"],
  ...["standard_conforming_strings", "search_path"],
];
/** What a client names when it comes that is no setting. */
const NO_SETTINGS: ReadonlySet<string> = new Set(["user", "database", "replication", "options"]);

type Client = { readonly session: ReaderSession; readonly key: number; readonly patience: Patience };

/** Whoever reads by several statements has a moment to send the next. */
const REST_MS = 1_000;
const LOOKS_MS = 50;

function isBusy({ session, patience }: Client): boolean {
  return session.hasTurn || patience.waitedMs < REST_MS;
}

export async function serveReaders({
  at,
  password,
  engine,
  limits = LIMITS,
  elsewhere,
}: ReadersWish): Promise<Readers> {
  const clients = new Map<number, Client>();
  const ends = new Map<Socket, Promise<void>>();
  // An answer is several small writes; the second would wait until the client's system has acknowledged the
  // first, which takes it 40 ms.
  const server = createServer({ noDelay: true }, (socket) => {
    const end = serveOne(socket, { password, engine, limits, elsewhere, clients }).finally(() => {
      ends.delete(socket);
      socket.end();
      // One that takes nothing any more is not waited for.
      setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
    });
    ends.set(socket, end);
  });
  server.maxConnections = CLIENTS_MAX;
  await listening(server, at);
  // Nobody's process stays alive for those who might come.
  server.unref();
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: async (graceMs) => {
      const closed = new Promise((resolve) => server.close(resolve));
      const isAnyBusy = () => ends.size > clients.size || [...clients.values()].some(isBusy);
      for (let left = graceMs; left > 0 && isAnyBusy(); left -= LOOKS_MS) await pause(LOOKS_MS);
      for (const socket of ends.keys()) socket.destroy();
      await Promise.all(ends.values());
      await closed;
    },
  };
}

function listening(server: Server, at: ReadersWish["at"]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    if ("path" in at) server.listen(at.path, resolve);
    else server.listen(at.port, LOOPBACK, resolve);
  });
}

type Way = Pick<ReadersWish, "password" | "engine"> & {
  readonly elsewhere: (() => Promise<string | null>) | undefined;
  readonly limits: Limits;
  readonly clients: Map<number, Client>;
};

/** Never throws: whatever a client does, the program goes on. */
async function serveOne(socket: Socket, way: Way): Promise<void> {
  socket.on("error", () => {});
  const incoming = new Incoming(socket);
  const send = sendingTo(socket);
  try {
    const given = await withinHandshake(socket, async () => {
      const started = await startup(incoming, send, way.clients);
      return started !== null && (await isLetIn(incoming, send, way.password)) ? started : null;
    });
    if (given === null) return;
    const path = (await way.elsewhere?.()) ?? null;
    if (path === null) await serve(incoming, send, given, way);
    else await handOn(socket, incoming, given, path);
  } catch (error) {
    if (socket.destroyed) return;
    const [code, what] =
      error instanceof SessionEndedError ? [error.code, error.message] : ["08P01", String(error)];
    socket.write(errorResponse("FATAL", code, what));
  }
}

async function serve(
  incoming: Incoming,
  send: (bytes: Buffer) => Promise<void>,
  given: ReadonlyMap<string, string>,
  { engine, limits, clients }: Way,
): Promise<void> {
  const patience = new Patience(limits, () => session.hasTurn && engine.isWaitedFor());
  const session = new ReaderSession(engine, (bytes) => patience.during(send(bytes)), given);
  const id = freeId(clients);
  const key = randomInt(2 ** 31);
  clients.set(id, { session, key, patience });
  try {
    const values = await session.valuesOf(TOLD);
    await send(
      Buffer.concat([
        ...TOLD.map((name, place) => message("S", text(name), text(values[place] ?? ""))),
        message("S", text("in_hot_standby"), text("off")),
        message("S", text("default_transaction_read_only"), text("on")),
        message("K", int32(id), int32(key)),
        readyForQuery("I"),
      ]),
    );
    for (;;) {
      const one = await patience.during(incoming.message());
      if (one === null || one.type === "X") return;
      await session.handle(one);
      if (!session.hasTurn) patience.renew();
    }
  } finally {
    patience.end();
    clients.delete(id);
    await session.end();
  }
}

/** To another process that serves readers, which is told what the client came with. */
async function handOn(
  socket: Socket,
  incoming: Incoming,
  given: ReadonlyMap<string, string>,
  path: string,
): Promise<void> {
  const other = connect(path);
  other.on("error", () => {});
  try {
    const parameters = Buffer.concat([...given].flatMap(([name, value]) => [text(name), text(value)]));
    const packet = Buffer.concat([int32(PROTOCOL_3 << 16), parameters, Buffer.from([0])]);
    other.write(Buffer.concat([int32(packet.length + 4), packet]));
    const answers = new Incoming(other);
    // That it lets us in; the client was told so already.
    await answers.message();
    await Promise.race([pipeline(incoming.rest(), other), pipeline(answers.rest(), socket)]);
  } finally {
    other.destroy();
  }
}

function freeId(clients: ReadonlyMap<number, Client>): number {
  for (let id = 1; ; id += 1) if (!clients.has(id)) return id;
}

/** The settings that a client comes with; null where it only wanted another one's statement cancelled. */
async function startup(
  incoming: Incoming,
  send: (bytes: Buffer) => Promise<void>,
  clients: ReadonlyMap<number, Client>,
): Promise<ReadonlyMap<string, string> | null> {
  for (;;) {
    const packet = await incoming.startup();
    if (packet === null) return null;
    const code = packet.readInt32BE(0);
    if (code === SSL_REQUEST || code === GSS_REQUEST) {
      await send(Buffer.from("N"));
      continue;
    }
    if (code === CANCEL_REQUEST) {
      const client = clients.get(packet.readInt32BE(4));
      if (client?.key === packet.readInt32BE(8)) client.session.cancel();
      return null;
    }
    if (code >> 16 !== PROTOCOL_3)
      throw new SessionEndedError("0A000", "only version 3 of the protocol is served");
    const wanted = parametersOf(packet.subarray(4));
    const unknown = [...wanted.keys()].filter((name) => name.startsWith("_pq_."));
    if ((code & 0xffff) !== 0 || unknown.length > 0) {
      await send(message("v", int32(0), int32(unknown.length), Buffer.concat(unknown.map(text))));
    }
    return settingsOf(wanted);
  }
}

function parametersOf(body: Buffer): Map<string, string> {
  const parameters = new Map<string, string>();
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const name = textAt(body, at);
    const value = textAt(body, name.next);
    parameters.set(name.text, value.text);
    at = value.next;
  }
  return parameters;
}

/** `options` are words of a command line: -c name=value. */
function settingsOf(parameters: ReadonlyMap<string, string>): Map<string, string> {
  const settings = new Map(
    [...parameters].filter(([name]) => !NO_SETTINGS.has(name) && !name.startsWith("_pq_.")),
  );
  const words = parameters.get("options") ?? "";
  for (const [, name = "", value = ""] of words.matchAll(/(?:-c\s*|--)([\w.-]+)=((?:\\.|\S)*)/g))
    settings.set(name.replaceAll("-", "_"), value.replace(/\\(.)/g, "$1"));
  return settings;
}

async function isLetIn(
  incoming: Incoming,
  send: (bytes: Buffer) => Promise<void>,
  password: string | null,
): Promise<boolean> {
  const [ok, sasl, goOn, final] = [0, 10, 11, 12];
  if (password !== null) {
    await send(message("R", int32(sasl), text(MECHANISM), Buffer.from([0])));
    const first = await incoming.message(GREETING_BYTES_MAX);
    if (first === null) return false;
    const { text: mechanism, next } = first.type === "p" ? textAt(first.body) : { text: "", next: 0 };
    const asked = mechanism === MECHANISM ? challenge(password, first.body.toString("utf8", next + 4)) : null;
    if (asked === null) throw new SessionEndedError("28000", "only SCRAM-SHA-256 is served");
    await send(message("R", int32(goOn), Buffer.from(asked.serverFirst)));
    const second = await incoming.message(GREETING_BYTES_MAX);
    if (second === null) return false;
    const proof = asked.verify(second.body.toString("utf8"));
    if (proof === null) throw new SessionEndedError("28P01", "the password is wrong");
    await send(message("R", int32(final), Buffer.from(proof)));
  }
  await send(message("R", int32(ok)));
  return true;
}

async function withinHandshake<T>(socket: Socket, work: () => Promise<T>): Promise<T> {
  const limit = setTimeout(() => socket.destroy(), HANDSHAKE_MS).unref();
  try {
    return await work();
  } finally {
    clearTimeout(limit);
  }
}

/** Settles when the operating system has the bytes, so that no more is computed than the client takes. */
function sendingTo(socket: Socket): (bytes: Buffer) => Promise<void> {
  return (bytes) =>
    new Promise((resolve, reject) => {
      socket.write(bytes, (error) => (error == null ? resolve() : reject(error)));
    });
}
