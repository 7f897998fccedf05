/**
 * What a venue can do to a run: each failure with its whole message. Whatever it was, what was done is kept,
 * nothing is half-written, and when the venue is well again the next run's reports are, byte for byte, those
 * of a run that nothing had disturbed.
 */
import { createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { type Harm, type HarmPlan, makeHarmfulProxy } from "../support/harmful-proxy.ts";
import type { Rig } from "../support/rig.ts";
import { inPart } from "../support/sample.ts";
import { asRead, NOW, smallRig, smallWorld } from "./small-world.ts";

const INCOME = "/fapi/v1/income";
const FILLS = "/fapi/v1/userTrades";
const BALANCES = "/fapi/v2/balance";
const SPAN = "[2026-05-28T00:00:00.000Z, 2026-05-30T09:30:00.001Z)";
const BAD_GATEWAY = {
  kind: "answer",
  status: 502,
  body: "<html>\n<body>502 Bad Gateway</body>\n</html>",
  contentType: "text/html",
} as const;

function always(path: string, harm: Harm): HarmPlan {
  return (request) => (request.path === path ? harm : null);
}

async function reportsOf(rig: Rig): Promise<Record<string, string>> {
  await rig.run("report");
  return rig.files();
}

let undisturbed: Record<string, string> = {};
beforeAll(async () => {
  const rig = await smallRig({ reports: "at the end" });
  await rig.run("run");
  undisturbed = await reportsOf(rig);
  await rig.close();
});

/** `message` as a person reads it. */
const FAILURES: readonly { readonly title: string; readonly plan: HarmPlan; readonly message: string }[] = [
  {
    title: "a page of HTML instead of income",
    plan: always(INCOME, BAD_GATEWAY),
    message: `main income ${SPAN}: the venue failed 6 times in a row
  last: the venue could not answer
  HTTP 502: <html> <body>502 Bad Gateway</body> </html>
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  },
  {
    title: "HTML under status 200, as a portal sends it",
    plan: always(INCOME, {
      ...BAD_GATEWAY,
      status: 200,
      body: "<!DOCTYPE html><title>Welcome to the hotel</title>",
    }),
    message: `main income ${SPAN}: the venue failed 6 times in a row
  last: the venue could not answer
  HTTP 200: <!DOCTYPE html><title>Welcome to the hotel</title>
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  },
  {
    title: "HTML in the middle: the fills of one symbol are there, those of the next are not",
    plan: ({ path, target }) => (path === FILLS && target.includes("symbol=ETHUSDT") ? BAD_GATEWAY : null),
    message: `main fills ETHUSDT ${SPAN}: the venue failed 6 times in a row
  last: the venue could not answer
  HTTP 502: <html> <body>502 Bad Gateway</body> </html>
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  },
  {
    title: "64 MB of nothing, packed into 64 kB",
    plan: always(INCOME, {
      kind: "replace",
      make: () => ({
        status: 200,
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
        body: gzipSync(Buffer.alloc(64 * 1024 * 1024, " ")),
      }),
    }),
    message: `GET HOST/fapi/v1/income: the answer is longer than any of the venue's: more than 16,777,216 bytes
  BYTES bytes had come, which are more than 16,777,216 bytes when they are unpacked
  what was loaded before is safe
  next: look for a proxy or portal in between; if there is none, the venue has changed this endpoint`,
  },
  {
    title: "a clock that is years ahead",
    plan: always("/fapi/v1/time", {
      kind: "answer",
      status: 200,
      body: `{"serverTime":${Date.UTC(2031, 0)}}`,
    }),
    message: `main clock: the venue's clock and this machine's are more than a day apart
  the venue's shows 2031-01-01T00:00:00.000Z, this machine's 2026-05-30T09:30:00.000Z
  nothing was requested with a time that may be wrong
  next: set this machine's clock by a time server; if it is right, run again later: the venue's answer was wrong`,
  },
  {
    title: "an asset that stands among the balances twice",
    plan: always(BALANCES, {
      kind: "answer",
      status: 200,
      body: '[{"asset":"USDT","balance":"1"},{"asset":"USDT","balance":"2"}]',
    }),
    message: `aster balances: rows that can be read (assets: each was expected once, found "USDT" twice) was expected, found something else
  the answer begins: [{"asset":"USDT","balance":"1"},{"asset":"USDT","balance":"2"}]
  nothing of this answer was kept; what was loaded before it is safe
  next: run it again; if it persists, the venue has changed its answer: report it`,
  },
  {
    title: "a snapshot that cannot be taken",
    plan: always(BALANCES, BAD_GATEWAY),
    message: `main snapshot: the venue failed 6 times in a row
  last: the venue could not answer
  HTTP 502: <html> <body>502 Bad Gateway</body> </html>
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  },
  {
    title: "a body that ends before its announced length",
    plan: always(INCOME, { kind: "cut" }),
    message: `main income ${SPAN}: the venue failed 6 times in a row
  last: the connection was lost
  REASON
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  },
  {
    title: "a body that somebody on the way cut off and sent as if it were whole",
    plan: always(INCOME, { kind: "rewrite", change: (body) => body.slice(0, 500) }),
    message: `main income ${SPAN}: the venue failed 6 times in a row
  last: the answer is not whole, or not JSON
  it has 500 characters
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  },
  {
    title: "a body with nothing in it",
    plan: always(INCOME, { kind: "answer", status: 200, body: "" }),
    message: `main income ${SPAN}: the venue failed 6 times in a row
  last: the answer is not whole, or not JSON
  it has 0 characters
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  },
  {
    title: "a connection that is reset",
    plan: always(INCOME, { kind: "reset" }),
    message: `main income ${SPAN}: the venue failed 6 times in a row
  last: the connection was lost
  REASON
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  },
  {
    title: "an error that hides under status 200",
    plan: always(INCOME, {
      kind: "answer",
      status: 200,
      body: '{"code":-1000,"msg":"An unknown error occured while processing the request."}',
    }),
    message: `main income ${SPAN}: the venue failed 6 times in a row
  last: the venue could not answer
  HTTP 200, code -1000: {"code":-1000,"msg":"An unknown error occured while processing the request."}
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  },
  {
    title: "an error that nobody has heard of",
    plan: always(INCOME, { kind: "answer", status: 200, body: '{"code":-9999,"msg":"Something new."}' }),
    message: `main income ${SPAN}: the venue refused the request
  HTTP 200, code -9999: {"code":-9999,"msg":"Something new."}
  what was loaded before is safe
  next: run it again; if it persists, the venue has changed what it accepts: report it`,
  },
  {
    title: "a page that is no list",
    plan: always(INCOME, { kind: "answer", status: 200, body: '{"rows":[]}' }),
    message: `aster income: a list of objects was expected, found something else
  the answer begins: {"rows":[]}
  nothing of this answer was kept; what was loaded before it is safe
  next: run it again; if it persists, the venue has changed its answer: report it`,
  },
  {
    title: "a list whose rows are no objects",
    plan: always(INCOME, { kind: "answer", status: 200, body: "[1,2]" }),
    message: `aster income: a list of objects was expected, found something else
  the answer begins: [1,2]
  nothing of this answer was kept; what was loaded before it is safe
  next: run it again; if it persists, the venue has changed its answer: report it`,
  },
  {
    title: "a row without a time, which no window can hold",
    plan: always(FILLS, { kind: "answer", status: 200, body: '[{"symbol":"BTCUSDT","id":1}]' }),
    message: `aster fills BTCUSDT: rows that can be read ("time": text or a number was expected, found nothing) was expected, found something else
  the answer begins: [{"symbol":"BTCUSDT","id":1}]
  nothing of this answer was kept; what was loaded before it is safe
  next: run it again; if it persists, the venue has changed its answer: report it`,
  },
  {
    title: "a row of another time than was requested",
    plan: always(FILLS, { kind: "answer", status: 200, body: '[{"symbol":"BTCUSDT","id":1,"time":1}]' }),
    message: `main fills BTCUSDT ${SPAN}: the venue's answer cannot be complete
  a row lies outside the window: {"symbol":"BTCUSDT","id":1,"time":1}
  windows read before this one are loaded; nothing of this one is
  next: run again; if it persists, the venue has changed this endpoint and perpbooks must learn how`,
  },
];

/** The message of each is held always; that the next run repairs it, of these. */
const REPAIRED = new Set(inPart(3, FAILURES).map(({ title }) => title));

describe("a run that the venue disturbs stops, and the next run repairs it", () => {
  test.each(FAILURES)("$title", async ({ title, plan, message }) => {
    const proxy = makeHarmfulProxy();
    const rig = await smallRig({ through: proxy.through, reports: "at the end" });
    proxy.harm(plan);
    expect(asRead(await rig.run("run"))).toEqual({ exitCode: 1, message });

    proxy.harm(null);
    if (REPAIRED.has(title)) {
      expect(asRead(await rig.run("run"))).toEqual({ exitCode: 0, message: "" });
      expect(await reportsOf(rig)).toEqual(undisturbed);
    }
    await rig.close();
  });

  test("a failure that passes within the patience of a run is not even mentioned", async () => {
    const proxy = makeHarmfulProxy();
    const rig = await smallRig({ through: proxy.through, reports: "at the end" });
    proxy.harm(({ count }) => (count <= 5 ? BAD_GATEWAY : null));
    expect(asRead(await rig.run("run"))).toEqual({ exitCode: 0, message: "" });
    expect(await reportsOf(rig)).toEqual(undisturbed);
    await rig.close();
  });

  test("a night that fails keeps what the nights before brought, and says until when the account was read", async () => {
    const proxy = makeHarmfulProxy();
    const rig = await smallRig({ through: proxy.through, reports: "at the end" });
    await rig.run("run");
    rig.setNow(plus(NOW, DAY_MS));
    proxy.harm(always(INCOME, BAD_GATEWAY));
    const night = await rig.run("run");
    expect(asRead(night)).toEqual({
      exitCode: 1,
      message: `main income [2026-05-28T09:30:00.000Z, 2026-05-31T09:30:00.001Z): the venue failed 6 times in a row
  last: the venue could not answer
  HTTP 502: <html> <body>502 Bad Gateway</body> </html>
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
    });
    expect(night.output).toContain(
      "the account was read until 2026-05-30T09:30:00.001Z; the rest of the period is not here",
    );
    const status = await rig.run("status");
    expect(status.output).toContain("last run: 2026-05-31T09:30:00.000Z stopped: main income");
    expect(status.output).toContain("next: fix what stopped the last run, then perpbooks run");

    proxy.harm(null);
    expect(asRead(await rig.run("run"))).toEqual({ exitCode: 0, message: "" });
    const repaired = await reportsOf(rig);
    await rig.close();

    const calm = await smallRig({ reports: "at the end" });
    await calm.run("run");
    calm.setNow(plus(NOW, DAY_MS));
    await calm.run("run");
    expect(repaired).toEqual(await reportsOf(calm));
    await calm.close();
  });
});

describe("credentials that the venue rejects stop the account", () => {
  const ADVICE = `what was loaded before is safe
  next: check key and secret, or agent and signer, their expiry, and whether they are limited to another IP address`;

  test.each([
    {
      title: "V1: a key that it does not know",
      credentials: [{ account: "main", kind: "v1", apiKey: "another-key", apiSecret: "another-secret" }],
      v3: false,
      found: 'HTTP 401, code -2015: {"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}',
    },
    {
      title: "V1: a secret that does not belong to the key",
      credentials: [
        { account: "main", kind: "v1", apiKey: "simulated-key-main", apiSecret: "another-secret" },
      ],
      v3: false,
      found: 'HTTP 400, code -1022: {"code":-1022,"msg":"Signature for this request is not valid."}',
    },
    {
      title: "V3: an agent that it does not know",
      credentials: [],
      v3: true,
      found: 'HTTP 400, code -1022: {"code":-1022,"msg":"Signature for this request is not valid."}',
    },
  ] as const)("$title", async ({ credentials, v3, found }) => {
    const rig = await smallRig({ ...(v3 ? { v3Account: "main" } : {}), simulator: { credentials } });
    expect(asRead(await rig.run("run"))).toEqual({
      exitCode: 1,
      message: `main snapshot: the venue rejected the credentials\n  ${found}\n  ${ADVICE}`,
    });
    await rig.close();
  });
});

test("a venue that cannot be reached stops the account", async () => {
  const rig = await smallRig({
    through: async () => ({ url: await addressOfNobody(), close: async () => {} }),
  });
  expect(asRead(await rig.run("run"))).toEqual({
    exitCode: 1,
    message: `main clock: the venue failed 6 times in a row
  last: the connection was lost
  REASON
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  });
  await rig.close();
});

test("one account's trouble does not stop the other", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ world: smallWorld("first", "second"), through: proxy.through });
  proxy.harm(({ path, apiKey }) =>
    path === INCOME && apiKey === "simulated-key-first" ? BAD_GATEWAY : null,
  );
  const outcome = await rig.run("run");
  expect(asRead(outcome)).toEqual({
    exitCode: 1,
    message: `first income ${SPAN}: the venue failed 6 times in a row
  last: the venue could not answer
  HTTP 502: <html> <body>502 Bad Gateway</body> </html>
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  });
  // The second account comes after the first, and is read, booked, proven and reported all the same.
  expect(outcome.output).toMatch(/first \(aster\)[\s\S]+INCOMPLETE: nothing was ever read of this account/);
  expect(outcome.output).toMatch(/second \(aster\)[\s\S]+proven: of the checks/);

  proxy.harm(null);
  expect(asRead(await rig.run("run"))).toEqual({ exitCode: 0, message: "" });
  const repaired = await rig.files();
  await rig.close();
  const calm = await smallRig({ world: smallWorld("first", "second") });
  await calm.run("run");
  expect(repaired).toEqual(await calm.files());
  await calm.close();
});

/** An address that nobody listens at: that of a server which has just gone. */
async function addressOfNobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}
