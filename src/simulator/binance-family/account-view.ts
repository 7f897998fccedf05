/**
 * An account as a venue can show it at an instant: the rows that have happened and appeared, the wallets, the
 * positions.
 */
import { type DurationMs, type Instant, instant, latest as latestOf, plus } from "../../domain/instant.ts";
import type { Truncation } from "../shared/exchange.ts";
import { add, type Fraction, parseFraction, ZERO_FRACTION } from "../shared/fraction.ts";
import type { Marks } from "./marks.ts";
import type {
  WorldAccount,
  WorldFill,
  WorldForcedOrder,
  WorldIncome,
  WorldMarginChange,
  WorldPositionSide,
} from "./world/world.ts";

/** A request for rows; both ends belong to it. */
export type RowsRequested = {
  readonly from: Instant;
  readonly until: Instant;
  readonly limit: number;
  /** The number of the page, from 1, counted from the end that is kept. */
  readonly page: number;
  readonly truncate: Truncation;
  /** The venue's present. */
  readonly now: Instant;
  /** How far back the venue serves rows; null for no limit. */
  readonly retention: DurationMs | null;
};

export type ShownPosition = {
  readonly symbol: string;
  readonly positionSide: WorldPositionSide;
  readonly quantity: string;
  readonly averageEntry: string;
  /** The mark; in a world without prices the last price that the account traded the contract at. */
  readonly markPrice: string;
  readonly updatedAt: Instant | null;
};

type Row = { readonly occurredAt: Instant; readonly lateBy?: DurationMs };

export class AccountView {
  readonly account: WorldAccount;
  readonly #marks: Marks;
  readonly #incomes: readonly WorldIncome[];
  readonly #fillsBySymbol: ReadonlyMap<string, readonly WorldFill[]>;
  readonly #byId = new Map<string, readonly WorldFill[]>();
  #walletsAt: Instant | null = null;
  #walletRows = 0;
  #wallets = new Map<string, Fraction>();

  constructor(account: WorldAccount, marks: Marks) {
    this.account = account;
    this.#marks = marks;
    this.#incomes = account.incomes.filter((income) => !income.isOmitted);
    const bySymbol = new Map<string, WorldFill[]>();
    for (const fill of account.fills) {
      const fills = bySymbol.get(fill.symbol);
      if (fills === undefined) bySymbol.set(fill.symbol, [fill]);
      else fills.push(fill);
    }
    this.#fillsBySymbol = bySymbol;
  }

  incomes(
    requested: RowsRequested,
    filter: { readonly symbol: string | null; readonly incomeType: string | null },
  ): WorldIncome[] {
    return selectRows(
      this.#incomes,
      requested,
      (row) =>
        (filter.symbol === null || row.symbol === filter.symbol) &&
        (filter.incomeType === null || row.incomeType === filter.incomeType),
    );
  }

  fills(
    symbol: string,
    requested: RowsRequested,
    isWanted: (fill: WorldFill) => boolean = () => true,
  ): WorldFill[] {
    return selectRows(this.#fillsBySymbol.get(symbol) ?? [], requested, isWanted);
  }

  /**
   * From an id on, whatever the time that was requested; in the order of ids, which is that of time until a
   * ticker is used again.
   */
  fillsFromId(symbol: string, fromId: bigint, requested: RowsRequested): WorldFill[] {
    const ever = { ...requested, from: instant(0), until: requested.now, truncate: "oldest" } as const;
    return selectRows(this.#fillsById(symbol, fromId), ever, () => true, "by id");
  }

  #fillsById(symbol: string, fromId: bigint): readonly WorldFill[] {
    const known = this.#byId.get(symbol);
    const byId = known ?? (this.#fillsBySymbol.get(symbol) ?? []).toSorted(byIdOfFill);
    if (known === undefined) this.#byId.set(symbol, byId);
    return byId.slice(firstWhere(byId, (fill) => idOf(fill) >= fromId));
  }

  forcedOrders(
    requested: RowsRequested,
    filter: { readonly symbol: string | null; readonly kind: WorldForcedOrder["kind"] | null },
  ): WorldForcedOrder[] {
    return selectRows(
      this.account.forcedOrders,
      requested,
      (row) =>
        (filter.symbol === null || row.symbol === filter.symbol) &&
        (filter.kind === null || row.kind === filter.kind),
    );
  }

  marginChanges(
    symbol: string,
    requested: RowsRequested,
    isWanted: (row: WorldMarginChange) => boolean,
  ): WorldMarginChange[] {
    return selectRows(this.account.marginChanges, requested, (row) => row.symbol === symbol && isWanted(row));
  }

  /** What each wallet holds at `now`: every row that happened, shown or not. */
  wallets(now: Instant): ReadonlyMap<string, Fraction> {
    if (this.#walletsAt !== null && now < this.#walletsAt) {
      this.#walletRows = 0;
      this.#wallets = new Map();
    }
    const { incomes } = this.account;
    for (; this.#walletRows < incomes.length; this.#walletRows += 1) {
      const income = incomes[this.#walletRows];
      if (income === undefined || income.occurredAt > now) break;
      this.#wallets.set(
        income.asset,
        add(this.#wallets.get(income.asset) ?? ZERO_FRACTION, parseFraction(income.amount)),
      );
    }
    this.#walletsAt = now;
    return this.#wallets;
  }

  /** The position at `now`; null where none was ever held. */
  position(symbol: string, positionSide: WorldPositionSide, now: Instant): ShownPosition | null {
    const held = this.#positionByFills(symbol, positionSide, now);
    const settled = this.account.settlements.find(
      (one) => one.symbol === symbol && one.positionSide === positionSide && one.occurredAt <= now,
    );
    // What was traded after a settlement belongs to another contract of the same name.
    if (settled === undefined || (held?.updatedAt ?? 0) > settled.occurredAt) return held;
    const { price: markPrice, occurredAt: updatedAt } = settled;
    return { symbol, positionSide, quantity: "0", averageEntry: "0.0", markPrice, updatedAt };
  }

  #positionByFills(symbol: string, positionSide: WorldPositionSide, now: Instant): ShownPosition | null {
    const fills = this.#fillsBySymbol.get(symbol) ?? [];
    for (let index = firstWhere(fills, (fill) => fill.occurredAt > now) - 1; index >= 0; index -= 1) {
      const fill = fills[index];
      if (fill?.positionSide !== positionSide) continue;
      return {
        symbol,
        positionSide,
        quantity: fill.quantityAfter,
        averageEntry: fill.averageEntryAfter,
        markPrice: this.#markOf(symbol, now),
        updatedAt: fill.occurredAt,
      };
    }
    const opening = this.account.openings.find(
      (held) => held.symbol === symbol && held.positionSide === positionSide,
    );
    if (opening === undefined) return null;
    const { quantity, averageEntry } = opening;
    const markPrice = this.#markOf(symbol, now);
    return { symbol, positionSide, quantity, averageEntry, markPrice, updatedAt: null };
  }

  /** One for both sides of a contract: where the world has no marks, the last price, or an opening's. */
  #markOf(symbol: string, now: Instant): string {
    const fills = this.#fillsBySymbol.get(symbol) ?? [];
    const last = fills[firstWhere(fills, (fill) => fill.occurredAt > now) - 1];
    const opening = this.account.openings.find((held) => held.symbol === symbol);
    return this.#marks.at(symbol, now) ?? last?.price ?? opening?.averageEntry ?? "0";
  }
}

/** `rows` are in the order of time; or of ids, and then all of them are looked at. */
function selectRows<Kind extends Row>(
  rows: readonly Kind[],
  requested: RowsRequested,
  isWanted: (row: Kind) => boolean,
  order: "by time" | "by id" = "by time",
): Kind[] {
  const { limit, now, retention, page } = requested;
  const remembered = retention === null ? requested.from : latestOf(requested.from, plus(now, -retention));
  const isRequested = (row: Kind): boolean =>
    row.occurredAt >= remembered && row.occurredAt <= requested.until && row.occurredAt <= now;
  const isByTime = order === "by time";
  const first = isByTime ? firstWhere(rows, (row) => row.occurredAt >= remembered) : 0;
  const beyond = isByTime
    ? firstWhere(rows, (row) => row.occurredAt > requested.until || row.occurredAt > now)
    : rows.length;
  const isShown = (row: Kind | undefined): row is Kind =>
    row !== undefined && isRequested(row) && row.occurredAt + (row.lateBy ?? 0) <= now && isWanted(row);
  const isForward = requested.truncate === "oldest";
  const found: Kind[] = [];
  let skipped = 0;
  for (let step = 0; step < beyond - first && found.length < limit; step += 1) {
    const row = rows[isForward ? first + step : beyond - 1 - step];
    if (!isShown(row)) continue;
    if (skipped < (page - 1) * limit) skipped += 1;
    else found.push(row);
  }
  return isForward ? found : found.reverse();
}

function idOf(fill: WorldFill): bigint {
  return BigInt(fill.fillId);
}

/** The two sides of a self-trade have one id, and stay as they were. */
function byIdOfFill(a: WorldFill, b: WorldFill): number {
  return idOf(a) < idOf(b) ? -1 : idOf(a) > idOf(b) ? 1 : 0;
}

/**
 * The first index at which `isBeyond` holds, of rows sorted so that it holds for none before and all after.
 */
function firstWhere<Kind>(rows: readonly Kind[], isBeyond: (row: Kind) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && isBeyond(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}
