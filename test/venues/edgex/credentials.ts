import { Secret } from "../../../src/config/secret.ts";
import type { EdgexV1Credentials, EdgexV2Credentials } from "../../../src/venues/edgex/venue.ts";

/** The account of edgeX's documents, on its test network. */
export const DOCUMENTED_ACCOUNT = "543429922991899150";

/**
 * A dummy that edgeX publishes with its SDK's tests: anyone can sign with it, so it must never hold money.
 */
export const DUMMY_STARK_KEY = "0123456789abcdef".repeat(4);
/** The public key of it: 04, x, y. */
export const DUMMY_PUBLIC_KEY =
  "0401b4fc4a44546eecebc2339b6e6c5ddcbd3f3cdbc5fa23eab2bd800d831a1b2d05edb8ee53a04b17251184549a66cb25809e92437785a75796f0b36b3befee98";

export const V1: EdgexV1Credentials = {
  kind: "v1",
  accountId: DOCUMENTED_ACCOUNT,
  starkPrivateKey: new Secret(DUMMY_STARK_KEY),
};

/** The secret of the published vector; key and passphrase are made up. */
export const V2: EdgexV2Credentials = {
  kind: "v2",
  accountId: "724625476626153743",
  apiKey: new Secret("11111111-2222-3333-4444-555555555555"),
  apiSecret: new Secret("test-secret"),
  passphrase: new Secret("open-sesame-7"),
};
