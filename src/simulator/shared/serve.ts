/** Real HTTP on the loopback interface: nobody else can reach a simulator. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Answer, Delivery, SimulatedRequest } from "./exchange.ts";

type Served = { readonly url: string; close(): Promise<void> };

type Deliver = (request: SimulatedRequest) => Delivery;

/** A fault plan may delay an answer, or break it off. */
export async function serve(deliver: Deliver, port = 0): Promise<Served> {
  const server = createServer((incoming, response) => {
    // A request's body is read and dropped, so that the connection can be used again.
    incoming.resume();
    respond(incoming, response, deliver).catch((error: unknown) => {
      // Only a mistake in the simulator gets here; it must not look like an answer of a venue.
      const body = `the simulator failed: ${error instanceof Error ? error.stack : error}`;
      send(response, { status: 500, headers: {}, body, weight: 0 });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the simulator's server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function respond(incoming: IncomingMessage, response: ServerResponse, deliver: Deliver): Promise<void> {
  const delivery = deliver(readRequest(incoming));
  const { delayMs, breaks } = delivery;
  if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (breaks === "before") incoming.socket.resetAndDestroy();
  else if (breaks === "in_body") breakOff(incoming, response, delivery);
  else send(response, delivery);
}

/** The length of the whole is announced, half of it sent. */
function breakOff(incoming: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body);
  writeHead(response, answer);
  response.write(body.subarray(0, body.length >>> 1), () => incoming.socket.resetAndDestroy());
}

function readRequest(incoming: IncomingMessage): SimulatedRequest {
  const target = incoming.url ?? "/";
  const mark = target.indexOf("?");
  return {
    method: incoming.method ?? "GET",
    path: mark === -1 ? target : target.slice(0, mark),
    rawQuery: mark === -1 ? "" : target.slice(mark + 1),
    header: (name) => {
      const value = incoming.headers[name];
      return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
    },
  };
}

function writeHead(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, "Content-Length": String(Buffer.byteLength(body)) });
}

function send(response: ServerResponse, answer: Answer): void {
  writeHead(response, answer);
  response.end(answer.body);
}
