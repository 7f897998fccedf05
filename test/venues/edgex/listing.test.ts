import { expect, test } from "vitest";
import { Secret } from "../../../src/config/secret.ts";
import { VENUES } from "../../../src/venues/registry.ts";
import { DUMMY_STARK_KEY } from "./credentials.ts";

const listing = VENUES["edgex"] ?? expect.unreachable("edgex is not listed");

test.each([
  ["v1", { accountId: "1", starkPrivateKey: DUMMY_STARK_KEY }, undefined],
  [
    "v2",
    { accountId: "1", apiKey: "k", apiSecret: "s", passphrase: "p" },
    "https://edgex-prod-v2.edgex.exchange",
  ],
])("the registry knows the way to sign in of %s, and its address", (kind, fields, baseUrl) => {
  expect(listing.configuration.defaultBaseUrl).toBe("https://pro.edgex.exchange");
  const form = listing.configuration.credentialForms.find((one) => one.kind === kind);
  expect(form?.fields).toEqual(Object.keys(fields));
  expect(form?.publicFields).toEqual(["accountId"]);
  expect(form?.baseUrl).toBe(baseUrl);
  const secrets = Object.entries(fields).map(([name, text]) => [name, new Secret(text)]);
  const venue = listing.open({ kind, fields: Object.fromEntries(secrets) });
  expect(venue.balancesRequest.path).toBe(`/api/${kind}/private/account/getAccountAsset`);
});
