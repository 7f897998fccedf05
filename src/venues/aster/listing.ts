import type { Credentials, VenueConfiguration } from "../../config/configuration.ts";
import type { Secret } from "../../config/secret.ts";
import { assert } from "../../errors.ts";
import type { Venue } from "../venue.ts";
import { STREAMS } from "./requests.ts";
import { asterVenue } from "./venue.ts";

const configuration: VenueConfiguration = {
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
};

/** What `registry.ts` lists: V1 by key and secret, V3 by an agent's wallet. */
export const asterListing = {
  configuration,
  streams: STREAMS,
  open({ kind, fields }: Credentials): Venue {
    const field = (name: string): Secret => {
      const secret = fields[name];
      assert(secret !== undefined, `the configuration let "${name}" be missing`);
      return secret;
    };
    return kind === "v1"
      ? asterVenue({ kind: "v1", apiKey: field("apiKey"), apiSecret: field("apiSecret") })
      : asterVenue({
          kind: "v3",
          user: field("user").reveal(),
          signer: field("signer").reveal(),
          privateKey: field("privateKey"),
        });
  },
};
