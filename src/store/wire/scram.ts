/**
 * The server's side of SCRAM-SHA-256 (RFC 5802 and 7677), by which clients of Postgres prove that they know a
 * password without sending it. Channels are not bound: there is no TLS on loopback.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

/** As Postgres has it, and RFC 7677 at least. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;
const NONCE_BYTES = 18;
const KEY_BYTES = 32;

export const MECHANISM = "SCRAM-SHA-256";

export type Challenge = {
  readonly serverFirst: string;
  /** The server's own proof, to be sent back; null where the client's is wrong. */
  verify(clientFinal: string): string | null;
};

/** Null where the client's first message is none, or wants a channel bound. */
export function challenge(password: string, clientFirst: string): Challenge | null {
  const [, header, bare, clientNonce] =
    /^([ny],(?:a=[^,]*)?,)(n=[^,]*,r=([!-+\--~]+))/.exec(clientFirst) ?? [];
  if (header === undefined || bare === undefined || clientNonce === undefined) return null;
  const nonce = `${clientNonce}${randomBytes(NONCE_BYTES).toString("base64")}`;
  const salt = randomBytes(SALT_BYTES);
  const serverFirst = `r=${nonce},s=${salt.toString("base64")},i=${ITERATIONS}`;
  return {
    serverFirst,
    verify: (clientFinal) => {
      const [, withoutProof, binding, answered, proof] =
        /^(c=([^,]*),r=([^,]*)),p=([^,]*)$/.exec(clientFinal) ?? [];
      if (withoutProof === undefined || proof === undefined || answered !== nonce) return null;
      if (binding !== Buffer.from(header).toString("base64")) return null;
      const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, "sha256");
      const clientKey = hmac(salted, "Client Key");
      const storedKey = createHash("sha256").update(clientKey).digest();
      const signed = `${bare},${serverFirst},${withoutProof}`;
      const wanted = xor(clientKey, hmac(storedKey, signed));
      const found = Buffer.from(proof, "base64");
      if (found.length !== wanted.length || !timingSafeEqual(found, wanted)) return null;
      return `v=${hmac(hmac(salted, "Server Key"), signed).toString("base64")}`;
    },
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, place) => byte ^ (b[place] ?? 0)));
}
