/** The settings that a ledger's own chart of accounts needs: no default would fit everybody. */
import { EVENT_KINDS, type EventKind } from "../events.ts";
import type { Direction, WordTable } from "../target.ts";

export type LedgerSettings = {
  /** What a ledger account is called, for messages. */
  readonly account: string;
  readonly isAccount: RegExp;
  /** What else it needs: by name what is expected, and how it looks. */
  readonly others: Readonly<Record<string, { readonly expected: string; readonly pattern: RegExp }>>;
  readonly faultsTogether?: NonNullable<WordTable["faultsTogether"]>;
};

const COUNTERS: Readonly<Record<EventKind, string>> = {
  opening: "what the wallet held before the history begins",
  realized_pnl: "results of prices",
  trading_fee: "fees",
  rebate: "rebates",
  funding: "funding",
  liquidation: "charges of liquidations",
  reward: "bonuses",
  conversion: "one asset into another: a clearing account",
  transfer: "transfers in and out: a clearing account",
  own_transfer: "transfers between accounts of these books: a clearing account",
  unknown: "what nobody understands yet: a clearing account",
};

/** Each kind of event may have one account, or one for each direction. */
export function ledgerSettings({ account, isAccount, others, ...rest }: LedgerSettings): WordTable {
  const accountFault = (word: string) => (isAccount.test(word) ? null : account);
  const fault = (name: string, word: string, directions: readonly Direction[]): string | null => {
    if (EVENT_KINDS.some((kind) => kind === name)) return accountFault(word);
    if (directions.length < 2) return "it is the same in both directions";
    const other = others[name];
    if (other === undefined) return accountFault(word);
    return other.pattern.test(word) ? null : other.expected;
  };
  return {
    key: "settings",
    defaults: {},
    required: {
      ...Object.fromEntries(Object.entries(others).map(([name, { expected }]) => [name, expected])),
      wallet: `${account} for the wallets`,
      ...Object.fromEntries(EVENT_KINDS.map((kind) => [kind, `${account} for ${COUNTERS[kind]}`])),
    },
    perAccount: "wallets",
    fault,
    ...rest,
  };
}
