/**
 * One client of Postgres' protocol, served from the embedded database, which has one session and is at work.
 *
 * What the client sends runs in a transaction of its own that was begun here: it reads one state of the
 * database, only reads, and is rolled back. It begins when it is this client's turn, which comes between two
 * transactions of the program and never within one. Postgres itself refuses to make such a transaction one
 * that writes, once it has read something; so before anything of the client's, it reads. The client may end
 * it: then the next begins in the same way, before the client's next statement. That holds for whatever the
 * client says, because each of its statements is sent by itself, by the extended protocol, which takes one,
 * and is followed by the question whether the transaction is still open.
 *
 * To the client it looks like a session of its own: its settings are made again in each transaction, and its
 * prepared statements have names of its own.
 */
import { setImmediate as eventLoop } from "node:timers/promises";
import { type Forgetting, forgettingIn } from "./forgetting.ts";
import {
  errorResponse,
  fieldOf,
  int16,
  int32,
  type Message,
  message,
  messagesIn,
  readyForQuery,
  type Status,
  text,
  textAt,
} from "./messages.ts";
import { refusedSetting } from "./refused-setting.ts";
import { splitStatements } from "./split-statements.ts";

/** The embedded database, as a client's session needs it. */
export type Engine = {
  /** What the database answers to one message. Throws an `AnswerTooLargeError`. */
  answer(message: Buffer): Promise<Buffer>;
  /** Resolves when it is the caller's turn, to what ends it. */
  takeTurn(): Promise<() => void>;
  /** The statements that make the program's own settings. */
  readonly settings: string;
  /** Another number when the database was opened anew, and has forgotten what was prepared. */
  readonly generation: number;
};

/** To the client; settles when it has taken the bytes. */
type Send = (bytes: Buffer) => Promise<void>;

const BEGIN = message("Q", text("begin isolation level repeatable read, read only"));
/** As `read-only.ts` gives up rights; and then the transaction has read something. */
const GIVE_UP_RIGHTS = message("Q", text("set local role pg_read_all_data; select 1"));
const SET_ALL =
  "select set_config(name, value, true) from unnest($1::text[], $2::text[]) as given (name, value)";
const ROLLBACK = message("Q", text("rollback"));
/**
 * A client that commits leaves what it has set to the session, which is the program's. And PGlite leaves it
 * the user of a transaction that was rolled back, and does not find back to its own by `reset`.
 */
const CLEAN =
  "set session authorization postgres; set session authorization default; reset role; reset all; close all; unlisten *; select pg_advisory_unlock_all()";
const SYNC = message("S");

/** Rows of the first batch, of which nobody knows how wide they are. */
const FIRST_ROWS = 10;
/** Computed before the client must have taken them, and others may be heard. */
const BATCH_BYTES = 1024 * 1024;

/** However narrow they are. */
const BATCH_ROWS = 1000;
/** More settings than any client makes; the oldest are forgotten. */
const SETTINGS_MAX = 100;
/** The database and this process keep each of them until its client lets go of it, or goes. */
const STATEMENTS_MAX = 1000;
const ALREADY_BEGUN = "25001";

let sessions = 0;

export class ReaderSession {
  readonly #engine: Engine;
  readonly #send: Send;
  readonly #given: ReadonlyMap<string, string>;
  /** Before the names of its statements, which those of all clients share. */
  readonly #prefix: string;
  /** What it has set, in its own words. */
  readonly #settings = new Set<string>();
  /** By name, what follows it in the message that prepares it. */
  readonly #statements = new Map<string, Buffer>();
  /** Those that the database knows. */
  readonly #prepared = new Set<string>();
  #generation = 0;
  readonly #portals = new Map<string, string>();
  #endTurn: (() => void) | null = null;
  /** Whether the client itself has begun a transaction. */
  #isInBlock = false;
  #isCancelled = false;
  /** After a mistake, all is passed over until the client's next sync. */
  #isPassingOver = false;

  /** `given` are the settings that it came with. */
  constructor(engine: Engine, send: Send, given: ReadonlyMap<string, string>) {
    sessions += 1;
    this.#engine = engine;
    this.#send = send;
    this.#given = given;
    this.#prefix = `reader ${sessions}:`;
  }

  /** Whether it has the turn, and everybody else waits. */
  get hasTurn(): boolean {
    return this.#endTurn !== null;
  }

  /** Ends the statement under way, at its next batch. */
  cancel(): void {
    this.#isCancelled = true;
  }

  /** The value of each setting, as it is for this client. */
  async valuesOf(names: readonly string[]): Promise<readonly string[]> {
    await this.#enter();
    const list = names.map((name) => `current_setting('${name}')`).join(", ");
    const answer = await this.#engine.answer(message("Q", text(`select ${list}`)));
    await this.#leave();
    const row = [...messagesIn(answer)].find(({ type }) => type === "D");
    return row === undefined ? [] : cellsOf(row.body);
  }

  /** Answers one message of the client's. */
  async handle({ type, body }: Message): Promise<void> {
    if (type === "S") return this.#sync();
    if (this.#isPassingOver) return;
    switch (type) {
      case "Q":
        return this.#simpleQuery(textAt(body).text);
      case "P": {
        const { text: name, next } = textAt(body);
        return this.#parse(name, body.subarray(next));
      }
      case "B": {
        const { text: portal, next } = textAt(body);
        const { text: name, next: rest } = textAt(body, next);
        this.#portals.set(portal, this.#textOf(name));
        await this.#prepareAgain(name);
        return this.#forward(message("B", text(portal), text(this.#own(name)), body.subarray(rest)));
      }
      case "D":
      case "C":
        if (body.toString("latin1", 0, 1) === "S") await this.#prepareAgain(textAt(body, 1).text);
        return this.#forward(message(type, this.#named(body)));
      case "E": {
        const { text: portal, next } = textAt(body);
        await this.#execute(portal, body.readInt32BE(next));
        return;
      }
      // Whatever was answered has been sent.
      case "H":
        return;
      // Copied data that Postgres has not asked for, since it refuses to write.
      case "d":
      case "c":
      case "f":
        return;
      default:
        this.#isPassingOver = true;
        return this.#send(errorResponse("ERROR", "0A000", `messages of the type "${type}" are not served`));
    }
  }

  /** Gives back what it holds. */
  async end(): Promise<void> {
    await this.#leave();
    if (this.#prepared.size === 0 || this.#generation !== this.#engine.generation) return;
    const endTurn = await this.#engine.takeTurn();
    try {
      for (const name of this.#prepared) await this.#engine.answer(this.#closing(name));
      await this.#engine.answer(SYNC);
    } finally {
      endTurn();
    }
  }

  async #simpleQuery(sql: string): Promise<void> {
    const statements = splitStatements(sql);
    if (statements.length === 0) await this.#send(message("I"));
    for (const statement of statements) if (!(await this.#runWhole(statement))) break;
    await this.#sync();
  }

  /** Answers as the simple protocol does: only what the rows are, the rows, and the end. */
  async #runWhole(statement: string): Promise<boolean> {
    await this.#enter();
    if (refusedSetting(statement) !== null) return this.#raise(NOT_SERVED);
    const name = "simple query";
    this.#portals.set("", statement);
    await this.#engine.answer(this.#closing(name));
    this.#prepared.add(name);
    for (const one of [
      message("P", text(this.#own(name)), text(statement), int16(0)),
      message("B", text(""), text(this.#own(name)), int16(0), int16(0), int16(0)),
      message("D", Buffer.from("P"), text("")),
    ]) {
      const answer = await this.#engine.answer(one);
      await this.#sendOnly(answer, ({ type }) => !["1", "2", "n"].includes(type));
      if (hasFailed(answer)) return false;
    }
    return this.#execute("", 0);
  }

  async #parse(name: string, rest: Buffer): Promise<void> {
    await this.#enter();
    if (refusedSetting(textAt(rest).text) !== null) {
      await this.#raise(NOT_SERVED);
      return;
    }
    if (this.#statements.size >= STATEMENTS_MAX && !this.#statements.has(name)) {
      await this.#raise(TOO_MANY);
      return;
    }
    // Only one without a name takes the place of another; all have names here.
    if (name === "") await this.#engine.answer(this.#closing(name));
    this.#statements.set(name, rest);
    this.#prepared.add(name);
    await this.#forward(message("P", text(this.#own(name)), rest));
  }

  /** What was prepared before the database was opened anew. */
  async #prepareAgain(name: string): Promise<void> {
    await this.#enter();
    const rest = this.#statements.get(name);
    if (rest === undefined || this.#prepared.has(name)) return;
    this.#prepared.add(name);
    const answer = await this.#engine.answer(message("P", text(this.#own(name)), rest));
    await this.#sendOnly(answer, ({ type }) => type === "E");
  }

  #textOf(name: string): string {
    const rest = this.#statements.get(name);
    return rest === undefined ? "" : textAt(rest).text;
  }

  async #forward(one: Buffer): Promise<void> {
    await this.#enter();
    const answer = await this.#engine.answer(one);
    if (hasFailed(answer)) this.#isPassingOver = true;
    await this.#send(answer);
  }

  /** In batches, of which the client must take one before the next is computed. Whether it went well. */
  async #execute(portal: string, rowsMax: number): Promise<boolean> {
    await this.#enter();
    if (await this.#forget(forgettingIn(this.#portals.get(portal) ?? ""))) return true;
    for (let rowsBefore = 0, batch = FIRST_ROWS; ; ) {
      if (this.#isCancelled) return this.#raise(CANCELED);
      const answer = await this.#answerWithin(
        message("E", text(portal), int32(rowsMax === 0 ? batch : rowsMax)),
      );
      if (answer === null) return this.#raise(TOO_LARGE);
      const { rows, last } = outline(answer);
      if (last?.type === "s" && rowsMax === 0) {
        rowsBefore += rows;
        batch = Math.min(Math.max(1, Math.floor((BATCH_BYTES / answer.length) * rows)), BATCH_ROWS);
        await this.#send(answer.subarray(0, last.start));
        await eventLoop();
        continue;
      }
      const tag = last?.type === "C" ? textAt(last.body).text : null;
      const isOwnBegin = tag === "BEGIN" && !this.#isInBlock;
      await this.#sendOnly(
        rowsBefore === 0 || tag === null || last === null
          ? answer
          : withAllRows(answer, last.start, tag, rowsBefore),
        ({ type, body }) => !(isOwnBegin && type === "N" && fieldOf(body, "C") === ALREADY_BEGUN),
      );
      if (tag !== null) await this.#after(tag, this.#portals.get(portal) ?? "");
      return !hasFailed(answer);
    }
  }

  /** A statement has ended well: what it means for the transaction and for the client's settings. */
  async #after(tag: string, statement: string): Promise<void> {
    if (tag === "BEGIN") this.#isInBlock = true;
    if (tag === "SET" || tag === "RESET") this.#remember(statement);
    const answer = await this.#engine.answer(SYNC);
    await this.#sendOnly(answer, ({ type }) => type !== "Z");
    if (statusIn(answer) === "I") await this.#giveTurnBack();
    // Rights may have been taken back; and a transaction that is chained to the one before has its character,
    // but has read nothing yet.
    else await this.#engine.answer(GIVE_UP_RIGHTS);
  }

  /** What is set for a transaction alone ends with it; who one is, is not for a client to say. */
  #remember(statement: string): void {
    const words = statement.replace(/--.*|\/\*[\s\S]*?\*\//g, " ").trim();
    if (/^(?:re)?set\s+(?:local|transaction|role|session\s+(?:authorization|role))\b/i.test(words)) return;
    // As it was said: without what looks like a comment it could be another statement, or two.
    this.#settings.delete(statement);
    this.#settings.add(statement);
    const [oldest] = this.#settings;
    if (this.#settings.size > SETTINGS_MAX && oldest !== undefined) this.#settings.delete(oldest);
  }

  /**
   * False where that is left to Postgres: it knows what was not prepared by a message, and refuses to begin
   * anew within a transaction.
   */
  async #forget(forgotten: Forgetting | null): Promise<boolean> {
    if (forgotten?.what === "statements") {
      const { name } = forgotten;
      if (name !== null && !this.#statements.has(name)) return false;
      await this.#closeStatements(name === null ? [...this.#prepared] : [name]);
      await this.#send(message("C", text(name === null ? "DEALLOCATE ALL" : "DEALLOCATE")));
      return true;
    }
    if (forgotten === null || this.#isInBlock) return false;
    await this.#closeStatements([...this.#prepared]);
    this.#settings.clear();
    await this.#leave();
    await this.#send(message("C", text("DISCARD ALL")));
    return true;
  }

  async #closeStatements(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.#engine.answer(this.#closing(name));
      this.#statements.delete(name);
      this.#prepared.delete(name);
    }
  }

  /** Null where it is too large, and is lost. */
  async #answerWithin(one: Buffer): Promise<Buffer | null> {
    try {
      return await this.#engine.answer(one);
    } catch (error) {
      if (error instanceof AnswerTooLargeError) return null;
      throw error;
    }
  }

  /**
   * Postgres itself is let fail, so that the transaction is in the state that the client expects. A client
   * may run no code, so its rights are taken back for it; they fail with the transaction.
   */
  async #raise({ code, what, hint }: Trouble): Promise<false> {
    this.#isCancelled = false;
    this.#isPassingOver = true;
    await this.#engine.answer(SYNC);
    await this.#engine.answer(
      message("Q", text("set local role none; do $$ begin raise exception 'ended'; end $$")),
    );
    await this.#send(errorResponse("ERROR", code, what, hint));
    return false;
  }

  async #sync(): Promise<void> {
    this.#isPassingOver = false;
    this.#isCancelled = false;
    let status: Status = "I";
    if (this.hasTurn) {
      const answer = await this.#engine.answer(SYNC);
      await this.#sendOnly(answer, ({ type }) => type !== "Z");
      status = statusIn(answer);
      if (!this.#isInBlock || status === "I") {
        await this.#leave();
        status = "I";
      }
    }
    await this.#send(readyForQuery(status));
  }

  async #enter(): Promise<void> {
    if (this.hasTurn) return;
    this.#endTurn = await this.#engine.takeTurn();
    if (this.#generation !== this.#engine.generation) this.#prepared.clear();
    this.#generation = this.#engine.generation;
    await this.#must(BEGIN);
    await this.#must(GIVE_UP_RIGHTS);
    if (this.#given.size > 0) {
      await this.#must(message("P", text(""), text(SET_ALL), int16(0)));
      const lists = [[...this.#given.keys()], [...this.#given.values()]].map((list) =>
        Buffer.from(arrayText(list)),
      );
      const values = Buffer.concat(lists.flatMap((list) => [int32(list.length), list]));
      await this.#must(message("B", text(""), text(""), int16(0), int16(lists.length), values, int16(0)));
      await this.#must(message("E", text(""), int32(0)));
      await this.#must(SYNC);
    }
    for (const setting of this.#settings) {
      await this.#must(message("P", text(""), text(setting), int16(0)));
      await this.#must(message("B", text(""), text(""), int16(0), int16(0), int16(0)));
      await this.#must(message("E", text(""), int32(0)));
      await this.#must(SYNC);
    }
    await this.#must(GIVE_UP_RIGHTS);
  }

  async #must(one: Buffer): Promise<void> {
    const answer = await this.#engine.answer(one);
    const failure = [...messagesIn(answer)].find(({ type }) => type === "E");
    if (failure === undefined) return;
    await this.#engine.answer(SYNC);
    throw new SessionEndedError(fieldOf(failure.body, "C"), fieldOf(failure.body, "M"));
  }

  async #leave(): Promise<void> {
    if (!this.hasTurn) return;
    try {
      await this.#engine.answer(SYNC);
      await this.#engine.answer(ROLLBACK);
    } finally {
      await this.#giveTurnBack();
    }
  }

  async #giveTurnBack(): Promise<void> {
    this.#isInBlock = false;
    this.#portals.clear();
    try {
      await this.#must(message("Q", text(`${CLEAN}; ${this.#engine.settings}`)));
    } finally {
      this.#endTurn?.();
      this.#endTurn = null;
    }
  }

  async #sendOnly(answer: Buffer, isWanted: (one: Message) => boolean): Promise<void> {
    const parts: Buffer[] = [];
    let from = 0;
    for (const one of messagesIn(answer)) {
      if (isWanted(one)) continue;
      parts.push(answer.subarray(from, one.start));
      from = one.end;
    }
    parts.push(answer.subarray(from));
    const bytes = from === 0 ? answer : Buffer.concat(parts);
    if (bytes.length > 0) await this.#send(bytes);
  }

  #own(name: string): string {
    return `${this.#prefix}${name}`;
  }

  #closing(name: string): Buffer {
    return message("C", Buffer.from("S"), text(this.#own(name)));
  }

  /** What is described or closed: a statement (S) or a portal (P), and its name. */
  #named(body: Buffer): Buffer {
    const { text: name } = textAt(body, 1);
    const isStatement = body.toString("latin1", 0, 1) === "S";
    return Buffer.concat([body.subarray(0, 1), text(isStatement ? this.#own(name) : name)]);
  }
}

/** An answer of more bytes than are kept in memory. What it answers is done, and cannot be sent. */
export class AnswerTooLargeError extends Error {}

/** Why a client's statement is ended. */
type Trouble = { readonly code: string; readonly what: string; readonly hint: string };
const CANCELED: Trouble = { code: "57014", what: "canceling statement due to user request", hint: "" };
const NOT_SERVED: Trouble = {
  code: "0A000",
  what: "exit_on_error, and encodings but UTF8, are not served",
  hint: "",
};
const TOO_MANY: Trouble = {
  code: "54000",
  what: `a client may have ${STATEMENTS_MAX} prepared statements`,
  hint: "close or deallocate those that are not needed",
};
const TOO_LARGE: Trouble = {
  code: "54000",
  what: "what is copied is larger than can be sent at once",
  hint: "copy it in parts, or select it",
};

/** What ends a client's session, in Postgres' words. */
export class SessionEndedError extends Error {
  readonly code: string;
  constructor(code: string, what: string) {
    super(what);
    this.code = code;
  }
}

function outline(answer: Buffer): {
  readonly rows: number;
  readonly last: (Message & { readonly start: number }) | null;
} {
  let rows = 0;
  let last: (Message & { readonly start: number }) | null = null;
  for (const one of messagesIn(answer)) {
    if (one.type === "D") rows += 1;
    if (["C", "s", "E", "I"].includes(one.type)) last = one;
  }
  return { rows, last };
}

function hasFailed(answer: Buffer): boolean {
  for (const { type } of messagesIn(answer)) if (type === "E") return true;
  return false;
}

/** `SELECT 7` of the last batch becomes that of all of them. */
function withAllRows(answer: Buffer, start: number, tag: string, rowsBefore: number): Buffer {
  const [, words, rows] = /^(.*) (\d+)$/.exec(tag) ?? [];
  if (words === undefined) return answer;
  return Buffer.concat([
    answer.subarray(0, start),
    message("C", text(`${words} ${rowsBefore + +(rows ?? 0)}`)),
  ]);
}

function statusIn(answer: Buffer): Status {
  for (const { type, body } of messagesIn(answer)) if (type === "Z") return body.toString("latin1") as Status;
  return "I";
}

function cellsOf(row: Buffer): string[] {
  const cells: string[] = [];
  let at = 2;
  for (let left = row.readInt16BE(0); left > 0; left -= 1) {
    const length = row.readInt32BE(at);
    cells.push(row.toString("utf8", at + 4, at + 4 + Math.max(0, length)));
    at += 4 + Math.max(0, length);
  }
  return cells;
}

function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
