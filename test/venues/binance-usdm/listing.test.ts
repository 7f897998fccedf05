import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Secret } from "../../../src/config/secret.ts";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { UsageError } from "../../../src/errors.ts";
import { VENUES } from "../../../src/venues/registry.ts";
import { DOCUMENTED_API_KEY, DOCUMENTED_API_SECRET, newKey } from "./credentials.ts";

const listing = VENUES["binance-usdm"] ?? expect.unreachable("binance-usdm is not listed");
const AT = parseInstant("2026-03-01T00:00:00Z");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "perpbooks-key-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openWith = (kind: string, fields: Readonly<Record<string, string>>) =>
  listing.open({
    kind,
    fields: Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, new Secret(text)])),
  });

test("the registry knows the venue's address and both ways to sign in", () => {
  expect(listing.configuration.defaultBaseUrl).toBe("https://fapi.binance.com");
  expect(listing.configuration.credentialForms.map(({ fields }) => fields.join(" + "))).toEqual([
    "apiKey + apiSecret",
    "apiKey + privateKeyFile",
  ]);
  const venue = openWith("hmac", { apiKey: DOCUMENTED_API_KEY, apiSecret: DOCUMENTED_API_SECRET });
  expect(venue.sign(venue.balancesRequest, AT).target).toMatch(/&signature=[0-9a-f]{64}$/);
});

describe("the file of a private key", () => {
  test("is read, and its kind told from its text", () => {
    const path = join(folder, "key.pem");
    writeFileSync(path, newKey("ed25519").pem);
    const venue = openWith("key-file", { apiKey: DOCUMENTED_API_KEY, privateKeyFile: path });
    const signature = /&signature=(.*)$/.exec(venue.sign(venue.balancesRequest, AT).target)?.[1] ?? "";
    expect(Buffer.from(decodeURIComponent(signature), "base64")).toHaveLength(64);
  });

  test("that is not there is named, with what to do", () => {
    const path = join(folder, "none.pem");
    const run = () => openWith("key-file", { apiKey: DOCUMENTED_API_KEY, privateKeyFile: path });
    expect(run).toThrow(UsageError);
    expect(run).toThrow(
      "binance-usdm credentials: privateKeyFile cannot be read (there is no such file)\n" +
        `  it names ${path}\n` +
        "  nothing was sent\n" +
        "  next: name the PEM file of the private key; a relative path starts at the folder of perpbooks.yaml",
    );
  });

  test("that is a folder", () => {
    expect(() => openWith("key-file", { apiKey: DOCUMENTED_API_KEY, privateKeyFile: folder })).toThrow(
      "privateKeyFile cannot be read (it is a folder)",
    );
  });
});
