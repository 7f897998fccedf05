import { expect, test } from "vitest";
import { RequestRefusedError } from "../../../src/errors.ts";
import type { LogFields } from "../../../src/log.ts";
import { forEachAccount, type Workspace } from "../../../src/pipeline/workspace.ts";

/** Of a workspace what `forEachAccount` reads. */
function workspaceOf(baseUrls: readonly string[], signal: AbortSignal, said: string[] = []): Workspace {
  return {
    accounts: baseUrls.map((baseUrl, place) => ({ name: `account-${place}`, baseUrl })),
    progress: {
      say: (text: string) => said.push(text),
      log: (event: string, fields: LogFields) => said.push(`${event} ${Object.values(fields).join(" ")}`),
    },
    context: { signal },
  } as unknown as Workspace;
}

const hosts = (count: number) => Array.from({ length: count }, (_, place) => `https://host-${place}.example`);
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("some hosts go side by side, and the accounts of one host never do", async () => {
  const underWay = new Map<string, number>();
  const seen = { hosts: 0, ofOneHost: 0 };
  const urls = [...hosts(7), ...hosts(7)];
  const code = await forEachAccount(workspaceOf(urls, new AbortController().signal), async ({ baseUrl }) => {
    underWay.set(baseUrl, (underWay.get(baseUrl) ?? 0) + 1);
    seen.hosts = Math.max(seen.hosts, [...underWay.values()].filter((count) => count > 0).length);
    seen.ofOneHost = Math.max(seen.ofOneHost, underWay.get(baseUrl) ?? 0);
    await turn();
    underWay.set(baseUrl, (underWay.get(baseUrl) ?? 0) - 1);
    return 0;
  });
  expect({ code, ...seen }).toEqual({ code: 0, hosts: 4, ofOneHost: 1 });
});

test("an interruption is thrown when nothing is under way any more, and is not said of each account", async () => {
  const interruption = new AbortController();
  const said: string[] = [];
  let [begun, ended] = [0, 0];
  const all = forEachAccount(workspaceOf(hosts(7), interruption.signal, said), async ({ name }) => {
    begun += 1;
    await turn();
    if (name === "account-0") {
      interruption.abort(new Error("stop"));
      ended += 1;
      throw interruption.signal.reason;
    }
    await turn();
    await turn();
    ended += 1;
    return 0;
  });
  await expect(all).rejects.toThrow("stop");
  expect({ begun, ended, said: said.filter((text) => !text.startsWith("account_ended")) }).toEqual({
    begun: 4,
    ended: 4,
    said: [],
  });
});

test("the log tells how each account ended, behind what was said of it", async () => {
  const said: string[] = [];
  const words = { where: "account-1 income", what: "the answer is no list", next: "run again" };
  await forEachAccount(workspaceOf(hosts(2), new AbortController().signal, said), async ({ name }) => {
    if (name === "account-1") throw new RequestRefusedError(words);
    await turn();
    return 3;
  });
  expect(said).toEqual([
    "account-1 income: the answer is no list\n  next: run again",
    "account_ended account-1 1",
    "account_ended account-0 3",
  ]);
});
