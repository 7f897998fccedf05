import { isLoopback } from "../domain/loopback.ts";
import type { NotifyConfiguration } from "./configuration.ts";
import { type Place, type Reading, WRITTEN_SECRET } from "./reading.ts";
import { Secret } from "./secret.ts";
import { readChoice, readPath } from "./values.ts";

const KEYS = ["ping", "command", "when", "metrics"];

/** Nobody is told. */
export const NO_NOTIFICATION: NotifyConfiguration = {
  ping: null,
  command: null,
  when: "trouble",
  metrics: null,
};

/**
 * Reads `notify`. What is wrong in it is a mistake, and null in what is given back; the rest of it holds, so
 * that a night that ends because of the mistake can tell as much as is right.
 */
export function readNotify(reading: Reading, place: Place, base: string): NotifyConfiguration {
  const mapping = reading.mapping(place, `a mapping with ${KEYS.join(", ")}`, KEYS);
  if (mapping === null) return NO_NOTIFICATION;
  const read = <Value>(key: string, reader: (at: Place) => Value | null): Value | null => {
    const at = mapping.entries.get(key);
    return at === undefined ? null : reader(at);
  };
  if (mapping.entries.has("when") && !mapping.entries.has("command"))
    reading.warn(mapping.entries.get("when") ?? place, "has no effect without a command");
  return {
    ping: read("ping", (at) => readPing(reading, at)),
    command: read("command", (at) => readCommand(reading, at, base)),
    when: readChoice(reading, mapping, "when", ["trouble", "always"], "trouble") ?? "trouble",
    metrics: read("metrics", (at) => readMetrics(reading, at, base)),
  };
}

/** Never shown, as a part of it is the secret. */
function readPing(reading: Reading, place: Place): Secret | null {
  const text = reading.credential(place);
  if (text === null) return null;
  const url = URL.canParse(text.value) ? new URL(text.value) : null;
  const isHttp = url?.protocol === "http:" && isLoopback(url.hostname);
  if (url === null || (url.protocol !== "https:" && !isHttp)) {
    reading.mistake(place, "expected an https:// address (plain http is for this machine alone)");
    return null;
  }
  if (url.username !== "" || url.password !== "" || url.hash !== "") {
    reading.mistake(place, "expected an address without a user name, a password and #");
    return null;
  }
  if (!text.isSubstituted) reading.exposes(place, WRITTEN_SECRET);
  return new Secret(url.href);
}

function readCommand(reading: Reading, place: Place, base: string): NotifyConfiguration["command"] {
  const expected = "a list of a program and its words";
  const items = reading.list(place, expected);
  if (items === null) return null;
  const [first, ...others] = items;
  if (first === undefined) {
    reading.mistake(place, `expected ${expected}, found none`);
    return null;
  }
  const program = readProgram(reading, first, base);
  const words = others
    .map((item) => reading.text(item, "a word")?.value ?? null)
    .filter((word) => word !== null);
  return program === null || words.length < others.length ? null : [program, ...words];
}

/** One that is only a name is looked for where programs are. */
function readProgram(reading: Reading, place: Place, base: string): string | null {
  const expected = "a program";
  const text = reading.text(place, expected);
  if (text === null) return null;
  return text.value.includes("/") ? readPath(reading, place, text, { base, expected }) : text.value;
}

/** The ending is what node_exporter reads; and no other file of the user's can be written over by mistake. */
function readMetrics(reading: Reading, place: Place, base: string): string | null {
  const expected = "a file that ends in .prom";
  const text = reading.text(place, expected);
  if (text === null) return null;
  if (text.value.endsWith(".prom")) return readPath(reading, place, text, { base, expected });
  reading.mistake(place, `expected ${expected}, found ${text.shown}`);
  return null;
}
