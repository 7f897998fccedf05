import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "../../../src/config/secret.ts";

test("a secret tells its text only when it is asked to reveal it", () => {
  expect(new Secret("hunter2").reveal()).toBe("hunter2");
});

test.each<[way: string, print: (secret: Secret) => string]>([
  ["a template", (secret) => `${secret}`],
  ["a sum of texts", (secret) => "".concat(String(secret))],
  ["JSON", (secret) => JSON.stringify({ secret })],
  [
    "inspect, with all that is hidden",
    (secret) => inspect({ deep: [secret] }, { showHidden: true, depth: 9 }),
  ],
  ["format", (secret) => format("%s %o %O %j", secret, secret, secret, secret)],
  ["an error", (secret) => new Error(`refused ${secret}`, { cause: secret }).message],
  ["its own properties", (secret) => JSON.stringify([Object.entries(secret), { ...secret }])],
])("%s does not show a secret", (_way, print) => {
  expect(print(new Secret("hunter2"))).not.toContain("hunter2");
});

test("where text is expected, a secret shows that it is one", () => {
  const secret = new Secret("hunter2");
  expect([`${secret}`, JSON.stringify([secret]), inspect(secret)]).toEqual([
    "[secret]",
    '["[secret]"]',
    "[secret]",
  ]);
});
