import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { Secret } from "../../../src/config/secret.ts";
import type {
  BinanceHmacCredentials,
  BinanceKeyCredentials,
} from "../../../src/venues/binance-usdm/venue.ts";

/** The key pair that Binance's documents publish as their example; it guards nothing. */
export const DOCUMENTED_API_KEY = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
export const DOCUMENTED_API_SECRET = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

export const HMAC: BinanceHmacCredentials = {
  kind: "hmac",
  apiKey: new Secret(DOCUMENTED_API_KEY),
  apiSecret: new Secret(DOCUMENTED_API_SECRET),
};

export type TestKey = {
  readonly credentials: BinanceKeyCredentials;
  readonly pem: string;
  readonly publicKey: KeyObject;
};

/** A key made anew for each run of the tests. */
export function newKey(kind: "rsa" | "ed25519"): TestKey {
  const { privateKey, publicKey } =
    kind === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));
  return {
    credentials: {
      kind: "key",
      apiKey: new Secret(DOCUMENTED_API_KEY),
      privateKey: new Secret(pem),
      origin: "/keys/key.pem",
    },
    pem,
    publicKey,
  };
}
