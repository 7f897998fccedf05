import { isLoopback } from "../domain/loopback.ts";
import type { StoreConfiguration } from "./configuration.ts";
import type { Place, Reading } from "./reading.ts";
import { Secret } from "./secret.ts";
import { readPath } from "./values.ts";

const EXPECTED = "a folder or a postgres:// address";

/** Two letters or more before the colon: `C:\books` is a folder. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/** Reads `store:`. An address is never shown: any part of it may be the password. */
export function readStore(reading: Reading, place: Place, base: string): StoreConfiguration | null {
  const text = reading.text(place, EXPECTED);
  if (text === null) return null;
  const scheme = SCHEME.exec(text.value)?.[1];
  if (scheme === undefined) {
    const path = readPath(reading, place, text, { base, expected: "a folder" });
    return path === null ? null : { kind: "folder", path };
  }
  const address = readPostgresAddress(text.value);
  if (typeof address === "string") {
    reading.mistake(place, address);
    return null;
  }
  if (!text.isSubstituted && new URL(text.value).password !== "") {
    reading.exposes(
      place,
      "a password is written in the file; set DATABASE_URL in the environment or .env instead",
    );
  }
  return address;
}

/** Reads `DATABASE_URL`, which wins over `store:`. */
export function readDatabaseUrl(reading: Reading, text: string): StoreConfiguration | null {
  const address = readPostgresAddress(text.trim());
  if (typeof address !== "string") return address;
  reading.mistakeInVariable("DATABASE_URL", address);
  return null;
}

/** The address as a store, or the mistake in it. */
function readPostgresAddress(text: string): StoreConfiguration | string {
  if (!/^postgres(?:ql)?:\/\//i.test(text)) {
    const scheme = SCHEME.exec(text)?.[1];
    return `expected ${EXPECTED}, found ${scheme === undefined ? "no address" : `something that begins with ${scheme}:`}`;
  }
  const isReadable = URL.canParse(text);
  const url = isReadable ? new URL(text) : null;
  // A password with a raw # ? or / ends the host too early, and the rest of it would be taken for a path and
  // be shown.
  if (url === null || url.hash !== "" || `${url.pathname}${url.search}`.includes("@")) {
    return "the address cannot be read; in a user name or password write %23 for #, %2F for /, %3A for :, %3F for ?, %40 for @";
  }
  if (!isProtected(url)) return UNPROTECTED;
  const user = url.username === "" ? "" : `${url.username}@`;
  return {
    kind: "postgres",
    url: new Secret(text),
    shownAs: `${url.protocol}//${user}${url.host}${url.pathname}`,
  };
}

const UNPROTECTED =
  "the server is not this machine, and the address does not say how it is reached: add ?sslmode=verify-full (TLS, with its certificate checked), or ?sslmode=disable where nobody can listen in between";

/** The other modes of libpq check no certificate, or do so only with this driver. */
const MODES_SAID_OUTRIGHT = ["verify-full", "disable"];

/** Whether nobody in between can read or answer, or a person said that this does not matter. */
function isProtected(url: URL): boolean {
  // As the driver has it: of a parameter that is repeated the last one counts, and `host` goes before the
  // address's own. A path is a socket's folder; no host at all is this machine.
  const parameter = (name: string) => url.searchParams.getAll(name).at(-1);
  const host = parameter("host") || decodeURIComponent(url.hostname);
  if (host === "" || host.startsWith("/") || isLoopback(host) || host === "::1") return true;
  return MODES_SAID_OUTRIGHT.includes(parameter("sslmode") ?? "");
}
