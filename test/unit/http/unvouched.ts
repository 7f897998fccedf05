/**
 * An HTTPS server on loopback whose certificate it has signed itself, made anew for each test: no key lies in
 * the repository.
 */
import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export async function startUnvouched(): Promise<{ readonly baseUrl: string; readonly seen: () => number }> {
  let seen = 0;
  const server = createServer(selfSigned("127.0.0.1"), (_, response) => {
    seen += 1;
    response.end("[]");
  });
  // A client that does not trust the server hangs up in the middle of the greeting.
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, seen: () => seen };
}

/** As somebody sets it who wants certificates to be let pass; until the test is over. */
export function letCertificatesPass(): void {
  const name = "NODE_TLS_REJECT_UNAUTHORIZED";
  const before = process.env[name];
  process.env[name] = "0";
  onTestFinished(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

function selfSigned(commonName: string): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const ed25519 = sequence(Buffer.from("06032b6570", "hex"));
  const name = sequence(
    tagged(0x31, sequence(Buffer.from("0603550403", "hex"), tagged(0x0c, Buffer.from(commonName)))),
  );
  const times = sequence(
    tagged(0x17, Buffer.from("200101000000Z")),
    tagged(0x17, Buffer.from("491231235959Z")),
  );
  const version3 = tagged(0xa0, Buffer.from("020102", "hex"));
  const serial = Buffer.from("020101", "hex");
  const content = sequence(
    version3,
    serial,
    ed25519,
    name,
    times,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.of(0), sign(null, content, privateKey)]));
  const certificate = sequence(content, ed25519, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  };
}

/** ASN.1: a tag, a length and a value. */
function tagged(tag: number, value: Uint8Array): Buffer {
  const { length } = value;
  const head =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), value]);
}

function sequence(...values: readonly Uint8Array[]): Buffer {
  return tagged(0x30, Buffer.concat(values));
}
