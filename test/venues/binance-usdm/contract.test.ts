import { binanceUsdmVenue } from "../../../src/venues/binance-usdm/venue.ts";
import { venueContract } from "../contract.ts";
import { DOCUMENTED_API_KEY, DOCUMENTED_API_SECRET, HMAC, newKey } from "./credentials.ts";

venueContract("Binance with an HMAC key", () => binanceUsdmVenue(HMAC), {
  secrets: [DOCUMENTED_API_KEY, DOCUMENTED_API_SECRET],
});

for (const kind of ["rsa", "ed25519"] as const) {
  const { credentials, pem } = newKey(kind);
  const keyText = pem.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
  venueContract(`Binance with a key of the kind ${kind}`, () => binanceUsdmVenue(credentials), {
    secrets: [DOCUMENTED_API_KEY, ...keyText],
  });
}
