/**
 * Rows as a Parquet file; the only file that imports hyparquet-writer. An amount is a decimal of 38 digits,
 * 18 of them behind the point, in every file alike, and an instant is in microseconds of UTC. Nothing is
 * rounded: what does not fit is refused. A group of rows is written as soon as it is full, so what is held
 * does not grow with the file. The same rows give the same bytes.
 */
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { parseUtcInstant } from "../domain/instant.ts";
import { AmountTooLongError } from "../errors.ts";
import type { Column } from "../store/columns.ts";
import type { RowCells } from "../store/read-only.ts";

/** Rows held at once. */
const GROUP_ROWS = 20_000;

/** Digits of an amount, and how many of them are behind the point: as lots are divided (`RELEASE_SCALE`). */
const PRECISION = 38;
const SCALE = 18;
/** Bytes that hold 38 digits and a sign. */
const DECIMAL_BYTES = 16;
const ZEROS = "0".repeat(SCALE);

type Element = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];
type Value = string | number | bigint | boolean;
type Form = {
  readonly element: Omit<Element, "name">;
  /** A cell's text as what is written; null where it does not fit. */
  readonly value: (text: string) => Value | null;
};

const TEXT: Form = {
  element: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  value: (text) => text,
};

/** By the object id of the column's type in Postgres' catalog. */
const FORMS: Readonly<Record<number, Form>> = {
  16: { element: { type: "BOOLEAN" }, value: (text) => text === "true" },
  20: { element: { type: "INT64" }, value: (text) => BigInt(text) },
  23: { element: { type: "INT32" }, value: (text) => +text },
  1184: {
    element: {
      type: "INT64",
      converted_type: "TIMESTAMP_MICROS",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
    },
    value: microseconds,
  },
  1700: {
    element: {
      type: "FIXED_LEN_BYTE_ARRAY",
      type_length: DECIMAL_BYTES,
      converted_type: "DECIMAL",
      logical_type: { type: "DECIMAL", precision: PRECISION, scale: SCALE },
      precision: PRECISION,
      scale: SCALE,
    },
    value: unscaled,
  },
};

export class ParquetFile {
  readonly #name: string;
  readonly #columns: readonly { readonly name: string; readonly form: Form }[];
  readonly #append: (bytes: Uint8Array) => Promise<void>;
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #held: RowCells[] = [];

  /** `name` is the file's, for messages; `append` takes its bytes, one part after the other. */
  constructor(name: string, columns: readonly Column[], append: (bytes: Uint8Array) => Promise<void>) {
    this.#name = name;
    this.#append = append;
    this.#columns = columns.map((column) => ({ name: column.name, form: FORMS[column.typeId] ?? TEXT }));
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: "root", num_children: columns.length },
        ...this.#columns.map(
          ({ name, form }): Element => ({ ...form.element, name, repetition_type: "OPTIONAL" }),
        ),
      ],
      createdBy: "perpbooks",
    });
  }

  /** Throws a `AmountTooLongError` where an amount does not fit. */
  async add(rows: readonly RowCells[]): Promise<void> {
    for (const row of rows) {
      this.#held.push(row);
      if (this.#held.length === GROUP_ROWS) await this.#writeGroup();
    }
  }

  async end(): Promise<void> {
    if (this.#held.length > 0) await this.#writeGroup();
    this.#writer.finish();
    await this.#flush();
  }

  async #writeGroup(): Promise<void> {
    const rows = this.#held;
    this.#held = [];
    await this.#writer.write({
      columnData: this.#columns.map(({ name, form }, place) => ({
        name,
        data: rows.map((row) => this.#valueOf(row[place] ?? null, name, form)),
      })),
      rowGroupSize: GROUP_ROWS,
    });
    await this.#flush();
  }

  #valueOf(cell: string | null, column: string, form: Form): Value | null {
    if (cell === null) return null;
    const value = form.value(cell);
    if (value !== null) return value;
    throw new AmountTooLongError({
      where: this.#name,
      what: `an amount does not fit: ${PRECISION - SCALE} digits before the point and ${SCALE} behind it are the most`,
      evidence: [`${column} is ${cell}`, "nothing was rounded, and no file was written"],
      next: "leave this account out with --account, or export events, whose amounts are text",
    });
  }

  /** The writer goes on counting where it is in the file. */
  async #flush(): Promise<void> {
    await this.#append(this.#bytes.getBytes().slice());
    this.#bytes.index = 0;
  }
}

/** Of plain decimal text, 10¹⁸ times as much; null where that is no whole number, or has too many digits. */
function unscaled(text: string): bigint | null {
  const [, sign, whole, decimals = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const kept = decimals.replace(/0+$/, "");
  const digits = `${whole.replace(/^0+/, "")}${kept}${ZEROS.slice(kept.length)}`;
  if (kept.length > SCALE || digits.length > PRECISION) return null;
  return BigInt(`${sign}${digits}`);
}

const MICROSECONDS_PER_MILLISECOND = 1000n;

/** Instants may have microseconds, which ours have not. */
function microseconds(text: string): bigint | null {
  const [, start, further = ""] = /^(.*\.\d{3})(\d{0,3})Z$/.exec(text) ?? [];
  if (start === undefined) return null;
  return BigInt(parseUtcInstant(`${start}Z`)) * MICROSECONDS_PER_MILLISECOND + BigInt(further.padEnd(3, "0"));
}
