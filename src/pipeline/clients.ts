import type { AccountConfiguration } from "../config/configuration.ts";
import { createVenueClient, type VenueClient } from "../http/client.ts";
import type { RetryBudget } from "../http/retry.ts";
import { WeightBudget } from "../http/weight.ts";
import { openVenue } from "../venues/registry.ts";
import type { Workspace } from "./workspace.ts";

export type ClientMaker = (account: AccountConfiguration, retry?: RetryBudget) => VenueClient;

/** Makes the clients of a run: all that ask one host share its weight budget. */
export function clientMaker({ progress, context }: Workspace): ClientMaker {
  const budgets = new Map<string, WeightBudget>();
  return (account, retry) => {
    const venue = openVenue(account);
    const { host } = new URL(account.baseUrl);
    const budget =
      budgets.get(host) ??
      new WeightBudget({
        weightPerMinute: venue.weightPerMinute,
        paceMs: venue.paceMs ?? 0,
        clock: context.clock,
      });
    budgets.set(host, budget);
    return createVenueClient({
      venue,
      baseUrl: account.baseUrl,
      clock: context.clock,
      budget,
      log: progress.log,
      ...(retry === undefined ? {} : { retry }),
    });
  };
}
