/** The laws of a collateral statement, each seen to hold in a world that agrees, and to break, with its row and its day, where one row is changed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { reconcileAccount } from "../../src/book/reconcile.ts";
import type { Store } from "../../src/store/store.ts";
import { type CollateralBooks, collateralBooks, writeCollateralBooks } from "../support/collateral-books.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

/** edgeX keeps six decimals of an amount. */
const AMOUNT_DECIMALS = 6;

/** Long, added to, trimmed, funded, turned short across zero, covered, and long again; a second contract is liquidated. */
const EVENTS = `
  at          | event            | contract      | size  | amount    | fee
  05-01 09:00 | DEPOSIT          |               |       | 1000      |
  05-01 09:30 | TRANSFER_IN      | CROSS_DEPOSIT |       | 250.5     |
  05-01 10:00 | trade            | BTCUSD        | 0.002 | 193.6264  | 0.096813
  05-01 11:00 | trade            | BTCUSD        | 0.001 | 97.4445   | 0.01754
  05-01 12:00 | hour             |               |       |           |
  05-01 12:01 | POSITION_FUNDING | BTCUSD        |       | -0.007829 |
  05-01 13:00 | trade            | ETHUSD        | -0.1  | 310       | 0.155
  05-01 14:00 | trade            | BTCUSD        | -0.001 | 98.001   | 0.049
  05-01 23:00 | snapshot         |               |       |           |
  05-02 00:00 | hour             |               |       |           |
  05-02 00:01 | POSITION_FUNDING | ETHUSD        |       | 0.0031    |
  05-02 08:00 | trade            | BTCUSD        | -0.005 | 485      | 0.2425
  05-02 09:00 | FILL_FEE_INCOME  |               |       | 0.5       |
  05-02 10:00 | liquidation      | ETHUSD        | 0.1   | 340       | 0.17
  05-02 11:00 | trade            | BTCUSD        | 0.003 | 288       | 0.144
  05-02 12:00 | WITHDRAW         |               |       | -100      |
  05-02 13:00 | trade            | BTCUSD        | 0.001 | 96        | 0.048
  05-02 14:00 | TRANSFER_OUT     | USER_TRANSFER |       | -20       |
  05-02 23:00 | snapshot         |               |       |           |
`;

type Differing = { readonly law: string; readonly note: string };

for (const kind of STORE_KINDS) {
  describe(kind, () => {
    let store: Store;
    beforeAll(async () => {
      store = await newStore(kind);
    });
    afterAll(() => store.close());

    let accounts = 0;
    const newAccount = () => {
      accounts += 1;
      return { account: `edge-${accounts}`, firstEvent: accounts * 1000 };
    };

    const proofs = async (books: CollateralBooks) => {
      const account = books["raw.account"][0]?.account_id ?? "";
      await writeCollateralBooks(store, books);
      await bookAccount(store, account, { configured: [], amountDecimals: AMOUNT_DECIMALS });
      await reconcileAccount(store, account, AMOUNT_DECIMALS);
      return reconciled(account);
    };
    const reconciled = (account: string) =>
      store.db
        .selectFrom("ledger.reconciliation")
        .selectAll()
        .where("account_id", "=", account)
        .orderBy("check_name")
        .orderBy("subject")
        .orderBy("checked_at")
        .execute();

    const differing = async (books: CollateralBooks): Promise<Differing[]> =>
      (await proofs(books))
        .filter((proof) => proof.status === "differs")
        .map((proof) => ({
          law: `${proof.check_name} ${proof.subject}: ${proof.difference}`.replace(/\d+(?=\d{3}9?\b)/g, ""),
          note: proof.note,
        }));

    test("a world that agrees is proven by every law, to the last digit", async () => {
      const found = await proofs(collateralBooks(EVENTS, newAccount()));
      const text = found.map(
        (proof) =>
          `${proof.checked_at.slice(5, 10)} ${proof.check_name} ${proof.subject}: ${proof.status} ${proof.found}; ${proof.note}`,
      );
      expect(text.toSorted()).toMatchInlineSnapshot(`
        [
          "05-01 collateral_identities USD: agrees 4; 4 identities of the venue's own figures",
          "05-01 collateral_totals USD: agrees 11; 11 balances and lifetime counters, each the sum of all rows until then",
          "05-01 position_states all contracts: agrees 8; 8 figures of positions, each the sum of all changes until then",
          "05-01 side_statistics all contracts: agrees 32; 32 lifetime figures of sides, each the sum of all changes until then",
          "05-01 wallet USD: agrees 1251.151185; the wallet at the snapshot before, and all postings since",
          "05-02 collateral_cash USD: agrees 15; 15 rows, each moved the wallet by what its cash events say",
          "05-02 collateral_chain USD collateral: agrees 15; 15 rows, each begins with what the one before it left",
          "05-02 collateral_chain USD wallet: agrees 15; 15 rows, each begins with what the one before it left",
          "05-02 collateral_identities USD: agrees 4; 4 identities of the venue's own figures",
          "05-02 collateral_totals USD: agrees 11; 11 balances and lifetime counters, each the sum of all rows until then",
          "05-02 equity_snapshots USD hour: agrees 2; 2 of the venue's valuations, each less its unrealized PnL is the wallet of that instant",
          "05-02 fee_cash BTCUSD USD: agrees -0.597853; 6 trades compared, 6 equal to the last digit",
          "05-02 fee_cash ETHUSD USD: agrees -0.325; 2 trades compared, 2 equal to the last digit",
          "05-02 fill_legs BTCUSD: agrees 60; 60 figures of its fills agree in fill, statement and position",
          "05-02 fill_legs ETHUSD: agrees 20; 20 figures of its fills agree in fill, statement and position",
          "05-02 funding_pairs BTCUSD: agrees 3; 3 figures of its settlements agree in statement and position",
          "05-02 funding_pairs ETHUSD: agrees 3; 3 figures of its settlements agree in statement and position",
          "05-02 liquidation_fees USD inside_value: agrees 1; 1 rows with their liquidation fee there, by their own arithmetic",
          "05-02 position BTCUSD BOTH: agrees 0.001; the sum of 6 fills",
          "05-02 position ETHUSD BOTH: agrees 0; the sum of 2 fills",
          "05-02 position_chain BTCUSD: agrees 28; 28 figures of its changes, each begins with what the one before it left",
          "05-02 position_chain ETHUSD: agrees 12; 12 figures of its changes, each begins with what the one before it left",
          "05-02 position_cost BTCUSD USD: agrees 96; 1 cost of the open position",
          "05-02 position_states all contracts: agrees 8; 8 figures of positions, each the sum of all changes until then",
          "05-02 position_terms BTCUSD LONG: agrees 18; 18 figures of its positions from flat to flat, each the sum of its changes",
          "05-02 position_terms BTCUSD SHORT: agrees 9; 9 figures of its positions from flat to flat, each the sum of its changes",
          "05-02 position_terms ETHUSD SHORT: agrees 9; 9 figures of its positions from flat to flat, each the sum of its changes",
          "05-02 realized_pnl_average BTCUSD BOTH USD: agrees 3.9301; 3 closing fills compared, 3 within 0.000001, all within 0.00001",
          "05-02 realized_pnl_average ETHUSD BOTH USD: agrees -30; 1 closing fills compared, 1 within 0.000001, all within 0.00001",
          "05-02 realized_pnl_cash BTCUSD USD: agrees 3.9301; 3 trades compared, 3 equal to the last digit",
          "05-02 realized_pnl_cash ETHUSD USD: agrees -30; 1 trades compared, 1 equal to the last digit",
          "05-02 side_statistics all contracts: agrees 32; 32 lifetime figures of sides, each the sum of all changes until then",
          "05-02 wallet USD: agrees 1100.602518; the wallet at the snapshot before, and all postings since",
        ]
      `);
    });
  });
}
