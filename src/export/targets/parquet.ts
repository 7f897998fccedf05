import type { TablesTarget } from "../target.ts";

export const parquet: TablesTarget = {
  name: "parquet",
  title: "Tables as Parquet",
  readBy: "DuckDB, pandas, Polars, Spark and other programs that read Parquet",
  confidence: "own",
  howToImport: [
    "DuckDB: `select ledger_account, asset, sum(amount) from 'postings.parquet' group by all`.",
    'pandas or Polars: read it by Arrow (`dtype_backend="pyarrow"`), which keeps decimals; as floats they would lose digits.',
  ],
  cannotSay: [
    "An amount has at most 20 digits before the point and 18 behind it; where one has more, nothing is written.",
    "It holds amounts in their own assets. Those in the reporting currency are in the reports.",
  ],
  check: [
    "postings: the amounts of each entry sum to zero, asset by asset; those of `assets:wallet` to what the wallet changed by.",
    "disposals: one lot method at a time. The four are four views of the same closes.",
  ],
  form: [
    "One file a table: what the venue said (fills, cash) and what the books made of it (positions, postings, disposals).",
    "Amounts are DECIMAL(38, 18), never floats; instants are microseconds of UTC; ids are text. Columns are those of the store, which docs/schema.md describes.",
    "A row is in the period in which the books count it: by `posted_at`, disposals by `closed_at`. What was open before the history is in every period of `positions`, without a time.",
  ],
  reads: "disposals",
  words: null,
  weighed: ["fills", "journal", "disposals"],
  tables: [
    { name: "fills", statement: "export/table-fills" },
    { name: "cash", statement: "export/table-cash" },
    { name: "positions", statement: "export/table-positions" },
    { name: "postings", statement: "export/table-postings" },
    { name: "disposals", statement: "export/table-disposals" },
  ],
};
