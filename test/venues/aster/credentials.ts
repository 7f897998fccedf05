import { Secret } from "../../../src/config/secret.ts";
import type { AsterV1Credentials, AsterV3Credentials } from "../../../src/venues/aster/venue.ts";

/** The key pair that Binance's and Aster's documents publish as their example. */
export const DOCUMENTED_API_KEY = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
export const DOCUMENTED_API_SECRET = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

/**
 * The demo wallet that Aster's documents publish, key and all: anyone can sign with it, so it must never hold
 * money.
 */
export const DEMO_USER = "0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e";
export const DEMO_SIGNER = "0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0";
export const DEMO_PRIVATE_KEY = "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1";

export const V1: AsterV1Credentials = {
  kind: "v1",
  apiKey: new Secret(DOCUMENTED_API_KEY),
  apiSecret: new Secret(DOCUMENTED_API_SECRET),
};

export const V3: AsterV3Credentials = {
  kind: "v3",
  user: DEMO_USER,
  signer: DEMO_SIGNER,
  privateKey: new Secret(DEMO_PRIVATE_KEY),
};
