/**
 * A row of a stream: its text, what identifies it, and whether the venue may still change it.
 *
 * Where something does not apply, edgeX writes "0" for an id or a time and "" for a decimal.
 */
import { type Decimal, readDecimal, ZERO } from "../../domain/decimal.ts";
import { type JsonObject, optionalTextField } from "../../domain/json.ts";
import { decimalField, textOrEmpty } from "../fields.ts";
import type { EdgexStream, Generation } from "./requests.ts";

/** An amount that must be there; zero where it does not apply. What is booked is read with `bookedField`. */
export function amountField(row: JsonObject, name: string, read = decimalField): Decimal {
  return row[name] === "" ? ZERO : read(row, name);
}

/** An amount that rows of other types need not have. */
export function optionalAmount(row: JsonObject, name: string, read = decimalField): Decimal {
  return readOptionalAmount(row, name, read) ?? ZERO;
}

/** Null where it is missing or does not apply. */
export function readOptionalAmount(row: JsonObject, name: string, read = decimalField): Decimal | null {
  const value = row[name];
  return value === undefined || value === null || value === "" ? null : read(row, name);
}

/** An id that the store can hold; "" where it is missing or does not apply. */
export function idField(row: JsonObject, name: string): string {
  const id = optionalTextField(row, name) ?? "";
  return id === "0" ? "" : id;
}

/** An id as it is sent, whatever it is; for what tells a row from others. */
export function idOf(row: JsonObject, name: string): string {
  const id = textOrEmpty(row, name);
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
      return [textOrEmpty(row, "id")];
    case "position_cycles":
      // Terms have no id; long and short ones of a contract are counted apart.
      return [
        textOrEmpty(row, "coinId"),
        textOrEmpty(row, "contractId"),
        sideOfTerm(row) ?? "",
        textOrEmpty(row, "termCount"),
      ];
    case "hourly_equity":
    case "daily_equity":
      return [textOrEmpty(row, "coinId"), textOrEmpty(row, "timeTag"), textOrEmpty(row, "snapshotTime")];
  }
}

/** By the sign of what was opened; null where nothing was. */
export function sideOfTerm(row: JsonObject): "LONG" | "SHORT" | null {
  const opened = readDecimal(textOrEmpty(row, "cumOpenSize"));
  if (opened === null || opened.isZero()) return null;
  return opened.isPositive() ? "LONG" : "SHORT";
}

/** The contract's number as sent; "" where the row has none. */
export function contractOf(row: JsonObject): string {
  return idOf(row, "contractId") || idOf(row, "positionContractId");
}

/** The statuses of rows that are not final. */
const ON_THE_WAY: Readonly<Record<Generation, readonly string[]>> = {
  // CENSOR_SUCCESS counts for the balance; the settlement layer still has to approve it, and could reject it.
  v1: ["INIT", "CENSOR_SUCCESS", "L2_REJECT"],
  // V2 no longer uses that layer as far as its documents show, so its approval may never come.
  v2: ["INIT", "L2_REJECT"],
};

/** Whether the venue may still change what the row means for the books. */
export function isPending(generation: Generation, stream: EdgexStream, row: JsonObject): boolean {
  switch (stream) {
    case "income":
    case "fills":
    case "position_transactions":
      return ON_THE_WAY[generation].includes(textOrEmpty(row, "censorStatus"));
    case "position_cycles":
      return isOpenTerm(row);
    case "hourly_equity":
    case "daily_equity":
      return false;
  }
}

function isOpenTerm(row: JsonObject): boolean {
  const opened = readDecimal(textOrEmpty(row, "cumOpenSize"));
  const closed = readDecimal(textOrEmpty(row, "cumCloseSize"));
  return opened !== null && closed !== null && !opened.plus(closed).isZero();
}
