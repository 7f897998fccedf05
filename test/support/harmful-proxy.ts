/**
 * A real HTTP server between the client and a simulated venue, which passes everything on, and does harm on request: for what a venue does on a bad
 * day, and what stands between it and us.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export type Harm =
  /** The venue is not asked; this is answered instead. */
  | { readonly kind: "answer"; readonly status: number; readonly body: string; readonly contentType?: string }
  /** The connection ends in the middle of the body, whose length was announced. */
  | { readonly kind: "cut" }
  /** The connection is reset before anything is answered. */
  | { readonly kind: "reset" }
  /** The connection stays open, and nothing comes, or nothing more: the beginning of a packed body. */
  | { readonly kind: "hang"; readonly begins?: Uint8Array }
  /** A plain body that is called packed, a moment after its head. */
  | { readonly kind: "false gzip" }
  /** The venue's answer with another body. */
  | { readonly kind: "rewrite"; readonly change: (body: string) => string }
  /** Something made of the venue's answer, as it goes over the wire. */
  | { readonly kind: "replace"; readonly make: (answer: WireAnswer) => WireAnswer };

export type WireAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type ProxiedRequest = {
  readonly path: string;
  /** Path, question mark and query, as sent. */
  readonly target: string;
  readonly apiKey: string;
  /** The how-manieth request for this path it is, from 1, since the harm was last set. */
  readonly count: number;
  /** How many bytes the venue's own answer had; 0 until it has come, or where it was not asked. */
  readonly answerLength: () => number;
};

export type HarmPlan = (request: ProxiedRequest) => Harm | null;

export type HarmfulProxy = {
  /** For the rig's option of this name. */
  readonly through: (url: string) => Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Does this harm from now on; null for none. */
  harm(plan: HarmPlan | null): void;
  /** Everything that was asked, in order. */
  requests(): readonly ProxiedRequest[];
};

/** What signs in: all that is not the connection's own. */
function signingHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      /^x-/.test(name) && typeof value === "string" ? [[name, value]] : [],
    ),
  );
}

export function makeHarmfulProxy(): HarmfulProxy {
  let plan: HarmPlan | null = null;
  let counts = new Map<string, number>();
  const requests: ProxiedRequest[] = [];

  async function respond(
    venueUrl: string,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    incoming.resume();
    const target = incoming.url ?? "/";
    const path = target.split("?")[0] ?? target;
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const apiKey = incoming.headers["x-mbx-apikey"];
    let answered = 0;
    const request = {
      path,
      target,
      apiKey: typeof apiKey === "string" ? apiKey : "",
      count,
      answerLength: () => answered,
    };
    requests.push(request);
    const harm = plan?.(request) ?? null;
    if (harm?.kind === "reset") {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (harm?.kind === "hang") {
      if (harm.begins === undefined) return;
      response.writeHead(200, { "Content-Encoding": "gzip" });
      response.write(harm.begins);
      return;
    }
    if (harm?.kind === "false gzip") {
      response.writeHead(200, { "Content-Encoding": "gzip" });
      response.flushHeaders();
      setTimeout(() => response.end("[]"), 20);
      return;
    }
    if (harm?.kind === "answer") {
      response.writeHead(harm.status, { "Content-Type": harm.contentType ?? "application/json" });
      response.end(harm.body);
      return;
    }
    const answer = await fetch(`${venueUrl}${target}`, { headers: signingHeaders(incoming) });
    const sent = new Uint8Array(await answer.arrayBuffer());
    answered = sent.length;
    if (harm?.kind === "replace") {
      const made = harm.make({
        status: answer.status,
        headers: { "content-type": answer.headers.get("content-type") ?? "application/json" },
        body: sent,
      });
      response.writeHead(made.status, { ...made.headers, "Content-Length": String(made.body.length) });
      response.end(made.body);
      return;
    }
    const text = new TextDecoder().decode(sent);
    const body = harm?.kind === "rewrite" ? harm.change(text) : text;
    response.writeHead(answer.status, {
      "Content-Type": answer.headers.get("content-type") ?? "application/json",
      "Content-Length": String(Buffer.byteLength(body)),
    });
    if (harm?.kind !== "cut") {
      response.end(body);
      return;
    }
    response.write(body.slice(0, Math.floor(body.length / 2)), () => incoming.socket.destroy());
  }

  return {
    through: async (venueUrl) => {
      const server = createServer((incoming, response) => {
        respond(venueUrl, incoming, response).catch((error: unknown) => {
          response.destroy(error instanceof Error ? error : new Error(String(error)));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("the proxy has no port");
      return {
        url: `http://127.0.0.1:${address.port}`,
        close: () =>
          new Promise((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      };
    },
    harm: (next) => {
      plan = next;
      counts = new Map();
    },
    requests: () => requests,
  };
}
