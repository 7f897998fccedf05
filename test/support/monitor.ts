/** Somebody who is told by POST how a night went, on loopback. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Monitor = {
  /** What only the owner of the address knows is its path. */
  readonly url: string;
  /** What was told since the last time, as `PATH: first line`. */
  told(): string[];
  answer(status: number): void;
  close(): Promise<void>;
};

export async function startMonitor(path: string): Promise<Monitor> {
  let told: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      told.push(`${request.method} ${request.url}: ${body.split("\n")[0]}`);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    told: () => {
      const since = told;
      told = [];
      return since;
    },
    answer: (next) => {
      status = next;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
