import { type Decimal, formatDecimal } from "../domain/decimal.ts";
import { formatInstant } from "../domain/instant.ts";
import { NAMES_AS_SENT } from "../domain/record.ts";
import { RequestRefusedError } from "../errors.ts";
import { insertRows } from "../store/insert-rows.ts";
import { keepNumbers, namesInUse } from "../store/names.ts";
import type { Transaction } from "../store/store.ts";
import type { Statement, Venue } from "../venues/venue.ts";
import { accountState } from "./account-state.ts";
import type { Extraction } from "./extraction.ts";
import { learnNames } from "./learn-names.ts";
import { shownAccount, shownFeeRate } from "./shown-extras.ts";

/**
 * Keeps the venue's balances, positions and listed contracts as they are now. Balances and positions are what
 * the books are proven against: also where the venue lists none, which says that all are zero.
 */
export async function takeSnapshot(extraction: Extraction): Promise<void> {
  const { client, accountId, signal } = extraction;
  const { venue } = client;
  const where = `${accountId} snapshot`;
  extraction.progress(where);
  const listing = await client.call(
    venue.instrumentsRequest,
    where,
    (body) => readListing(venue, where, body),
    signal,
  );
  if (listing.weightLimit !== null) client.learnWeightLimit(listing.weightLimit);
  const listed =
    listing.named === null ? NAMES_AS_SENT : await learnNames(extraction, listing.body, listing.named);
  const names = namesInUse(listed);
  const takenAt = client.now();
  // A venue that answers both at once shows them of one state of the account.
  const isOneAnswer = venue.positionsRequest === venue.balancesRequest;
  const answer = await client.call(
    venue.balancesRequest,
    where,
    (body) => ({
      balances: venue.readBalances(body, names),
      statement: venue.readStatement?.(body, names) ?? null,
      positions: isOneAnswer ? venue.readPositions(body, names) : null,
      body,
    }),
    signal,
  );
  const shownPositions =
    answer.positions ??
    (await client.call(venue.positionsRequest, where, (body) => venue.readPositions(body, names), signal));
  const taken = {
    account_id: accountId,
    taken_at: formatInstant(takenAt),
    answered_at: formatInstant(client.now()),
  };
  const account = await shownAccount(extraction, where, names, answer.body);
  const feeRate = await shownFeeRate(extraction, where);
  const { balances, positions } = accountState(answer.balances, shownPositions, account);
  await extraction.store.db.transaction().execute(async (transaction) => {
    await insertRows(
      transaction,
      "raw.instrument",
      ["account_id", "symbol"],
      listing.instruments.map(({ symbol, status, marginAsset, listedAt }) => ({
        account_id: accountId,
        symbol: listed.contract(symbol),
        status,
        margin_asset: listed.asset(marginAsset),
        listed_at: listedAt === null ? null : formatInstant(listedAt),
      })),
    );
    await insertRows(
      transaction,
      "snapshot.taken",
      ["account_id", "taken_at"],
      [
        {
          ...taken,
          has_statement: answer.statement !== null,
          position_mode: account?.positionMode ?? null,
          is_multi_assets: account?.isMultiAssets ?? null,
        },
      ],
    );
    await insertRows(
      transaction,
      "snapshot.balance",
      ["account_id", "taken_at", "asset"],
      balances.map(({ asset, wallet, unrealizedPnl, equity }) => ({
        ...taken,
        asset,
        wallet: formatDecimal(wallet),
        unrealized_pnl: shownText(unrealizedPnl),
        equity: shownText(equity),
      })),
    );
    await insertRows(
      transaction,
      "snapshot.position",
      ["account_id", "taken_at", "symbol", "position_side"],
      positions.map((position) => ({
        ...taken,
        symbol: position.symbol,
        position_side: position.positionSide,
        quantity: formatDecimal(position.quantity),
        entry_price: formatDecimal(position.entryPrice),
        mark_price: shownText(position.markPrice),
        unrealized_pnl: shownText(position.unrealizedPnl),
        liquidation_price: shownText(position.liquidationPrice),
        leverage: shownText(position.leverage),
        margin_type: position.marginType,
        maintenance_margin: shownText(position.maintenanceMargin),
      })),
    );
    if (feeRate !== null) {
      await insertRows(
        transaction,
        "snapshot.fee_rate",
        ["account_id", "taken_at", "symbol"],
        [
          {
            account_id: accountId,
            taken_at: taken.taken_at,
            symbol: feeRate.symbol,
            maker_rate: formatDecimal(feeRate.maker),
            taker_rate: formatDecimal(feeRate.taker),
          },
        ],
      );
    }
    if (answer.statement !== null) await writeStatement(transaction, taken, answer.statement);
    if (listing.named !== null) await keepNumbers(transaction, accountId, names);
  });
  extraction.log("snapshot_taken", {
    account: accountId,
    balances: balances.length,
    positions: positions.length,
  });
}

function shownText(amount: Decimal | null): string | null {
  return amount === null ? null : formatDecimal(amount);
}

/**
 * Throws a `RequestRefusedError` for a listing of nothing: no venue has none, and taken at its word it would
 * leave symbols unread and numbers unnamed.
 */
function readListing(venue: Venue, where: string, body: string) {
  const instruments = venue.readInstruments(body);
  const named = venue.readNames?.(body) ?? null;
  const nothing = instruments.length === 0 ? "contracts" : named?.assets.length === 0 ? "coins" : null;
  if (nothing === null) {
    return { instruments, named, weightLimit: venue.readWeightLimit?.(body) ?? null, body };
  }
  throw new RequestRefusedError({
    where,
    what: `${venue.title} lists no ${nothing}`,
    evidence: ["an empty list is a mistake of the venue's; what was loaded before is kept"],
    next: "run it again later; if it persists, look at the venue's status page",
  });
}

type Taken = { readonly account_id: string; readonly taken_at: string; readonly answered_at: string };

/**
 * What a venue with a collateral statement counts over the account's life: the sum of all rows must meet it
 * to the last digit.
 */
async function writeStatement(transaction: Transaction, taken: Taken, statement: Statement): Promise<void> {
  const { account_id, taken_at } = taken;
  await insertRows(
    transaction,
    "snapshot.collateral",
    ["account_id", "taken_at", "asset"],
    statement.collateral.map((state) => ({
      ...taken,
      version: statement.version,
      asset: state.asset,
      amount: formatDecimal(state.amount),
      legacy_amount: formatDecimal(state.legacyAmount),
      deposits: formatDecimal(state.deposits),
      withdrawals: formatDecimal(state.withdrawals),
      transfers_in: formatDecimal(state.transfersIn),
      transfers_out: formatDecimal(state.transfersOut),
      bought: formatDecimal(state.bought),
      sold: formatDecimal(state.sold),
      fill_fees: formatDecimal(state.fillFees),
      funding_fees: formatDecimal(state.fundingFees),
      fee_income: formatDecimal(state.feeIncome),
      total_equity: formatDecimal(state.totalEquity),
    })),
  );
  await insertRows(
    transaction,
    "snapshot.position_state",
    ["account_id", "taken_at", "symbol"],
    statement.positions.map((state) => ({
      account_id,
      taken_at,
      symbol: state.symbol,
      asset: state.asset,
      open_size: formatDecimal(state.openSize),
      open_value: formatDecimal(state.openValue),
      open_fee: formatDecimal(state.openFee),
      funding_fee: formatDecimal(state.fundingFee),
      position_value: shownText(state.positionValue),
      unrealized_pnl: shownText(state.unrealizedPnl),
    })),
  );
  await insertRows(
    transaction,
    "snapshot.side_statistics",
    ["account_id", "taken_at", "symbol", "side"],
    statement.positions.flatMap(({ asset, symbol, sides }) =>
      sides.map((side) => ({
        account_id,
        taken_at,
        symbol,
        side: side.side,
        asset,
        open_size: formatDecimal(side.openSize),
        open_value: formatDecimal(side.openValue),
        open_fee: formatDecimal(side.openFee),
        close_size: formatDecimal(side.closeSize),
        close_value: formatDecimal(side.closeValue),
        close_fee: formatDecimal(side.closeFee),
        funding_fee: formatDecimal(side.fundingFee),
        liquidation_fee: formatDecimal(side.liquidationFee),
      })),
    ),
  );
}
