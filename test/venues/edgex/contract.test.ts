import { edgexVenue } from "../../../src/venues/edgex/venue.ts";
import { venueContract } from "../contract.ts";
import { DUMMY_STARK_KEY, V1, V2 } from "./credentials.ts";

const terms = {
  emptyPage: `{"code":"SUCCESS","data":{"dataList":[],"nextPageOffsetData":""},"msg":null,"errorParam":null}`,
  isFirewallTransient: true,
};

venueContract("edgeX V1", () => edgexVenue(V1), { secrets: [DUMMY_STARK_KEY], ...terms });
venueContract("edgeX V2", () => edgexVenue(V2), {
  secrets: [V2.apiKey, V2.apiSecret, V2.passphrase].map((secret) => secret.reveal()),
  ...terms,
});
