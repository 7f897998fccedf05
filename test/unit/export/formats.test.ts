/**
 * What we write beside what each tool reads: its header to the byte, its form of dates, its word for each
 * kind of event, the columns of what came in and what went out. The literals here are the tools' own, as
 * their templates, help and readers have them, and not made from our targets; the files are the golden ones.
 * The programs themselves read journals of plain-text accounting and OFX, in `test/export/journals.test.ts`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { TARGETS } from "../../../src/export/targets.ts";

const GOLDEN = join(import.meta.dirname, "..", "..", "golden", "export", "event");

const EVENTS = `
  entry                     | is              | asset | amount
  income/T-3001             | transfer in     | USDT  | 1000
  income/T-3002             | transfer in     | BNB   | 0.01
  income/C-9007199254740993 | fee             | USDT  | -0.36
  income/F-4001             | funding paid    | USDT  | -0.09
  income/F-4002             | funding received| USDT  | 0.045
  income/R-5001             | profit          | USDT  | 4
  income/C-5001             | fee             | BNB   | -0.00012
  income/R-5002             | loss            | USDT  | -60
  income/C-5002             | fee             | USDT  | -0.192
  income/I-5002             | clearance       | USDT  | -2.4
  income/B-6001             | rebate          | USDT  | 0.05
  income/T-3003             | transfer out    | USDT  | -300
`;

/** The tool's word for each kind of event; a blank where it has none. */
const WORDS = `
  target       | profit                       | loss                       | fee                | funding received  | funding paid        | clearance          | rebate            | transfer in | transfer out
  koinly       | realized gain                | realized gain              | futures fee        | funding fee       | funding fee         | futures fee        | futures fee       |             |
  cointracking | Derivatives / Futures Profit | Derivatives / Futures Loss | Margin Fee         | Other Income      | Other Fee           | Margin Fee         | Other Income      | Deposit     | Withdrawal
  coinledger   | Income                       | Payment                    | Payment            | Income            | Payment             | Payment            | Income            | Deposit     | Withdrawal
  summ         | realized-profit              | realized-loss              | margin-fee         | realized-profit   | realized-loss       | margin-fee         | rebate            | transfer-in | transfer-out
  blockpit     | Derivative Profit            | Derivative Loss            | Derivative Fee     | Derivative Profit | Derivative Fee      | Derivative Fee     | Derivative Profit | Deposit     | Withdrawal
  cointracker  | margin gain                  | margin loss                | margin fee         | margin gain       | margin fee          | margin fee         | margin rebate     |             |
  tokentax     | Income                       | Spend                      | Spend              | Income            | Spend               | Spend              | Income            | Deposit     | Withdrawal
  turbotax     | Income                       | Expense                    | Expense            | Income            | Expense             | Expense            | Income            | Deposit     | Withdrawal
  rotki        | Income                       | Loss                       | Loss               | Income            | Loss                | Loss               | Income            | Deposit     | Withdrawal
  bittytax     | Margin-Gain                  | Margin-Loss                | Margin-Fee         | Margin-Fee-Rebate | Margin-Fee          | Margin-Fee         | Margin-Fee-Rebate | Deposit     | Withdrawal
  recap        | MarginGain                   | MarginLoss                 | Fee                | MarginGain        | MarginLoss          | Fee                | FeeRebate         | Deposit     | Withdrawal
  coinpanda    | Realized P&L                 | Realized P&L               | Margin Trading Fee | Realized P&L      | Margin Funding Cost | Margin Trading Fee | Realized P&L      |             |
  divly        | Income                       | Other Expense              | Other Expense      | Income            | Other Expense       | Other Expense      | Income            |             |
  zenledger    | misc reward                  | Send                       | Send               | misc reward       | Send                | Send               | misc reward       | Receive     | Send
  cryptio      | deposit                      | withdraw                   | withdraw           | deposit           | withdraw            | withdraw           | deposit           | deposit     | withdraw
  bitcoin-tax  | INCOME                       | SPEND                      | SPEND              | INCOME            | SPEND               | SPEND              | INCOME            | DEPOSIT     | WITHDRAWAL
  awaken       | close_position               | close_position             | funding_payment    | funding_payment   | funding_payment     | funding_payment    | funding_payment   |             |
`;

type Columns = readonly [amount: string, asset: string];
type Sheet = {
  readonly header: string;
  readonly received: Columns;
  /** The same columns as of what was received where the word alone, or a sign, tells the direction. */
  readonly paid: Columns;
  readonly isSigned?: true;
};
type Format = Sheet & {
  readonly target: string;
  /** Where it is not that of the account. */
  readonly file?: string;
  readonly lineEnd: "\n" | "\r\n";
  readonly dates: readonly string[];
  /** 2026-01-04T05:00:00.789Z in these columns. */
  readonly at: readonly string[];
  readonly word: string;
  /** What stands in columns of fees, because each fee is a row. */
  readonly fee?: string;
  readonly apart?: Sheet & { readonly name: string };
};

const FORMATS: readonly Format[] = [
  {
    target: "koinly",
    header:
      "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Net Worth Amount,Net Worth Currency,Tag,Description,TxHash",
    lineEnd: "\n",
    dates: ["Date"],
    at: ["2026-01-04 05:00:00"],
    word: "Tag",
    received: ["Received Amount", "Received Currency"],
    paid: ["Sent Amount", "Sent Currency"],
  },
  {
    target: "cointracking",
    header:
      "Type,Buy Amount,Buy Currency,Sell Amount,Sell Currency,Fee,Fee Currency,Exchange,Trade-Group,Comment,Date,Tx-ID,Buy Value in Account Currency,Sell Value in Account Currency,Liquidity pool",
    lineEnd: "\n",
    dates: ["Date"],
    at: ["2026-01-04 05:00:00"],
    word: "Type",
    received: ["Buy Amount", "Buy Currency"],
    paid: ["Sell Amount", "Sell Currency"],
  },
  {
    target: "coinledger",
    header:
      "Date (UTC),Platform (Optional),Asset Sent,Amount Sent,Asset Received,Amount Received,Fee Currency (Optional),Fee Amount (Optional),Type,Description (Optional),TxHash (Optional)",
    lineEnd: "\n",
    dates: ["Date (UTC)"],
    at: ["01/04/2026 05:00:00"],
    word: "Type",
    received: ["Amount Received", "Asset Received"],
    paid: ["Amount Sent", "Asset Sent"],
  },
  {
    target: "summ",
    header:
      "Timestamp (UTC),Type,Base Currency,Base Amount,Quote Currency (Optional),Quote Amount (Optional),Fee Currency (Optional),Fee Amount (Optional),From (Optional),To (Optional),Blockchain (Optional),ID (Optional),Description (Optional),Reference Price Per Unit (Optional),Reference Price Currency (Optional)",
    lineEnd: "\n",
    dates: ["Timestamp (UTC)"],
    at: ["2026-01-04 05:00:00"],
    word: "Type",
    received: ["Base Amount", "Base Currency"],
    paid: ["Base Amount", "Base Currency"],
  },
  {
    target: "blockpit",
    header:
      "Date (UTC),Integration Name,Label,Outgoing Asset,Outgoing Amount,Incoming Asset,Incoming Amount,Fee Asset (optional),Fee Amount (optional),Comment (optional),Trx. ID (optional)",
    lineEnd: "\r\n",
    dates: ["Date (UTC)"],
    at: ["04.01.2026 05:00:00"],
    word: "Label",
    received: ["Incoming Amount", "Incoming Asset"],
    paid: ["Outgoing Amount", "Outgoing Asset"],
  },
  {
    target: "cointracker",
    header:
      "Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag",
    lineEnd: "\n",
    dates: ["Date"],
    at: ["01/04/2026 05:00:00"],
    word: "Tag",
    received: ["Received Quantity", "Received Currency"],
    paid: ["Sent Quantity", "Sent Currency"],
  },
  {
    target: "tokentax",
    header:
      "Type,BuyAmount,BuyCurrency,SellAmount,SellCurrency,FeeAmount,FeeCurrency,Exchange,Group,Comment,Date",
    lineEnd: "\n",
    dates: ["Date"],
    at: ["01/04/2026 05:00:00"],
    word: "Type",
    received: ["BuyAmount", "BuyCurrency"],
    paid: ["SellAmount", "SellCurrency"],
  },
  {
    target: "turbotax",
    header:
      "Date,Type,Sent Asset,Sent Amount,Received Asset,Received Amount,Fee Asset,Fee Amount,Market Value Currency,Market Value,Description,Transaction Hash,Transaction ID",
    lineEnd: "\r\n",
    dates: ["Date"],
    at: ["2026-01-04 05:00:00"],
    word: "Type",
    received: ["Received Amount", "Received Asset"],
    paid: ["Sent Amount", "Sent Asset"],
  },
  {
    target: "rotki",
    header: "Type,Location,Currency,Amount,Fee,Fee Currency,Description,Timestamp",
    lineEnd: "\n",
    dates: ["Timestamp"],
    at: ["1767502800789"],
    word: "Type",
    received: ["Amount", "Currency"],
    paid: ["Amount", "Currency"],
  },
  {
    target: "bittytax",
    file: "bittytax",
    header:
      "Type,Buy Quantity,Buy Asset,Buy Value in GBP,Sell Quantity,Sell Asset,Sell Value in GBP,Fee Quantity,Fee Asset,Fee Value in GBP,Wallet,Timestamp,Note",
    lineEnd: "\n",
    dates: ["Timestamp"],
    at: ["2026-01-04T05:00:00.789000 UTC"],
    word: "Type",
    received: ["Buy Quantity", "Buy Asset"],
    paid: ["Sell Quantity", "Sell Asset"],
  },
  {
    target: "recap",
    header: "Type,Date,InOrBuyAmount,InOrBuyCurrency,OutOrSellAmount,OutOrSellCurrency,FeeAmount,FeeCurrency",
    lineEnd: "\n",
    dates: ["Date"],
    at: ["2026-01-04 05:00:00"],
    word: "Type",
    received: ["InOrBuyAmount", "InOrBuyCurrency"],
    paid: ["OutOrSellAmount", "OutOrSellCurrency"],
  },
  {
    target: "coinpanda",
    header:
      "Timestamp (UTC),Type,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Net Worth Amount,Net Worth Currency,Label,Description,TxHash",
    lineEnd: "\n",
    dates: ["Timestamp (UTC)"],
    at: ["2026-01-04 05:00:00"],
    word: "Label",
    received: ["Received Amount", "Received Currency"],
    paid: ["Sent Amount", "Sent Currency"],
  },
  {
    target: "divly",
    header:
      "date,time (UTC),transaction_type,label,sent_amount,sent_currency,received_amount,received_currency,fee_amount,fee_currency,custom_description,tx_hash",
    lineEnd: "\n",
    dates: ["date", "time (UTC)"],
    at: ["2026-01-04", "05:00:00"],
    word: "label",
    received: ["received_amount", "received_currency"],
    paid: ["sent_amount", "sent_currency"],
  },
  {
    target: "zenledger",
    header:
      "Timestamp,Type,IN Amount,IN Currency,Out Amount,Out Currency,Fee Amount,Fee Currency,Exchange(optional),US Based",
    lineEnd: "\n",
    dates: ["Timestamp"],
    at: ["2026-01-04 05:00:00"],
    word: "Type",
    received: ["IN Amount", "IN Currency"],
    paid: ["Out Amount", "Out Currency"],
  },
  {
    target: "cryptio",
    header:
      "transactionDate,orderType,txhash,incomingAsset,incomingVolume,incomingUnitRate,incomingTransactionValue,outgoingAsset,outgoingVolume,outgoingUnitRate,outgoingTransactionValue,feeAsset,feeVolume,feeUnitRate,feeTransactionValue,otherParties,note",
    lineEnd: "\n",
    dates: ["transactionDate"],
    at: ["2026-01-04 05:00:00"],
    word: "orderType",
    received: ["incomingVolume", "incomingAsset"],
    paid: ["outgoingVolume", "outgoingAsset"],
  },
  {
    target: "bitcoin-tax",
    header: "Date,Action,Symbol,Volume,Currency,Total,Fee,FeeCurrency,Memo",
    lineEnd: "\n",
    dates: ["Date"],
    at: ["2026-01-04 05:00:00 -0000"],
    word: "Action",
    received: ["Volume", "Symbol"],
    paid: ["Volume", "Symbol"],
    apart: {
      name: "transfers",
      header: "Date,Action,Symbol,Volume,Currency,Total,Fee,FeeCurrency,Memo",
      received: ["Volume", "Symbol"],
      paid: ["Volume", "Symbol"],
    },
  },
  {
    target: "awaken",
    header: "Date,Asset,Amount,Fee,P&L,Payment Token,Notes,Transaction Hash,Tag",
    lineEnd: "\n",
    dates: ["Date"],
    at: ["01/04/2026 05:00:00"],
    word: "Tag",
    received: ["P&L", "Payment Token"],
    paid: ["P&L", "Payment Token"],
    isSigned: true,
    fee: "0",
    apart: {
      name: "standard",
      header:
        "Date,Received Quantity,Received Currency,Received Fiat Amount,Sent Quantity,Sent Currency,Sent Fiat Amount,Fee Amount,Fee Currency,Transaction Hash,Notes,Tag",
      received: ["Received Quantity", "Received Currency"],
      paid: ["Sent Quantity", "Sent Currency"],
    },
  },
];

type Row = Readonly<Record<string, string>>;

function tableOf(text: string): Row[] {
  return parse(text, { columns: true, delimiter: "|", trim: true, skip_empty_lines: true }) as Row[];
}

/** A sign for each byte. */
function golden(target: string, name: string): string {
  return readFileSync(join(GOLDEN, target, name), "latin1");
}

/** The rows of a file, each with the entry that the map gives it. */
function rowsOf(target: string, name: string): { readonly entry: string; readonly row: Row }[] {
  const rows = parse(golden(target, `${name}.csv`), { columns: true }) as Row[];
  const map = parse(golden(target, `${name}.map.csv`), { columns: true }) as Row[];
  return rows.map((row, nth) => ({ entry: map[nth]?.["entry_id"] ?? "", row }));
}

const WORDS_OF = new Map(tableOf(WORDS).map((row) => [row["target"], row]));

describe.each(FORMATS)("$target", (format) => {
  const { target, lineEnd, apart } = format;
  const name = format.file ?? `${target}-main`;
  const sheets = [
    { ...format, name },
    ...(apart === undefined ? [] : [{ ...apart, name: `${name}.${apart.name}` }]),
  ];

  test("has the tool's own header, and nothing but rows below it", () => {
    for (const { name, header } of sheets) {
      const lines = golden(target, `${name}.csv`).split(lineEnd);
      expect(lines[0]).toBe(header);
      expect(lines.at(-1)).toBe("");
      for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
    }
  });

  test("has each event with the tool's word, in the column of its direction", () => {
    const found = sheets.flatMap(({ name, received, paid, isSigned }) =>
      rowsOf(target, name).map(({ entry, row }) => {
        const isSame = received[0] === paid[0];
        const isPaid = !isSame && row[received[0]] === "";
        const [amount, asset] = isPaid ? paid : received;
        if (!isSame) expect(row[(isPaid ? received : paid)[0]]).toBe("");
        return {
          entry,
          word: row[format.word] ?? "",
          asset: row[asset],
          amount: `${isPaid ? "-" : ""}${row[amount]}`,
          // Else the word alone tells it.
          isSigned: !isSame || isSigned === true,
        };
      }),
    );
    const words = WORDS_OF.get(target) ?? expect.fail(target);
    const expected = tableOf(EVENTS).map(({ entry, is = "", asset, amount = "" }) => ({
      entry,
      word: words[is],
      asset,
      amount,
    }));
    expect(found.length).toBe(expected.length);
    for (const one of expected) {
      const { isSigned, ...own } = found.find(({ entry }) => entry === one.entry) ?? expect.fail(one.entry);
      expect(own).toEqual(isSigned ? one : { ...one, amount: one.amount.replace("-", "") });
    }
  });

  test("writes instants as the tool reads them, and no fee beside an amount", () => {
    const rows = rowsOf(target, name);
    const loss = rows.find(({ entry }) => entry === "income/R-5002") ?? expect.fail("no loss");
    expect(format.dates.map((column) => loss.row[column])).toEqual(format.at);
    const columns = format.header.split(",").filter((column) => /^fee/i.test(column));
    if (target !== "summ") expect(columns.length).toBeGreaterThan(0);
    for (const { row } of rows) for (const column of columns) expect(row[column]).toBe(format.fee ?? "");
  });
});

const cellsOf = (target: string, columns: readonly string[]) =>
  (parse(golden(target, `${target}-main.csv`), { columns: true }) as Row[]).map((row) =>
    columns.map((column) => row[column] ?? "").join(" "),
  );

describe.each([
  {
    target: "quickbooks",
    header: "Date,Description,Amount",
    columns: ["Date", "Amount"],
    month: "01/02/2026",
  },
  {
    target: "xero",
    header: "*Date,*Amount,Payee,Description,Reference,Cheque Number",
    columns: ["*Date", "*Amount"],
    month: "02/01/2026",
  },
])("$target", ({ target, header, columns, month }) => {
  test("is a statement in cents, in which what went out is negative", () => {
    expect(golden(target, `${target}-main.csv`).split("\r\n")[0]).toBe(header);
    const dateOf = (day: string) => month.replace("02", day);
    expect(cellsOf(target, columns)).toEqual([
      `${dateOf("02")} 1000.00`,
      `${dateOf("02")} 6.00`,
      `${dateOf("02")} -0.36`,
      `${dateOf("02")} -0.09`,
      `${dateOf("03")} 0.05`,
      `${dateOf("03")} 4.00`,
      `${dateOf("03")} -0.08`,
      `${dateOf("04")} -60.00`,
      `${dateOf("04")} -0.19`,
      `${dateOf("04")} -2.40`,
      `${dateOf("04")} 0.05`,
      `${dateOf("04")} -300.00`,
    ]);
  });
});

test("QuickBooks' journal debits fees and what the wallet won, on the month's last day", () => {
  const target = "quickbooks-journal";
  const [header] = golden(target, `${target}-main.csv`).split("\r\n");
  expect(header).toBe("JournalNo,JournalDate,AccountName,Debits,Credits,Description,Name");
  const rows = cellsOf(target, ["JournalDate", "AccountName", "Debits", "Credits"]);
  expect(rows).toContain("01/31/2026 Perpetuals:trading_fee 0.62 ");
  expect(rows).toContain("01/31/2026 Perpetuals:rebate  0.05");
  expect(rows).toContain("01/31/2026 Perpetuals wallet 646.98 ");
});

test("Xero's journal has debits above zero and credits below", () => {
  const target = "xero-journal";
  const [header] = golden(target, `${target}-main.csv`).split("\r\n");
  expect(header).toBe(
    "*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2",
  );
  const rows = cellsOf(target, ["*Date", "*AccountCode", "*TaxRate", "*Amount"]);
  expect(rows).toContain("31/01/2026 4102 Tax Exempt 0.62");
  expect(rows).toContain("31/01/2026 4103 Tax Exempt -0.05");
  expect(rows).toContain("31/01/2026 1810 Tax Exempt 646.98");
});

test("the statement of Form 8949 has the form's columns in its order", () => {
  const [header, first, second] = golden("form-8949", "form-8949-fifo.csv").split("\r\n");
  expect(header).toContain(
    ",(a) Description of property,(b) Date acquired,(c) Date sold or disposed of,(d) Proceeds,(e) Cost or other basis,(f) Code(s),(g) Amount of adjustment,(h) Gain or (loss),",
  );
  expect(first).toMatch(/^I,C,0\.004 BTCUSDT perpetual long,01\/02\/2026,01\/03\/2026,4\.00,0\.00,,,4\.00,/);
  expect(second).toMatch(
    /^I,C,0\.006 BTCUSDT perpetual long,01\/02\/2026,01\/04\/2026,0\.00,60\.00,,,-60\.00,/,
  );
});

test("a record of TXF has its cost before its proceeds, and a blank in the head's date alone", () => {
  const lines = golden("txf", "txf-fifo.txf").split("\r\n");
  expect(lines.slice(0, 14)).toEqual([
    "V042",
    "Aperpbooks",
    "D 01/31/2026",
    "^",
    "TD",
    "N712",
    "C1",
    "L1",
    "P0.004 BTCUSDT perpetual long",
    "D01/02/2026",
    "D01/03/2026",
    "$0.00",
    "$4.00",
    "^",
  ]);
});

test("DATEV's two heads have all their fields, and a booking its comma, its sign as a letter and its day", () => {
  const lines = golden("datev", "EXTF_Buchungsstapel_2026-01.csv")
    .split("\r\n")
    .map((line) => line.split(";"));
  const [head = [], titles = [], ...bookings] = lines;
  expect(head.slice(0, 5)).toEqual(['"EXTF"', "700", "21", '"Buchungsstapel"', "13"]);
  expect(head.slice(10, 16)).toEqual(["29098", "55003", "20250701", "4", "20260101", "20260131"]);
  expect([head.length, titles.length]).toEqual([31, 125]);
  const loss = bookings.find((cells) => cells[0] === "60,00") ?? expect.fail("no loss");
  const cell = (title: string) => loss[titles.indexOf(title)];
  expect(cell("Soll/Haben-Kennzeichen")).toBe('"H"');
  expect(cell("Belegdatum")).toBe("0401");
});

/** Our own, and those that the programs themselves read in `test/export/journals.test.ts`. */
const ELSEWHERE = ["hledger", "hledger-csv", "beancount", "ofx", "journal", "events", "disposals"];

test("no target is held against nothing", () => {
  const held = [
    ...FORMATS.map(({ target }) => target),
    ...["quickbooks", "xero", "quickbooks-journal", "xero-journal", "form-8949", "txf", "datev"],
    ...ELSEWHERE,
  ];
  expect(held.toSorted()).toEqual(TARGETS.map(({ name }) => name).toSorted());
});
