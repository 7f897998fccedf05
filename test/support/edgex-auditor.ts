/**
 * Compares a store with the truth of a world of edgeX, which was computed from its fills, by other ways than
 * bookkeeping. What all venues have in common is left to `auditor.ts`.
 */
import { sql } from "kysely";
import { expect } from "vitest";
import { type Instant, instant, plus } from "../../src/domain/instant.ts";
import type { AccountTruth } from "../../src/simulator/binance-family/world/truth.ts";
import { type EdgexTruth, edgexTruthOf } from "../../src/simulator/edgex/world/truth.ts";
import {
  contractName,
  type EdgexAccountHistory,
  type EdgexContract,
  type EdgexEvent,
  type EdgexWorld,
} from "../../src/simulator/edgex/world/world.ts";
import { divide, parseFraction, truncatedText } from "../../src/simulator/shared/fraction.ts";
import type { Store } from "../../src/store/store.ts";
import { expectAccountTruth } from "./auditor.ts";

/**
 * Accounts that have no id are not compared. `nights` are when the store saw the listing; default: before
 * anything was renamed.
 */
export async function expectEdgexTruth(
  store: Store,
  world: EdgexWorld,
  until: Instant,
  accountIds: Readonly<Record<string, string>>,
  nights: readonly Instant[] = [],
  from: Instant = instant(0),
): Promise<readonly string[]> {
  const allHeld: string[] = [];
  for (const account of world.accounts) {
    const accountId = accountIds[account.name];
    if (accountId === undefined) continue;
    const nameOf = (contract: EdgexContract) => {
      const used = firstUse(account, nights, ({ position }) => position?.contractId === contract.contractId);
      const listed = nights.find((night) => contract.names.some(({ from }) => from <= night));
      const isNumbered = used !== undefined && (listed === undefined || used < listed);
      return isNumbered ? contract.contractId : contractName(contract, listed ?? instant(0));
    };
    const truthFrom = (at: Instant) =>
      edgexTruthOf(world, until, nameOf, at).find(({ account: name }) => name === account.name);
    const [truth, whole] = [truthFrom(from), truthFrom(instant(0))];
    if (truth === undefined || whole === undefined) continue;
    const before = edgexTruthOf(world, plus(from, -1), nameOf).find(
      ({ account: name }) => name === account.name,
    );
    const open = (before?.contracts ?? []).filter(({ quantity }) => quantity !== "0");
    const held = open.map(({ symbol }) => symbol);
    const asset = coinNameOf(world, account, nights);
    await expectAccountTruth(
      store,
      {
        ...sharedTruth(truth, asset),
        wallets: { [asset]: whole.wallet },
        positions: positionsOf(whole),
        held,
      },
      accountId,
    );
    await expectStatement(store, truth, accountId, from > instant(0) ? ["terms"] : []);
    allHeld.push(...held);
  }
  return allHeld;
}

/** The night by which the account had an event of such a kind; undefined: none. */
function firstUse(
  account: EdgexAccountHistory,
  nights: readonly Instant[],
  isUse: (event: EdgexEvent) => boolean,
): Instant | undefined {
  return nights.find((night) => account.events.some((event) => event.createdAt <= night && isUse(event)));
}

/** What the collateral is called: by its number where it was used before the listing named it. */
export function coinNameOf(
  world: EdgexWorld,
  account: EdgexAccountHistory,
  nights: readonly Instant[],
): string {
  const { coinId, generation } = account;
  const coin = world.coins.find((one) => one.coinId === coinId && one.generation === generation);
  const used = firstUse(account, nights, () => true);
  const listed = nights.find((night) => (coin?.listedFrom ?? night) <= night);
  const isNumbered = used !== undefined && (listed === undefined || used < listed);
  return isNumbered ? coinId : (coin?.coinName ?? "");
}

/** In the terms in which the truth of other venues is told. */
function sharedTruth(truth: EdgexTruth, asset: string): AccountTruth {
  const { rows, walletEvents, forcedFills, contracts } = truth;
  return {
    account: truth.account,
    rows: {
      income: Object.values(walletEvents).reduce((sum, events) => sum + events, 0),
      fills: rows.fills,
      forced_orders: forcedFills,
      margin_changes: 0,
    },
    wallets: { [asset]: truth.wallet },
    held: [],
    incomeTotals: [],
    symbolTotals: contracts.map(({ symbol, realizedPnl, fees, funding, liquidationFees }) => ({
      symbol,
      asset,
      realizedPnl,
      fees,
      funding,
      insurance: liquidationFees,
    })),
    dayTotals: [],
    positions: positionsOf(truth),
    exactPnl: contracts.map(({ symbol, exactPnl, realizedPnl, closingFills }) => ({
      symbol,
      positionSide: "BOTH",
      realizedPnl: exactPnl,
      venuePnl: realizedPnl,
      closingFills,
    })),
  };
}

function positionsOf({ contracts }: EdgexTruth): AccountTruth["positions"] {
  return contracts
    .filter(({ quantity }) => quantity !== "0")
    .map(({ symbol, quantity, exactCost }) => ({
      symbol,
      positionSide: "BOTH",
      quantity,
      averageEntry: truncatedText(divide(parseFraction(exactCost), parseFraction(quantity)), 18),
    }));
}

/** `unknown` are counts that depend on what was before the history. */
async function expectStatement(
  store: Store,
  truth: EdgexTruth,
  id: string,
  unknown: readonly string[],
): Promise<void> {
  const pageQuery = async (query: ReturnType<typeof sql<Record<string, string>>>) =>
    (await query.execute(store.db)).rows;
  const [counts] = await pageQuery(sql`
    select
      (select count(*) from history.collateral_transaction where account_id = ${id})::text as collateral,
      (select count(*) from history.position_transaction where account_id = ${id})::text as positions,
      (select count(*) from history.fill where account_id = ${id})::text as fills,
      (select count(*) from history.position_cycle where account_id = ${id})::text as terms,
      (select trim_scale(coalesce(sum(amount), 0))::text from history.collateral_transaction where account_id = ${id}) as amount,
      (select trim_scale(coalesce(sum(legacy_amount), 0))::text from history.collateral_transaction where account_id = ${id}) as wallet`);
  const known = (figures: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(figures).filter(([name]) => !unknown.includes(name)));
  const rows = Object.fromEntries(Object.entries(truth.rows).map(([name, count]) => [name, String(count)]));
  expect(known(counts ?? {}), `${id}: the statement`).toEqual(
    known({ ...rows, amount: truth.amount, wallet: truth.wallet }),
  );
}
