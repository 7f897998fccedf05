/**
 * edgeX's endpoints: the path of each after its generation's prefix, the parameters it knows, and its answer.
 * All are GET.
 */
import type { Instant } from "../../domain/instant.ts";
import {
  type EdgexPageRules,
  type EdgexParameters,
  type PlacedRow,
  pageOf,
  type TimeFilters,
} from "./page.ts";
import {
  assetPayload,
  collateralPayload,
  type EdgexScene,
  fillPayload,
  metaPayload,
  positionPayload,
  snapshotPayload,
  termPayload,
} from "./payload.ts";
import { edgexRefusals } from "./refusal.ts";
import type { EdgexGeneration, EdgexWorld } from "./world/world.ts";

type EdgexRequest = EdgexScene & {
  readonly world: EdgexWorld;
  readonly parameters: EdgexParameters;
  readonly pageRows: EdgexPageRows;
};

/** The longest pages, by endpoint. */
export type EdgexPageRows = {
  readonly transactions: EdgexPageRules;
  readonly snapshots: EdgexPageRules;
};

export const EDGEX_PAGE_ROWS: EdgexPageRows = {
  transactions: { byDefault: 100, most: 100 },
  snapshots: { byDefault: 100, most: 1000 },
};

export type EdgexEndpoint =
  | {
      readonly kind: "public";
      /** Behind `/api/v1/` or `/api/v2/`. */
      readonly path: string;
      readonly answer: (
        world: EdgexWorld,
        generation: EdgexGeneration,
        times: { readonly now: Instant; readonly shown: Instant },
      ) => object;
    }
  | {
      readonly kind: "private";
      readonly path: string;
      readonly known: readonly string[];
      readonly answer: (request: EdgexRequest) => object;
    };

const CREATED: TimeFilters = {
  from: "filterStartCreatedTimeInclusive",
  until: "filterEndCreatedTimeExclusive",
};
/** Named otherwise, on this endpoint alone. */
const TAKEN: TimeFilters = { from: "filterStartTimeInclusive", until: "filterEndTimeExclusive" };
const PAGE = ["accountId", "size", "offsetData"] as const;

export const EDGEX_ENDPOINTS: readonly EdgexEndpoint[] = [
  {
    kind: "public",
    path: "public/meta/getServerTime",
    answer: (_world, _generation, { shown }) => ({ timeMillis: String(shown) }),
  },
  {
    kind: "public",
    path: "public/meta/getMetaData",
    answer: (world, generation, { now }) => metaPayload(world, generation, now),
  },
  {
    kind: "private",
    path: "private/account/getAccountAsset",
    known: ["accountId"],
    answer: (request) => assetPayload(request.world, request),
  },
  {
    kind: "private",
    path: "private/account/getCollateralTransactionPage",
    known: [...PAGE, "filterCoinIdList", "filterTypeList", CREATED.from, CREATED.until],
    answer: answerCollateral,
  },
  {
    kind: "private",
    path: "private/account/getPositionTransactionPage",
    known: [
      ...PAGE,
      "filterCoinIdList",
      "filterContractIdList",
      "filterTypeList",
      CREATED.from,
      CREATED.until,
      "filterCloseOnly",
      "filterOpenOnly",
    ],
    answer: answerPositions,
  },
  {
    kind: "private",
    path: "private/order/getHistoryOrderFillTransactionPage",
    known: [
      ...PAGE,
      "filterCoinIdList",
      "filterContractIdList",
      "filterOrderIdList",
      "filterIsLiquidateList",
      "filterIsDeleverageList",
      "filterIsPositionTpslList",
      CREATED.from,
      CREATED.until,
    ],
    answer: answerFills,
  },
  {
    kind: "private",
    path: "private/account/getPositionTermPage",
    known: [
      ...PAGE,
      "filterCoinIdList",
      "filterContractIdList",
      "filterIsLongPosition",
      CREATED.from,
      CREATED.until,
    ],
    answer: answerTerms,
  },
  {
    kind: "private",
    path: "private/account/getAccountAssetSnapshotPage",
    known: [...PAGE, "coinId", "filterTimeTag", TAKEN.from, TAKEN.until],
    answer: answerSnapshots,
  },
];

function answerCollateral(request: EdgexRequest): object {
  const { view, now, parameters, pageRows } = request;
  const rows = view
    .shown(now)
    .filter(
      ({ collateral }) =>
        parameters.admits("filterCoinIdList", view.account.coinId) &&
        parameters.admits("filterTypeList", collateral.type),
    )
    .map(
      (event): PlacedRow => ({
        at: event.createdAt,
        order: BigInt(event.collateral.id),
        payload: collateralPayload(event, request),
      }),
    );
  return pageOf(rows, parameters, { rules: pageRows.transactions, times: CREATED });
}

function answerPositions(request: EdgexRequest): object {
  const { view, now, parameters, pageRows } = request;
  const isTrue = (name: string): boolean => parameters.text(name) === "true";
  const rows = view.shown(now).flatMap((event): PlacedRow[] => {
    const { position } = event;
    const isWanted =
      position !== null &&
      parameters.admits("filterCoinIdList", view.account.coinId) &&
      parameters.admits("filterContractIdList", position.contractId) &&
      parameters.admits("filterTypeList", position.type) &&
      (!isTrue("filterCloseOnly") || isSome(position.fillCloseSize)) &&
      (!isTrue("filterOpenOnly") || isSome(position.fillOpenSize));
    if (!isWanted) return [];
    const payload = positionPayload(position, event, request);
    return [{ at: event.createdAt, order: BigInt(position.id), payload }];
  });
  return pageOf(rows, parameters, { rules: pageRows.transactions, times: CREATED });
}

function answerFills(request: EdgexRequest): object {
  const { view, now, parameters, pageRows } = request;
  const rows = view.shown(now).flatMap((event): PlacedRow[] => {
    const { fill } = event;
    const isWanted =
      fill !== null &&
      parameters.admits("filterCoinIdList", view.account.coinId) &&
      parameters.admits("filterContractIdList", fill.contractId) &&
      parameters.admits("filterOrderIdList", fill.orderId) &&
      parameters.admits("filterIsLiquidateList", String(fill.isLiquidate)) &&
      parameters.admits("filterIsDeleverageList", String(fill.isDeleverage)) &&
      parameters.admits("filterIsPositionTpslList", "false");
    if (!isWanted) return [];
    return [{ at: event.createdAt, order: BigInt(fill.id), payload: fillPayload(fill, event, request) }];
  });
  return pageOf(rows, parameters, { rules: pageRows.transactions, times: CREATED });
}

function answerTerms(request: EdgexRequest): object {
  const { view, now, parameters, pageRows } = request;
  const terms = view.terms(now);
  const rows = terms.flatMap((term, nth): PlacedRow[] => {
    const isWanted =
      parameters.admits("filterCoinIdList", view.account.coinId) &&
      parameters.admits("filterContractIdList", term.contractId) &&
      parameters.admits("filterIsLongPosition", String(term.side === "long"));
    // Terms have no id: the older ones keep their place, counted from the first.
    const order = BigInt(terms.length - nth);
    return isWanted ? [{ at: term.createdAt, order, payload: termPayload(term, request) }] : [];
  });
  return pageOf(rows, parameters, { rules: pageRows.transactions, times: CREATED });
}

function answerSnapshots(request: EdgexRequest): object {
  const { view, now, parameters, pageRows } = request;
  const isOwnCoin = parameters.mandatory("coinId") === view.account.coinId;
  const tag = parameters.text("filterTimeTag") ?? "0";
  if (tag !== "0" && tag !== "1") throw edgexRefusals.parameter("filterTimeTag");
  const rows = view
    .snapshots(now)
    .filter(({ isDaily }) => isOwnCoin && (tag === "0" || isDaily))
    .map((snapshot): PlacedRow => {
      const payload = snapshotPayload(snapshot, tag === "0" ? 0 : 1, request);
      return { at: snapshot.at, order: 0n, payload };
    });
  return pageOf(rows, parameters, { rules: pageRows.snapshots, times: TAKEN });
}

function isSome(size: string): boolean {
  return /[1-9]/.test(size);
}
