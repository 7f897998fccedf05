import type { Credentials, VenueConfiguration } from "../../config/configuration.ts";
import { Secret } from "../../config/secret.ts";
import { assert, UsageError } from "../../errors.ts";
import { readTextFile, SMALL_FILE_BYTES_MAX } from "../../text-file.ts";
import type { Venue } from "../venue.ts";
import { readExport } from "./exports/read-export.ts";
import { STREAMS } from "./requests.ts";
import { binanceUsdmVenue } from "./venue.ts";

const configuration: VenueConfiguration = {
  defaultBaseUrl: "https://fapi.binance.com",
  credentialForms: [
    { kind: "hmac", fields: ["apiKey", "apiSecret"], identifiedBy: "apiKey" },
    {
      kind: "key-file",
      fields: ["apiKey", "privateKeyFile"],
      identifiedBy: "apiKey",
      publicFields: ["privateKeyFile"],
      fileFields: ["privateKeyFile"],
    },
  ],
};

/**
 * What `registry.ts` lists: a key with its secret, or a key with the file of an RSA or Ed25519 private key.
 */
export const binanceUsdmListing = {
  configuration,
  streams: STREAMS,
  readHistoryFile: readExport,
  open({ kind, fields }: Credentials): Venue {
    const field = (name: string): Secret => {
      const secret = fields[name];
      assert(secret !== undefined, `the configuration let "${name}" be missing`);
      return secret;
    };
    const apiKey = field("apiKey");
    if (kind === "hmac") return binanceUsdmVenue({ kind: "hmac", apiKey, apiSecret: field("apiSecret") });
    const origin = field("privateKeyFile").reveal();
    return binanceUsdmVenue({ kind: "key", apiKey, privateKey: new Secret(textOf(origin)), origin });
  },
};

function textOf(path: string): string {
  const file = readTextFile(path, SMALL_FILE_BYTES_MAX);
  if (file.kind === "text") return file.text;
  throw new UsageError({
    where: "binance-usdm credentials",
    what: `privateKeyFile cannot be read (${file.kind === "absent" ? "there is no such file" : file.why})`,
    evidence: [`it names ${path}`, "nothing was sent"],
    next: "name the PEM file of the private key; a relative path starts at the folder of perpbooks.yaml",
  });
}
