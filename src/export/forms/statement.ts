/** Statements of an account in the reporting currency, in a form that is no table. */
import { type Decimal, roundHalfUp, sum, ZERO } from "../../domain/decimal.ts";
import type { Period } from "../../domain/period.ts";
import type { AccountBooks, ExportEvent } from "../events.ts";
import type { Target, TargetFacts } from "../target.ts";
import { CENTS, carrier, valuer } from "./amounts.ts";

/** How a statement of an account in the reporting currency is written, which is no table. */
export type Statement = {
  readonly extension: string;
  readonly form: readonly string[];
  readonly head: (of: StatementOf) => string;
  /** The amount is in the currency, in cents. */
  readonly row: (event: ExportEvent) => string;
  readonly foot: (sum: Decimal, of: StatementOf) => string;
};

export type StatementOf = Pick<AccountBooks, "account" | "venue"> & {
  readonly currency: string;
  readonly period: Period;
};

/** One file for each account, in the reporting currency. */
export function statement(facts: TargetFacts, of: Statement): Target {
  return {
    ...facts,
    reads: "events",
    form: [
      ...of.form,
      "One file for each account.",
      "Amounts are in the reporting currency, rounded to cents with the rest carried to the next row; what has no price is in no row, and named below.",
    ],
    words: null,
    zone: "configured",
    skipsTwins: false,
    columns: [],
    open: ({ accounts, period, currency, fileName }) => {
      if (currency === null) throw new TypeError(`${facts.name} is refused without a reporting currency`);
      const [priced, carry] = [valuer(), carrier(CENTS, roundHalfUp)];
      const sums = new Map<string, Decimal>();
      const fileOf = (account: string) => fileName(`${facts.name}-${account}`, of.extension);
      const statements = accounts.map(({ account, venue }) => ({ account, venue, currency, period }));
      return {
        // An account in which nothing happened has its statement too.
        begin: () => statements.map((own) => ({ file: fileOf(own.account), text: of.head(own), rows: [] })),
        add: (events) => {
          const rows = events.flatMap((event) => priced.add(event)).flatMap((event) => carry.add(event));
          const [first] = rows;
          if (first === undefined) return [];
          const { account } = first;
          sums.set(account, sum([sums.get(account) ?? ZERO, ...rows.map(({ amount }) => amount)]));
          return [{ file: fileOf(account), text: rows.map(of.row).join(""), rows }];
        },
        end: () => {
          const rests = [...priced.rests(), ...carry.rests()];
          return statements.map((own) => ({
            file: fileOf(own.account),
            text: of.foot(sums.get(own.account) ?? ZERO, own),
            rows: [],
            rests: rests.filter((rest) => rest.account === own.account),
          }));
        },
      };
    },
  };
}
