/**
 * How edgeX keeps a position: its size, and what was paid for what is open, as money of six decimals. Opening
 * adds to the cost; a partial close leaves the proportional rest of it, rounded half up, and so with the
 * memos of fees and funding. Fees are truncated toward zero.
 */
import { type Fraction, fractionOf, multiply, truncatedUnits } from "../../shared/fraction.ts";

export const EDGEX_MONEY_DECIMALS = 6;

/** Signed: + long, − short; fees − when paid. Money in units of 10^-6, sizes in steps of the contract. */
export type EdgexPosition = {
  readonly steps: bigint;
  readonly valueUnits: bigint;
  readonly feeUnits: bigint;
  readonly fundingUnits: bigint;
};

export const EDGEX_FLAT: EdgexPosition = { steps: 0n, valueUnits: 0n, feeUnits: 0n, fundingUnits: 0n };

/** What one fill closes and opens. Values are signed as the size is: + bought, − sold; fees − when paid. */
export type EdgexFillParts = {
  readonly closeSteps: bigint;
  readonly closeValueUnits: bigint;
  readonly closeFeeUnits: bigint;
  readonly openSteps: bigint;
  readonly openValueUnits: bigint;
  readonly openFeeUnits: bigint;
};

type EdgexFillTerms = {
  /** Signed. */
  readonly steps: bigint;
  /** Of one step. */
  readonly stepPrice: Fraction;
  readonly feeRate: Fraction;
  /** What a liquidation takes beside the fee: it is inside the value of what is closed. */
  readonly liquidateFeeUnits: bigint;
};

/** What exceeds the open size opens the other way. */
export function splitFill({ steps: open }: EdgexPosition, terms: EdgexFillTerms): EdgexFillParts {
  const { steps, stepPrice, feeRate, liquidateFeeUnits } = terms;
  const isClosing = open !== 0n && open > 0n !== steps > 0n;
  const closeSteps = isClosing ? withSignOf(steps, least(magnitude(open), magnitude(steps))) : 0n;
  const grossUnits = (some: bigint): bigint => moneyUnits(multiply(stepPrice, fractionOf(some, 0)));
  const [total, grossClose] = [grossUnits(steps), grossUnits(closeSteps)];
  const feeOf = (units: bigint): bigint => -moneyUnits(multiply(moneyOf(magnitude(units)), feeRate));
  const [totalFee, closeFeeUnits] = [feeOf(total), feeOf(grossClose)];
  return {
    closeSteps,
    // Who is sold gets less, who is bought pays more.
    closeValueUnits: grossClose + liquidateFeeUnits,
    closeFeeUnits,
    openSteps: steps - closeSteps,
    openValueUnits: total - grossClose,
    openFeeUnits: totalFee - closeFeeUnits,
  };
}

export function afterFill(before: EdgexPosition, parts: EdgexFillParts): EdgexPosition {
  const rest = before.steps + parts.closeSteps;
  const kept = (units: bigint): bigint => (before.steps === 0n ? units : halfUp(units * rest, before.steps));
  return {
    steps: rest + parts.openSteps,
    valueUnits: kept(before.valueUnits) + parts.openValueUnits,
    feeUnits: kept(before.feeUnits) + parts.openFeeUnits,
    fundingUnits: kept(before.fundingUnits),
  };
}

/** Truncated toward zero. */
export function moneyUnits(amount: Fraction): bigint {
  return truncatedUnits(amount, EDGEX_MONEY_DECIMALS);
}

export function moneyOf(units: bigint): Fraction {
  return fractionOf(units, EDGEX_MONEY_DECIMALS);
}

/** The quotient rounded to a whole number, halves away from zero. */
function halfUp(numerator: bigint, denominator: bigint): bigint {
  const [above, below] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  const rounded = (2n * magnitude(above) + below) / (2n * below);
  return withSignOf(above, rounded);
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function withSignOf(signed: bigint, size: bigint): bigint {
  return signed < 0n ? -size : size;
}
