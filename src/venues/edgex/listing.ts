import type { Credentials, VenueConfiguration } from "../../config/configuration.ts";
import type { Secret } from "../../config/secret.ts";
import { assert } from "../../errors.ts";
import type { Venue } from "../venue.ts";
import { STREAMS } from "./requests.ts";
import { edgexVenue } from "./venue.ts";

const configuration: VenueConfiguration = {
  defaultBaseUrl: "https://pro.edgex.exchange",
  credentialForms: [
    {
      kind: "v1",
      fields: ["accountId", "starkPrivateKey"],
      identifiedBy: "accountId",
      publicFields: ["accountId"],
    },
    {
      kind: "v2",
      fields: ["accountId", "apiKey", "apiSecret", "passphrase"],
      identifiedBy: "accountId",
      publicFields: ["accountId"],
      baseUrl: "https://edgex-prod-v2.edgex.exchange",
    },
  ],
};

/** What `registry.ts` lists: V1 by the account's Stark key, V2 by key, secret and passphrase. */
export const edgexListing = {
  configuration,
  streams: STREAMS,
  open({ kind, fields }: Credentials): Venue {
    const field = (name: string): Secret => {
      const secret = fields[name];
      assert(secret !== undefined, `the configuration let "${name}" be missing`);
      return secret;
    };
    const accountId = field("accountId").reveal();
    return kind === "v1"
      ? edgexVenue({ kind: "v1", accountId, starkPrivateKey: field("starkPrivateKey") })
      : edgexVenue({
          kind: "v2",
          accountId,
          apiKey: field("apiKey"),
          apiSecret: field("apiSecret"),
          passphrase: field("passphrase"),
        });
  },
};
