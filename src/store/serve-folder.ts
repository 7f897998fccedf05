/**
 * An embedded store for other tools, by a port of this machine. The store stays open for them until somebody
 * else wants it: then it is given back between two transactions of theirs, and opened again for the next one
 * of them when it is free. While another process has it, who comes is handed on to that process's readers.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LockHeldError } from "../errors.ts";
import { isListenedOn, shortWayTo } from "./folder-lock.ts";
import { openFolder } from "./open.ts";
import type { EmbeddedStore } from "./open-pglite.ts";
import { READERS_SOCKET } from "./wire/address.ts";
import { SessionEndedError } from "./wire/reader-session.ts";
import { type ReaderEngine, type Readers, serveReaders } from "./wire/serve-readers.ts";

/** Shorter than a run waits for the store. */
const LIMITS = { silenceMs: 3_000, patienceMs: 60_000 };
/** Who wanted the store looks for it several times in this time. */
const GIVEN_BACK_MS = 500;

/** Serves until it is closed; `signal` ends what is opened meanwhile. Port 0 is any that is free. */
export async function serveFolder(
  folder: string,
  { port, password }: { readonly port: number; readonly password: string },
  signal: AbortSignal,
): Promise<Readers> {
  const way = await shortWayTo(folder);
  const store = new LentStore(folder, signal);
  const socket = join(way.path, READERS_SOCKET);
  const readers = await serveReaders({
    at: { port },
    password,
    engine: store,
    limits: LIMITS,
    elsewhere: async () => {
      if (await store.isToBeHad()) return null;
      if (await isListenedOn(socket)) return socket;
      throw new SessionEndedError("57P03", "a run opens or closes the store just now: connect again");
    },
  });
  return {
    port: readers.port,
    close: async (graceMs) => {
      await readers.close(graceMs);
      await store.giveBack();
      await way.leave();
    },
  };
}

class LentStore implements ReaderEngine {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  #opening: Promise<EmbeddedStore> | null = null;
  #store: EmbeddedStore | null = null;
  #givingBack: Promise<void> = Promise.resolve();
  #turns = 0;
  #isWanted = false;
  generation = 0;
  settings = "";

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  isWaitedFor(): boolean {
    return this.#isWanted || this.#store?.readerEngine.isWaitedFor() === true;
  }

  /** Whether it is open here, or could be opened. */
  async isToBeHad(): Promise<boolean> {
    try {
      await this.#have();
      return true;
    } catch (error) {
      if (error instanceof LockHeldError) return false;
      throw error;
    }
  }

  async answer(message: Buffer): Promise<Buffer> {
    if (this.#store === null) throw new SessionEndedError("57P01", "the store was closed");
    return this.#store.readerEngine.answer(message);
  }

  async takeTurn(): Promise<() => void> {
    this.#turns += 1;
    try {
      const { readerEngine } = await this.#have();
      const end = await readerEngine.takeTurn();
      return () => {
        end();
        this.#endTurn();
      };
    } catch (error) {
      this.#endTurn();
      if (!(error instanceof LockHeldError)) throw error;
      throw new SessionEndedError("57P01", "a run has the store open now: connect again");
    }
  }

  /** Closes the store; whoever needs it afterwards opens it again. */
  giveBack(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    this.#store = null;
    if (opening !== null) {
      this.#givingBack = this.#givingBack
        .then(() => opening)
        .then((store) => store.close())
        .catch(() => {});
    }
    return this.#givingBack;
  }

  #endTurn(): void {
    this.#turns -= 1;
    if (this.#isWanted && this.#turns === 0) this.#yieldIt();
  }

  #yieldIt(): void {
    this.#isWanted = false;
    this.#givingBack = this.giveBack().then(() => pause(GIVEN_BACK_MS));
  }

  #have(): Promise<EmbeddedStore> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<EmbeddedStore> {
    try {
      await this.#givingBack;
      const store = await openFolder(this.#folder, this.#signal, 0, () => {
        if (this.#store === null) return;
        this.#isWanted = true;
        if (this.#turns === 0) this.#yieldIt();
      });
      this.generation += 1;
      this.settings = store.readerEngine.settings;
      this.#store = store;
      return store;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }
}
