import { formatDecimal } from "../domain/decimal.ts";
import { formatInstant } from "../domain/instant.ts";
import { insertRows } from "../store/insert-rows.ts";
import type { Extraction } from "./extraction.ts";

/** Keeps the venue's balances, positions and listed contracts as they are now. Balances and positions are what the books are proven against. */
export async function takeSnapshot(extraction: Extraction): Promise<void> {
  const { client, accountId, signal } = extraction;
  const { venue } = client;
  const where = `${accountId} snapshot`;
  extraction.progress(where);
  const { instruments, weightLimit } = await client.call(
    venue.instrumentsRequest,
    where,
    (body) => ({
      instruments: venue.readInstruments(body),
      weightLimit: venue.readWeightLimit?.(body) ?? null,
    }),
    signal,
  );
  if (weightLimit !== null) client.learnWeightLimit(weightLimit);
  const takenAt = client.now();
  const balances = await client.call(
    venue.balancesRequest,
    where,
    (body) => venue.readBalances(body),
    signal,
  );
  const positions = await client.call(
    venue.positionsRequest,
    where,
    (body) => venue.readPositions(body),
    signal,
  );
  const taken = {
    account_id: accountId,
    taken_at: formatInstant(takenAt),
    answered_at: formatInstant(client.now()),
  };
  await extraction.store.db.transaction().execute(async (transaction) => {
    await insertRows(
      transaction,
      "raw.instrument",
      ["account_id", "symbol"],
      instruments.map((instrument) => ({
        account_id: accountId,
        symbol: instrument.symbol,
        status: instrument.status,
        margin_asset: instrument.marginAsset,
        listed_at: instrument.listedAt === null ? null : formatInstant(instrument.listedAt),
      })),
    );
    await insertRows(
      transaction,
      "snapshot.balance",
      ["account_id", "taken_at", "asset"],
      balances.map((balance) => ({ ...taken, asset: balance.asset, wallet: formatDecimal(balance.wallet) })),
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
      })),
    );
  });
  extraction.log("snapshot_taken", {
    account: accountId,
    balances: balances.length,
    positions: positions.length,
  });
}
