/** The configuration that the tests of this folder change one thing in, and the venues it may name. */

import type { Configuration, VenueConfiguration } from "../../../src/config/configuration.ts";
import type { Variables } from "../../../src/config/environment.ts";
import { readConfiguration } from "../../../src/config/read.ts";
import type { SecretsAre } from "../../../src/config/reading.ts";
import { UsageError } from "../../../src/errors.ts";
import { EXPORTS_BY_NAME } from "../../../src/export/targets.ts";

export const VENUES: Readonly<Record<string, VenueConfiguration>> = {
  aster: {
    defaultBaseUrl: "https://fapi.asterdex.com",
    credentialForms: [
      { kind: "v1", fields: ["apiKey", "apiSecret"], identifiedBy: "apiKey" },
      {
        kind: "v3",
        fields: ["user", "signer", "privateKey"],
        identifiedBy: "user",
        publicFields: ["user", "signer"],
      },
    ],
  },
  edgex: {
    defaultBaseUrl: "https://pro.edgex.exchange",
    credentialForms: [
      {
        kind: "stark",
        fields: ["accountId", "starkPrivateKey"],
        identifiedBy: "accountId",
        publicFields: ["accountId"],
      },
      {
        kind: "hmac",
        fields: ["accountId", "apiKey", "apiSecret", "passphrase"],
        identifiedBy: "accountId",
        publicFields: ["accountId"],
        baseUrl: "https://edgex-prod-v2.edgex.exchange",
      },
    ],
  },
};

/** Texts that no message may ever hold. */
export const KEY = "key-NOBODY-may-see";
export const SECRET = "secret-NOBODY-may-see";

export const ENVIRONMENT: Variables = { ASTER_API_KEY: KEY, ASTER_API_SECRET: SECRET };

export const ACCOUNT = `accounts:
  - name: main
    venue: aster
    credentials:
      apiKey: \${ASTER_API_KEY}
      apiSecret: \${ASTER_API_SECRET}
`;

type Given = {
  readonly text?: string;
  readonly environment?: Variables;
  readonly dotenv?: Variables;
  readonly venues?: Readonly<Record<string, VenueConfiguration>>;
  readonly secrets?: SecretsAre;
};

export function read({
  text = ACCOUNT,
  environment = ENVIRONMENT,
  dotenv = {},
  venues = VENUES,
  secrets = "needed",
}: Given): Configuration {
  return readConfiguration({
    path: "/books/perpbooks.yaml",
    text,
    environment,
    dotenv,
    venues,
    exportTargets: EXPORTS_BY_NAME,
    secrets,
  });
}

/** The mistakes that are found, one line each, without the folder of the file. */
export function mistakes(given: Given): readonly string[] {
  try {
    read(given);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return (error.words.evidence ?? []).map((line) => line.replace("/books/", ""));
  }
  return [];
}

/** The example account with one line put in or in place of another. */
export function accountWith(line: string): string {
  const key = `${line.split(":")[0]}:`;
  const lines = ACCOUNT.split("\n");
  const at = lines.findIndex((candidate) => candidate.replace("- ", "").trim().startsWith(key));
  if (at === -1) return `${ACCOUNT}    ${line}\n`;
  lines[at] = `${lines[at]?.slice(0, 4)}${line}`;
  return lines.join("\n");
}

export function accountWithCredentials(...lines: readonly string[]): string {
  const head = "accounts:\n  - name: main\n    venue: aster\n    credentials:\n";
  return head + lines.map((line) => `      ${line}\n`).join("");
}
