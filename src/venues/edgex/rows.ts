/**
 * A row of a stream: its text, who it is, and whether the venue is done with it.
 *
 * Where something does not apply, edgeX writes "0" for an id or a time and "" for a decimal.
 */
import { type Decimal, readDecimal, ZERO } from "../../domain/decimal.ts";
import { isJsonObject, type JsonObject, optionalTextField, parseJsonExactly } from "../../domain/json.ts";
import { decimalField, textOf } from "../fields.ts";
import type { EdgexStream, Generation } from "./requests.ts";

/** The row that a `VerbatimRow` holds; an empty one where its text is no object. */
export function readRow(body: string): JsonObject {
  const value = parseJsonExactly(body);
  return isJsonObject(value) ? value : {};
}

/** An amount that must be there; zero where it does not apply. */
export function amountField(row: JsonObject, name: string): Decimal {
  return row[name] === "" ? ZERO : decimalField(row, name);
}

/** An amount that rows of other types need not have. */
export function optionalAmount(row: JsonObject, name: string): Decimal {
  return readOptionalAmount(row, name) ?? ZERO;
}

/** Null where it is missing or does not apply. */
export function readOptionalAmount(row: JsonObject, name: string): Decimal | null {
  return (optionalTextField(row, name) ?? "") === "" ? null : decimalField(row, name);
}

/** An id; "" where it is missing or does not apply. */
export function idOf(row: JsonObject, name: string): string {
  const id = textOf(row, name);
  return id === "0" ? "" : id;
}

/** The field that the filters of a window act on. */
export function timeFieldOf(stream: EdgexStream): "createdTime" | "snapshotTime" {
  return stream === "hourly_equity" || stream === "daily_equity" ? "snapshotTime" : "createdTime";
}

export function identityOf(stream: EdgexStream, row: JsonObject): readonly string[] {
  switch (stream) {
    case "income":
    case "fills":
    case "position_transactions":
      return [textOf(row, "id")];
    case "position_terms":
      // Terms have no id; long and short ones of a contract are counted apart.
      return [
        textOf(row, "coinId"),
        textOf(row, "contractId"),
        sideOfTerm(row) ?? "",
        textOf(row, "termCount"),
      ];
    case "hourly_equity":
    case "daily_equity":
      return [textOf(row, "coinId"), textOf(row, "timeTag"), textOf(row, "snapshotTime")];
  }
}

/** By the sign of what was opened; null where nothing was. */
export function sideOfTerm(row: JsonObject): "LONG" | "SHORT" | null {
  const opened = readDecimal(textOf(row, "cumOpenSize"));
  if (opened === null || opened.isZero()) return null;
  return opened.isPositive() ? "LONG" : "SHORT";
}

/** The contract's number as sent; "" where the row has none. */
export function contractOf(row: JsonObject): string {
  return idOf(row, "contractId") || idOf(row, "positionContractId");
}

/** The words for what has not come to its end. */
const ON_THE_WAY: Readonly<Record<Generation, readonly string[]>> = {
  // CENSOR_SUCCESS counts for the balance; the settlement layer still has to approve it, and could reject it.
  v1: ["INIT", "CENSOR_SUCCESS", "L2_REJECT"],
  // V2 has left that layer as far as its documents show; whoever waited for its approval might wait for ever.
  v2: ["INIT", "L2_REJECT"],
};

/** Whether the venue may still change what the row means for the books. */
export function isPending(generation: Generation, stream: EdgexStream, row: JsonObject): boolean {
  switch (stream) {
    case "income":
    case "fills":
    case "position_transactions":
      return ON_THE_WAY[generation].includes(textOf(row, "censorStatus"));
    case "position_terms":
      return isOpenTerm(row);
    case "hourly_equity":
    case "daily_equity":
      return false;
  }
}

function isOpenTerm(row: JsonObject): boolean {
  const opened = readDecimal(textOf(row, "cumOpenSize"));
  const closed = readDecimal(textOf(row, "cumCloseSize"));
  return opened !== null && closed !== null && !opened.plus(closed).isZero();
}
