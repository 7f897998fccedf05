/**
 * The view `ledger.posting` and the function `ledger.summed_posting`, in which what an account of the ledger
 * means becomes columns.
 * `sql/views/posting.sql` is what it gives.
 */
import { LEDGER_ACCOUNTS, LEDGER_LINES, type LineMeaning } from "../domain/entry.ts";

type Accounts = Readonly<Record<string, string>>;
type Column = {
  readonly name: string;
  readonly accounts: readonly string[];
  readonly sign: "" | "-";
  readonly comment: string;
};

/** The view's SQL for a chart of accounts; its words stand on the views above it too. */
export function postingView(accounts: Accounts = LEDGER_ACCOUNTS): string {
  const columns = lineColumns(accounts);
  const selected = columns.map(
    ({ name, accounts, sign }) =>
      `    case when side.ledger_account in (${accounts.map((account) => `'${account}'`).join(", ")}) then ${sign}side.amount end as ${name}`,
  );
  const view = [HEAD, `${selected.join(",\n")}\n`, TAIL, ...comments("ledger.posting", columns), ""];
  const types = columns.map(({ name }) => `    ${name} numeric`).join(",\n");
  return [...view, SUMMED_HEAD, `${types}\n`, SUMMED_BODY, `${selected.join(",\n")}\n`, SUMMED_TAIL].join(
    "\n",
  );
}

/** The columns' words in the catalog, for the views that take them over from the postings. */
export function lineComments(accounts: Accounts = LEDGER_ACCOUNTS): string {
  const columns = lineColumns(accounts);
  const views = ["report.journal", "report.valued_entry"].map((view) => comments(view, columns).join("\n"));
  return `${MADE}\n${views.join("\n\n")}\n`;
}

function lineColumns(accounts: Accounts): Column[] {
  const lines: readonly (readonly [string, LineMeaning])[] = Object.entries(LEDGER_LINES);
  const of = (isOurs: (line: string) => boolean) =>
    Object.keys(accounts).filter((account) => isOurs(accounts[account] ?? ""));
  const results = new Set(lines.filter(([, { isResult }]) => isResult).map(([line]) => line));
  return [
    ...lines.map(([line, { positive, words }]): Column => {
      const ours = of((other) => other === line);
      return {
        name: line,
        accounts: ours,
        sign: positive === "debit" ? "" : "-",
        comment: `${words}: the amount of ${ours.join(" and ")}, + into the wallet, − out of it; null on other accounts.`,
      };
    }),
    {
      name: "net_result",
      accounts: of((line) => results.has(line)),
      sign: "-",
      comment: `The amount of every line of the result (${[...results].join(", ")}), + into the wallet, − out of it; null on other accounts.`,
    },
  ];
}

function comments(view: string, columns: readonly Column[]): string[] {
  return columns.map(({ name, comment }) => `comment on column ${view}.${name} is '${comment}';`);
}

const MADE =
  "-- Made by test/store/chart-of-accounts.test.ts with UPDATE_DOCS=1, from the accounts of src/domain/entry.ts.";

const HEAD = `${MADE}

-- The two signed lines of each movement: the debited account gains, the credited one gives; they sum to zero
-- by construction.
drop view if exists ledger.posting cascade;

create view ledger.posting as
select
    movement.account_id,
    movement.entry_id,
    side.line,
    side.ledger_account,
    movement.asset,
    side.amount,`;

const TAIL = `from ledger.movement

cross join lateral (
    values
        (movement.line * 2 - 1, movement.debit_account, movement.amount),
        (movement.line * 2, movement.credit_account, -movement.amount)
) as side (line, ledger_account, amount);

comment on view ledger.posting is 'Two rows per movement: its debit (+) and its credit (−). Each amount stands again, signed as reports show it, in the column of its line.';
comment on column ledger.posting.account_id is 'The account.';
comment on column ledger.posting.entry_id is 'The entry.';
comment on column ledger.posting.line is 'The posting''s number within the entry, from 1.';
comment on column ledger.posting.ledger_account is 'The ledger account, as in the chart of accounts.';
comment on column ledger.posting.asset is 'The asset.';
comment on column ledger.posting.amount is 'Debits positive, credits negative.';`;

const SUMMED_HEAD = `-- The same of whole days, for reports that add up years.
drop function if exists ledger.summed_posting(text, timestamptz, timestamptz, text) cascade;

create function ledger.summed_posting(
    time_zone text, from_time timestamptz, until_time timestamptz, only_account text
)
returns table (
    account_id text,
    posted_at timestamptz,
    ledger_account text,
    asset text,
    kind text,
    symbol text,
    basis text,
    amount numeric,
    debits numeric,
    postings bigint,`;

const SUMMED_BODY = `)
language sql stable
begin atomic
select
    side.account_id,
    side.posted_at,
    side.ledger_account,
    side.asset,
    side.kind,
    side.symbol,
    side.basis,
    side.amount,
    side.debits,
    side.postings,`;

const SUMMED_TAIL = `from ledger.day_posting(
    summed_posting.time_zone, summed_posting.from_time, summed_posting.until_time, summed_posting.only_account
) as side;
end;

comment on function ledger.summed_posting(text, timestamptz, timestamptz, text) is
    'The postings of a time, of one account or of all (null), with the columns of ledger.posting; whole days of the zone as sums, as ledger.day_posting gives them.';
`;
