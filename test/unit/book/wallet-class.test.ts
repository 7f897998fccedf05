import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDecimal, ZERO } from "../../../src/domain/decimal.ts";
import { chain } from "../../../src/reconcile/chain.ts";
import { explained } from "../../../src/reconcile/explain.ts";
import type { Finding } from "../../../src/reconcile/finding.ts";
import { classifyWallet, type WalletEvidence } from "../../../src/reconcile/wallet-class.ts";
import type { WalletLink } from "../../../src/reconcile/wallets.ts";

const night = (day: number) => `2026-05-0${day}T23:59:00.000Z`;

/** The wallet of a night that ends a day, with what the books have too much (+) or too little (−). */
function link(day: number, difference: string): WalletLink {
  const found = parseDecimal("100").plus(parseDecimal(difference));
  return {
    series: "USDT",
    asset: "USDT",
    takenAt: night(day),
    shown: parseDecimal("100"),
    untilRequest: found,
    untilAnswer: found,
    from: night(day - 1),
    found,
    agrees: false,
    readAt: "request",
    opening: ZERO,
    isOpeningInferred: false,
  };
}

const facts = (more: Partial<WalletEvidence> = {}): WalletEvidence => ({
  asset: "USDT",
  taken_at: night(5),
  postings: 3,
  set_aside_records: 0,
  is_settled: true,
  posting_kind: null,
  posting_symbol: null,
  posting_record_key: null,
  posting_amount: null,
  posting_at: null,
  is_inside: null,
  is_near_edge: null,
  ...more,
});
const posting = (amount: string, more: Partial<WalletEvidence> = {}): WalletEvidence =>
  facts({
    posting_kind: "funding",
    posting_symbol: "BTCUSDT",
    posting_record_key: "key",
    posting_amount: amount,
    posting_at: "2026-05-05T08:00:00.000Z",
    is_inside: true,
    is_near_edge: false,
    ...more,
  });

const finding = (more: Partial<Finding>): Finding => ({
  check_name: "fee_cash",
  subject: "BTCUSDT USDT trade 7",
  asset: "USDT",
  symbol: "BTCUSDT",
  from_time: "2026-05-05T09:00:00.000Z",
  checked_at: "2026-05-05T09:00:00.000Z",
  expected: parseDecimal("-1"),
  found: parseDecimal("-3"),
  status: "differs",
  class: "altered_row",
  note: "",
  ...more,
});

describe("what the evidence shows a wallet's difference to be", () => {
  test.each<{
    what: string;
    size: string;
    evidence: WalletEvidence[];
    neighbour?: string;
    others?: Finding[];
    is: string;
  }>([
    { what: "nothing at all", size: "-5", evidence: [facts()], is: "unexplained" },
    { what: "rows may still come", size: "-5", evidence: [facts({ is_settled: false })], is: "late_row" },
    {
      what: "rows may still come, but the books have too much",
      size: "5",
      evidence: [facts({ is_settled: false })],
      is: "unexplained",
    },
    {
      what: "a record set aside",
      size: "-5",
      evidence: [facts({ set_aside_records: 1 })],
      is: "unknown_kind",
    },
    { what: "a posting of this size", size: "5", evidence: [posting("5")], is: "doubled_row" },
    { what: "a posting of the opposite size", size: "5", evidence: [posting("-5")], is: "unexplained" },
    {
      what: "the next night has the opposite, by a posting near the snapshot",
      size: "5",
      evidence: [posting("5", { is_near_edge: true })],
      neighbour: "-5",
      is: "snapshot_skew",
    },
    {
      what: "the next night has the opposite",
      size: "5",
      evidence: [posting("5")],
      neighbour: "-5",
      is: "altered_row",
    },
    { what: "a unit a row", size: "0.00000003", evidence: [facts()], is: "truncation" },
    { what: "more than a unit a row", size: "0.00000004", evidence: [facts()], is: "unexplained" },
    {
      what: "a trade's cash of this size",
      size: "-2",
      evidence: [facts()],
      others: [finding({})],
      is: "altered_row",
    },
    {
      what: "a trade's cash of another size",
      size: "-2.5",
      evidence: [facts()],
      others: [finding({})],
      is: "unexplained",
    },
    {
      what: "a trade's cash of another day",
      size: "-2",
      evidence: [facts()],
      others: [finding({ checked_at: "2026-05-07T09:00:00.000Z" })],
      is: "unexplained",
    },
    {
      what: "a settlement without a row",
      size: "-5",
      evidence: [facts()],
      others: [finding({ check_name: "funding_interval", class: "missing_row" })],
      is: "missing_row",
    },
    {
      what: "records taken out of the store",
      size: "-5",
      evidence: [facts()],
      others: [
        finding({
          check_name: "record_count",
          subject: "income 2026-05-05",
          asset: "",
          class: "missing_row",
        }),
      ],
      is: "missing_row",
    },
  ])("$what: $is", ({ size, evidence, neighbour, others, is }) => {
    const own = link(5, size);
    const differing = neighbour === undefined ? [own] : [own, link(6, neighbour)];
    const amountUnit = parseDecimal("0.00000001");
    const found = classifyWallet({
      link: own,
      differing,
      postings: evidence,
      others: others ?? [],
      amountUnit,
    });
    expect(found.class).toBe(is);
  });
});

test("a position that differs because a fill of its contract does takes over what that is, and names it", () => {
  const position = finding({
    check_name: "position",
    subject: "BTCUSDT BOTH",
    class: "unexplained",
    checked_at: night(6),
    suspect: "…",
  });
  const other = finding({
    check_name: "position",
    subject: "ETHUSDT BOTH",
    symbol: "ETHUSDT",
    class: "unexplained",
    checked_at: night(6),
  });
  const [first, second] = explained([position, other, finding({ class: "doubled_row" })]);
  expect(first).toMatchObject({ class: "doubled_row", suspect: "… (fee_cash BTCUSDT USDT trade 7)" });
  expect(second).toMatchObject({ class: "unexplained" });
});

test("whatever is posted between snapshots, each link agrees; one row less shows in one link alone, with its size", () => {
  const amount = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).filter((units) => units !== 0n);
  const units = (value: bigint) => parseDecimal(value.toString()).times(parseDecimal("0.00000001"));
  fc.assert(
    fc.property(
      fc.array(fc.array(amount, { maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      (nights, chosen) => {
        const rows = nights.flatMap((own, day) => own.map((value) => ({ value, day })));
        const removed = rows.length === 0 ? -1 : chosen % rows.length;
        const totals = (isPosted: (position: number) => boolean) =>
          nights.map((_, day) =>
            rows.reduce(
              (total, row, position) => (row.day <= day && isPosted(position) ? total + row.value : total),
              0n,
            ),
          );
        const shown = totals(() => true);
        const posted = totals((position) => position !== removed);
        const links = chain(
          nights.map((_, day) => ({
            series: "USDT",
            takenAt: night(day + 1),
            shown: units(shown[day] ?? 0n),
            untilRequest: units(posted[day] ?? 0n),
            untilAnswer: units(posted[day] ?? 0n),
          })),
        );
        const off = links.filter(({ agrees }) => !agrees);
        expect(
          off.map(({ takenAt, found, shown: venue }) => [takenAt, found.minus(venue).toFixed()]),
        ).toEqual(
          removed < 0
            ? []
            : [[night((rows[removed]?.day ?? 0) + 1), units(-(rows[removed]?.value ?? 0n)).toFixed()]],
        );
      },
    ),
  );
});
