/**
 * A real HTTP server between the client and a simulated venue, which passes everything on, and does harm on
 * request: for what a venue does on a bad day, and what stands between it and us.
 */
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

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
  | { readonly kind: "replace"; readonly make: MakeAnswer };

export type WireAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Default: whole, with its length announced. */
  readonly delivery?: "in pieces" | "cut" | "reset" | "never" | "never whole";
};

/**
 * `before` is the venue's own answer to the request before, and to the one before for the same path; null
 * where there was none.
 */
export type MakeAnswer = (
  answer: WireAnswer,
  before: { readonly ofAny: WireAnswer | null; readonly ofPath: WireAnswer | null },
) => WireAnswer;

export type ProxiedRequest = {
  readonly path: string;
  /** Path, question mark and query, as sent. */
  readonly target: string;
  readonly apiKey: string;
  /** The how-manieth request for this path it is, from 1, since the harm was last set. */
  readonly count: number;
  /** How many bytes the venue's own answer had; 0 until it has come, or where it was not queried. */
  readonly answerLength: number;
};

export type HarmPlan = (request: ProxiedRequest) => Harm | null;

export type HarmfulProxy = {
  /** For the rig's option of this name. */
  readonly through: (url: string) => Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Does this harm from now on; null for none. */
  harm(plan: HarmPlan | null): void;
  /** Everything that was requested, in order. */
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

function answerOf(url: string, headers: Record<string, string>, agent: Agent): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent }, (answer) => {
      const type = answer.headers["content-type"] ?? "application/json";
      buffer(answer).then(
        (body) => resolve({ status: answer.statusCode ?? 0, headers: { "content-type": type }, body }),
        reject,
      );
    }).on("error", reject);
  });
}

const PIECES = 20;

async function deliver(
  { status, headers, body, delivery }: WireAnswer,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (delivery === "never") return;
  if (delivery === "reset") {
    incoming.socket.resetAndDestroy();
    return;
  }
  response.writeHead(status, { ...headers, "Content-Length": String(body.length) });
  switch (delivery) {
    case undefined:
      response.end(body);
      return;
    case "cut":
      response.write(body.subarray(0, body.length >> 1), () => incoming.socket.destroy());
      return;
    case "never whole":
      response.write(body.subarray(0, -1));
      return;
    case "in pieces": {
      const length = Math.ceil(body.length / PIECES);
      for (let from = 0; from < body.length; from += length) {
        response.write(body.subarray(from, from + length));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      response.end();
    }
  }
}

export function makeHarmfulProxy(): HarmfulProxy {
  const agent = new Agent({ keepAlive: true });
  let plan: HarmPlan | null = null;
  let counts = new Map<string, number>();
  const answers = new Map<string, WireAnswer>();
  let lastAnswer: WireAnswer | null = null;
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
    // Kept for as long as the proxy: a function in it would keep the connection too.
    const request = {
      path,
      target,
      apiKey: typeof apiKey === "string" ? apiKey : "",
      count,
      answerLength: 0,
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
    const own = await answerOf(`${venueUrl}${target}`, signingHeaders(incoming), agent);
    request.answerLength = own.body.length;
    const before = { ofAny: lastAnswer, ofPath: answers.get(path) ?? null };
    lastAnswer = own;
    answers.set(path, own);
    if (harm?.kind === "replace") {
      await deliver(harm.make(own, before), incoming, response);
      return;
    }
    const text = new TextDecoder().decode(own.body);
    const body = harm?.kind === "rewrite" ? harm.change(text) : text;
    response.writeHead(own.status, { ...own.headers, "Content-Length": String(Buffer.byteLength(body)) });
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
            agent.destroy();
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
