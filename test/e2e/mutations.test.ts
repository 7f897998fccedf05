/**
 * From a reconciled world, one random row of any stream is taken out, doubled or altered, again and again;
 * each time the reconciliation must name the account, the asset or contract, and the day.
 *
 * Once as if the venue had served the rows so, and the seal were whole: the laws of the accounting alone must
 * notice. What no law can see is a row of `BEYOND_THE_LAWS`, and must be seen by none. Once as if somebody
 * had changed the store: the seal must notice everything.
 *
 * Mutations are made in a transaction that is rolled back: those of different contracts in one, and again
 * alone where nothing is said of their own contract; those that no law can see all together, but for two of
 * one row. `PERPBOOKS_TEST_SEED` repeats a seed.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAccount, forgetBooks } from "../../src/book/book-account.ts";
import { goOn } from "../../src/book/onward.ts";
import { DAY_MS, parseUtcInstant } from "../../src/domain/instant.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import { toRow } from "../../src/reconcile/finding.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import { checkSeal } from "../../src/reconcile/seal.ts";
import { seededRandom } from "../../src/simulator/shared/random.ts";
import type { Store } from "../../src/store/store.ts";
import type { ReconciliationRow } from "../../src/store/tables.ts";
import {
  alterAmount,
  applyMutation,
  drawMutation,
  fieldOf,
  type Mutation,
  type RawRow,
  sealAgain,
} from "../support/mutations.ts";
import { loadReconciledWorld, type ReconciledAccount } from "../support/reconciled-world.ts";
import { rolledBack } from "../support/rolled-back.ts";
import { sampleOf } from "../support/sample.ts";
import { newStore } from "../support/stores.ts";

const SEED = process.env["PERPBOOKS_TEST_SEED"] ?? "1";
const MUTATIONS = sampleOf(60, 500);
const LONG = { timeout: 600_000 };

/** What the accounting cannot see, and why. */
const BEYOND_THE_LAWS: readonly {
  readonly what: string;
  readonly is: (mutation: Mutation) => boolean;
  readonly why: string;
}[] = [
  {
    what: "margin_changes",
    is: ({ before }) => before.stream === "margin_changes",
    why: "moves within the wallet; the venue shows no figure of a position's margin that their sum would have to meet",
  },
  {
    what: "forced_orders of a deleveraging, removed",
    is: ({ kind, before }) =>
      kind === "remove" && before.stream === "forced_orders" && before.body.includes("adl_autoclose"),
    why: "its fills look like any others, and it leaves no clearance in the cash statement",
  },
];

let store: Store;
let accounts: readonly ReconciledAccount[];
beforeAll(async () => {
  store = await newStore("Postgres");
  accounts = await loadReconciledWorld(store, SEED);
}, 300_000);
afterAll(() => store.close());

async function bookAnew(inner: Store, { accountId, venue }: ReconciledAccount): Promise<void> {
  await forgetBooks(inner, accountId);
  await normalise(inner, accountId, venue.decode);
  await bookAccount(inner, accountId, { configured: [], amountDecimals: venue.amountDecimals });
  await reconcileAccount(inner, accountId, venue.amountDecimals);
}

function suspicions(inner: Store, accountId: string): Promise<ReconciliationRow[]> {
  return inner.db
    .selectFrom("ledger.reconciliation")
    .selectAll()
    .where("account_id", "=", accountId)
    .where((where) => where.or([where("status", "=", "differs"), where("class", "=", "missing_row")]))
    .execute();
}

/**
 * Whether a finding is about this row: its asset or contract (its stream, where the seal names a row of
 * none), and the day that it is or was on.
 */
function names(finding: ReconciliationRow, { before, after }: Mutation): boolean {
  const rows = after === null ? [before] : [before, after];
  return rows.some((row) => {
    const asset = row.body.match(/"(?:asset|commissionAsset)":"(\w+)"/)?.[1];
    const isOfIt =
      (row.symbol === "" ? finding.subject.startsWith(`${row.stream} `) : finding.symbol === row.symbol) ||
      (asset !== undefined && finding.asset === asset);
    if (!isOfIt || finding.from_time === null) return false;
    const [from, until] = [parseUtcInstant(finding.from_time), parseUtcInstant(finding.checked_at)];
    const day = dayOf(row.occurred_at);
    return until - from <= DAY_MS && dayOf(finding.from_time) <= day && day <= dayOf(finding.checked_at);
  });
}

function dayOf(at: string): string {
  return at.slice(0, 10);
}

type Drawn = { readonly account: ReconciledAccount; readonly mutation: Mutation };

/** The accounts at once: no two of them touch the same rows. */
async function ofEachAccount(
  drawn: readonly Drawn[],
  work: (account: ReconciledAccount, own: readonly Mutation[]) => Promise<void>,
): Promise<void> {
  await Promise.all(
    accounts.map((account) =>
      work(
        account,
        drawn.filter((other) => other.account === account).map(({ mutation }) => mutation),
      ),
    ),
  );
}

/** What is noticed of rows that the venue served so, all of them. */
function noticedOf(account: ReconciledAccount, mutations: readonly Mutation[]): Promise<ReconciliationRow[]> {
  return rolledBack(store, async (inner) => {
    for (const mutation of mutations) await applyMutation(inner.db, account.accountId, mutation);
    await sealAgain(inner.db, account.accountId);
    await bookAnew(inner, account);
    return suspicions(inner, account.accountId);
  });
}

function contractsOf({ before, after }: Mutation): readonly string[] {
  return [before.symbol, after?.symbol ?? ""].filter((symbol) => symbol !== "");
}

function rowOf({ before }: Mutation): readonly string[] {
  return [`${before.stream} ${before.record_key} ${before.version}`];
}

/** Groups in which no two have a mark in common. */
function companies(
  mutations: readonly Mutation[],
  marksOf: (mutation: Mutation) => readonly string[],
): readonly (readonly Mutation[])[] {
  const made: { readonly marks: Set<string>; readonly members: Mutation[] }[] = [];
  for (const mutation of mutations) {
    const marks = marksOf(mutation);
    let company = made.find((one) => !marks.some((mark) => one.marks.has(mark)));
    if (company === undefined) {
      company = { marks: new Set(), members: [] };
      made.push(company);
    }
    company.members.push(mutation);
    for (const mark of marks) company.marks.add(mark);
  }
  return made.map(({ members }) => members);
}

function rowsOf({ accountId }: ReconciledAccount): Promise<RawRow[]> {
  return store.db
    .selectFrom("raw.record")
    .select(["stream", "record_key", "version", "symbol", "occurred_at", "body"])
    .where("account_id", "=", accountId)
    .orderBy("sequence")
    .execute();
}

async function draw(count: number, salt: string): Promise<Drawn[]> {
  const random = seededRandom(`mutations/${SEED}/${salt}`);
  const worlds = await Promise.all(
    accounts.map(async (account) => {
      const rows = await rowsOf(account);
      const symbols = [...new Set(rows.map((row) => row.symbol).filter((symbol) => symbol !== ""))];
      return { account, rows, symbols: symbols.toSorted() };
    }),
  );
  return Array.from({ length: count }, () => {
    const { account, rows, symbols } = random.pick(worlds);
    const ofStream = random.pick(["income", "income", "fills", "fills", "forced_orders", "margin_changes"]);
    const own = rows.filter((row) => row.stream === ofStream);
    return { account, mutation: drawMutation(random, own, symbols, account.venue) };
  });
}

function textOf(account: ReconciledAccount, { kind, before, after }: Mutation): string {
  return `${account.accountId}: ${kind}\n  ${before.body}\n  ${after?.body ?? ""}`;
}

function lines(findings: readonly ReconciliationRow[]): string {
  return findings
    .map(
      (row) =>
        `    ${row.check_name} ${row.subject} ${row.from_time} ${row.checked_at} ${row.class} ${row.difference}`,
    )
    .join("\n");
}

function counted(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds.toSorted()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

test("books that are made anew without any change have nothing to say", LONG, async () => {
  for (const account of accounts) {
    const found = await rolledBack(store, async (inner) => {
      await sealAgain(inner.db, account.accountId);
      await bookAnew(inner, account);
      return suspicions(inner, account.accountId);
    });
    expect(lines(found)).toBe("");
  }
});

test(
  `${MUTATIONS} rows as the venue might have served them: the accounting notices all that a law can see`,
  LONG,
  async () => {
    const failures: string[] = [];
    const noticed: string[] = [];
    const unseen: string[] = [];
    await ofEachAccount(await draw(MUTATIONS, "served"), async (account, own) => {
      const reasonOf = (mutation: Mutation) => BEYOND_THE_LAWS.find(({ is }) => is(mutation));
      const judge = (mutation: Mutation, found: readonly ReconciliationRow[]) => {
        if (found.some((finding) => names(finding, mutation)))
          noticed.push(`${mutation.before.stream} ${mutation.kind}`);
        else failures.push(`${textOf(account, mutation)}\n${lines(found)}`);
      };
      const beyond = own.filter((mutation) => reasonOf(mutation) !== undefined);
      for (const company of companies(beyond, rowOf)) {
        const found = await noticedOf(account, company);
        if (found.length > 0)
          failures.push(
            `${company.map((mutation) => textOf(account, mutation)).join("\n")}\n${lines(found)}`,
          );
        unseen.push(...company.map((mutation) => reasonOf(mutation)?.what ?? ""));
      }
      const lawful = own.filter((mutation) => reasonOf(mutation) === undefined);
      const alone = lawful.filter((mutation) => contractsOf(mutation).length === 0);
      const ofContracts = lawful.filter((mutation) => contractsOf(mutation).length > 0);
      for (const company of companies(ofContracts, contractsOf)) {
        const found = await noticedOf(account, company);
        for (const mutation of company) {
          // In company only what is said of its own contracts is surely its own: a wallet's difference may be
          // another's.
          const ofOwn = found.filter(({ symbol }) => contractsOf(mutation).includes(symbol));
          if (ofOwn.some((finding) => names(finding, mutation))) judge(mutation, ofOwn);
          else alone.push(mutation);
        }
      }
      for (const mutation of alone) judge(mutation, await noticedOf(account, [mutation]));
    });
    process.stdout.write(
      `mutations, seed ${SEED}, as served: noticed ${noticed.length} ${JSON.stringify(counted(noticed))}; beyond the laws ${unseen.length} ${JSON.stringify(counted(unseen))}\n`,
    );
    expect(failures.slice(0, 10).join("\n"), `${failures.length} of ${MUTATIONS}`).toBe("");
  },
);

/** What is told by a recomputed figure of its own, whatever else notices it. */
const RECOMPUTED = [
  {
    what: "fee",
    law: "fee_amount",
    isOfIt: ({ stream, body }: RawRow) =>
      stream === "fills" && fieldOf(body, "commissionAsset") === fieldOf(body, "marginAsset"),
    field: "commission",
    /** A rate is known from three other fees of its contract and role on. */
    seriesOf: ({ symbol, body }: RawRow) => `${symbol} ${fieldOf(body, "maker")}`,
    others: 3,
  },
  {
    what: "funding payment",
    law: "funding_amount",
    isOfIt: ({ stream, body }: RawRow) =>
      stream === "income" && fieldOf(body, "incomeType") === "FUNDING_FEE",
    field: "income",
    /** Of a contract whose payments are mostly right. */
    seriesOf: ({ symbol }: RawRow) => symbol,
    others: 2,
  },
] as const;

test.each(RECOMPUTED)(
  "each $what that is changed is named by the law that recomputes it",
  LONG,
  async ({ law, isOfIt, field, seriesOf, others }) => {
    const random = seededRandom(`mutations/${SEED}/${law}`);
    const unnamed: string[] = [];
    let changed = 0;
    for (const account of accounts) {
      const rows = await rowsOf(account);
      const forced = rows
        .filter(({ stream }) => stream === "forced_orders")
        .map(({ body }) => `"orderId":${fieldOf(body, "orderId")},`);
      const own = rows.filter((row) => isOfIt(row) && !forced.some((order) => row.body.includes(order)));
      for (const series of new Set(own.map(seriesOf))) {
        const members = own.filter((row) => seriesOf(row) === series);
        if (members.length <= others) continue;
        const mutation = alterAmount(random, random.pick(members), field, account.venue);
        const found = await noticedOf(account, [mutation]);
        changed += 1;
        if (!found.some((finding) => finding.check_name === law && names(finding, mutation)))
          unnamed.push(`${textOf(account, mutation)}\n${lines(found)}`);
      }
    }
    expect(unnamed.join("\n")).toBe("");
    expect(changed).toBeGreaterThan(5);
  },
);

test(`${MUTATIONS} rows that somebody changes in the store: the seal notices every one`, LONG, async () => {
  const failures: string[] = [];
  const noticed: string[] = [];
  await ofEachAccount(await draw(MUTATIONS, "stored"), async (account, own) => {
    for (const mutation of own) {
      const found = await rolledBack(store, async (inner) => {
        await applyMutation(inner.db, account.accountId, mutation);
        const onward = await goOn(inner.db, account.accountId, null, { isWhole: true, program: "" });
        const findings = await checkSeal(inner.db, account.accountId, null, onward);
        return findings.map((finding) => toRow(account.accountId, finding));
      });
      // That history has another record is no part of the seal: whoever changes the one may change the other.
      const seal = found.filter(({ check_name }) => check_name !== "record_history");
      if (seal.some((finding) => names(finding, mutation))) noticed.push(mutation.before.stream);
      else failures.push(`${textOf(account, mutation)}\n${lines(found)}`);
    }
  });
  process.stdout.write(
    `mutations, seed ${SEED}, in the store: noticed ${noticed.length} of ${MUTATIONS} ${JSON.stringify(counted(noticed))}\n`,
  );
  expect(failures.slice(0, 10).join("\n"), `${failures.length} of ${MUTATIONS}`).toBe("");
});
