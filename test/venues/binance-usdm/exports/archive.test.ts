import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../../src/errors.ts";
import { csvFiles } from "../../../../src/venues/binance-usdm/exports/archive.ts";
import { readCsv } from "../../../../src/venues/binance-usdm/exports/csv.ts";

const CSV = strToU8(`a,b\r\n${"1,2\r\n".repeat(200)}`);
const BOMB = new Uint8Array(2_000_000);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "nothing was refused";
}

/** The bytes with some replaced. */
function patched(zip: Uint8Array, offset: number, bytes: readonly number[]): Uint8Array {
  const copy = zip.slice();
  copy.set(bytes, offset);
  return copy;
}

/** Where the directory's one entry begins. */
function directoryOf(zip: Uint8Array): number {
  return Buffer.from(zip).lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
}

const DAMAGED = (file: string, kind: string) =>
  [
    `${file}: the ${kind} file is damaged`,
    "  nothing of the file was loaded",
    "  next: download it again; the copy is not what Binance made",
  ].join("\n");

describe("what a download holds", () => {
  test("is told by its first bytes, whatever its name", () => {
    expect(csvFiles("a.zip", CSV)).toEqual([{ file: "a.zip", names: ["a.zip"], bytes: CSV }]);
    expect(csvFiles("a.csv", gzipSync(CSV)).map(({ bytes }) => [...bytes])).toEqual([[...CSV]]);
    expect(csvFiles("a.csv", zipSync({ "b.csv": CSV }))).toEqual([
      { file: "a.csv/b.csv", names: ["a.csv", "b.csv"], bytes: CSV },
    ]);
  });

  test("a path that climbs out of its folder is a name and no more", () => {
    expect(csvFiles("a.zip", zipSync({ "../../etc/b.csv": CSV })).map(({ file }) => file)).toEqual([
      "a.zip/../../etc/b.csv",
    ]);
  });

  test("more bytes than are sane are not unpacked", () => {
    const message = [
      "a: it unpacks to more than 1,000,000 bytes",
      "  nothing of the file was loaded",
      "  next: export a shorter span; if the span is short already, the file is not one of Binance's",
    ].join("\n");
    const half = BOMB.subarray(0, 600_000);
    for (const bytes of [
      BOMB,
      gzipSync(BOMB),
      zipSync({ "b.csv": BOMB }),
      zipSync({ "b.csv": half, "c.csv": half }), // together
    ]) {
      expect(refusal(() => csvFiles("a", bytes, 1_000_000))).toBe(message);
    }
  });

  test("a zip that understates the size of a file is not believed", () => {
    const zip = zipSync({ "b.csv": BOMB });
    const lying = patched(zip, directoryOf(zip) + 24, [100, 0, 0, 0]);
    expect(refusal(() => csvFiles("a.zip", lying, 1_000_000))).toBe(DAMAGED("a.zip/b.csv", "zip"));
  });

  test("a digit that changed on the way is noticed", () => {
    const zip = zipSync({ "b.csv": CSV }, { level: 0 });
    const changed = patched(zip, Buffer.from(zip).indexOf("1,2"), [0x37]);
    expect(refusal(() => csvFiles("a.zip", changed))).toBe(DAMAGED("a.zip/b.csv", "zip"));
    const gzip = gzipSync(CSV);
    expect(refusal(() => csvFiles("a.gz", patched(gzip, gzip.length - 8, [0, 0])))).toBe(
      DAMAGED("a.gz", "gzip"),
    );
  });

  test("a download that was cut off is refused wherever the cut is", () => {
    const zip = zipSync({ "b.csv": CSV });
    for (let length = 4; length < zip.length; length += 1) {
      expect(refusal(() => csvFiles("a.zip", zip.slice(0, length)))).toBe(DAMAGED("a.zip", "zip"));
    }
    const gzip = gzipSync(CSV);
    for (let length = 2; length < gzip.length; length += 1) {
      expect(refusal(() => csvFiles("a.gz", gzip.slice(0, length)))).toBe(DAMAGED("a.gz", "gzip"));
    }
  });

  test("every file of a zip must be one that is read", () => {
    const message = (found: string) =>
      [
        "a.zip: a zip file with nothing but CSV files in it was expected",
        `  found: ${found}`,
        "  nothing of the file was loaded",
        "  next: export it as CSV, not as Excel or PDF; or unpack it and import the CSV files",
      ].join("\n");
    const excel = zipSync({ "[Content_Types].xml": CSV, "xl/workbook.xml": CSV });
    expect(refusal(() => csvFiles("a.zip", excel))).toBe(message("[Content_Types].xml, xl/workbook.xml"));
    expect(refusal(() => csvFiles("a.zip", zipSync({ "b.csv": CSV, "c.zip": CSV })))).toBe(message("c.zip"));
    expect(refusal(() => csvFiles("a.zip", zipSync({})))).toBe(message("no file at all"));
  });

  test("two files of one name in a zip", () => {
    const zip = zipSync({ "b.csv": CSV, "c.csv": CSV });
    const second = directoryOf(zip) + 46;
    expect(refusal(() => csvFiles("a.zip", patched(zip, second, [...strToU8("b.csv")])))).toBe(
      [
        "a.zip: files with different names were expected in the zip",
        "  found twice: b.csv",
        "  nothing of the file was loaded",
        "  next: download it again; the copy is not what Binance made",
      ].join("\n"),
    );
  });

  test("an empty file", () => {
    expect(refusal(() => csvFiles("a.csv", new Uint8Array()))).toBe(
      "a.csv: the file is empty\n  nothing of the file was loaded\n  next: download it again",
    );
  });
});

describe("what is no CSV is refused with its line", () => {
  const next = "next: download the file again, and import it before another program saves it";
  test.each<[text: string, message: string]>([
    ['a,b\n1,"2\n3,4\n', ": not CSV: a quoted cell has no end"],
    ['a,b\n1,2\n3,x"4"\n', " line 3: not CSV: a quote stands in the middle of a cell"],
    ['a,b\n"1"x,2\n', " line 2: not CSV: a quoted cell goes on after its closing quote"],
  ])("%j", (text, message) => {
    expect(refusal(() => readCsv("a.csv", strToU8(text)))).toBe(
      `a.csv${message}\n  nothing of the file was loaded\n  ${next}`,
    );
  });

  test("another encoding", () => {
    const utf16 = new Uint8Array(Buffer.from("\u{FEFF}Time,Type\n", "utf16le"));
    expect(refusal(() => readCsv("a.csv", utf16))).toBe(
      [
        "a.csv: CSV in UTF-8 was expected, found other bytes",
        "  nothing of the file was loaded",
        "  next: import the file as it was downloaded; if another program saved it, download it again",
      ].join("\n"),
    );
  });
});
