import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { csvFiles as openFiles } from "../../../../src/venues/binance-usdm/exports/archive.ts";
import { readCsv } from "../../../../src/venues/binance-usdm/exports/csv.ts";
import { bytesOf, listed, refusalOf } from "./reading.ts";

const CSV = strToU8(`a,b\r\n${"1,2\r\n".repeat(200)}`);
const BOMB = new Uint8Array(2_000_000);

type File = { readonly file: string; readonly names: readonly string[]; readonly bytes: Uint8Array };

/** Every file of a download, read to its end. */
async function csvFiles(name: string, bytes: Uint8Array, unpackedMax?: number): Promise<readonly File[]> {
  const files: File[] = [];
  for await (const { chunks, ...file } of openFiles(name, bytesOf(bytes), unpackedMax))
    files.push({ ...file, bytes: new Uint8Array(Buffer.concat(await listed(chunks))) });
  return files;
}

async function* chunked(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
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

const WHAT = { zip: "the zip file is damaged", gzip: "the gzip file is damaged" };
const DAMAGED = (file: string, kind: keyof typeof WHAT) =>
  [
    `${file}: ${WHAT[kind]}`,
    "  nothing of the file was loaded",
    "  next: download it again; the copy is not what Binance made",
  ].join("\n");

describe("what a download holds", () => {
  test("is told by its first bytes, whatever its name", async () => {
    expect(await csvFiles("a.zip", CSV)).toEqual([{ file: "a.zip", names: ["a.zip"], bytes: CSV }]);
    expect((await csvFiles("a.csv", gzipSync(CSV))).map(({ bytes }) => [...bytes])).toEqual([[...CSV]]);
    expect(await csvFiles("a.csv", zipSync({ "b.csv": CSV }))).toEqual([
      { file: "a.csv/b.csv", names: ["a.csv", "b.csv"], bytes: CSV },
    ]);
  });

  test("a path that climbs out of its folder is a name and no more", async () => {
    expect((await csvFiles("a.zip", zipSync({ "../../etc/b.csv": CSV }))).map(({ file }) => file)).toEqual([
      "a.zip/../../etc/b.csv",
    ]);
  });

  test("more bytes than are sane are not unpacked", async () => {
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
      expect(await refusalOf(csvFiles("a", bytes, 1_000_000))).toBe(message);
    }
  });

  test("a zip that understates the size of a file is not believed", async () => {
    const zip = zipSync({ "b.csv": BOMB });
    const lying = patched(zip, directoryOf(zip) + 24, [100, 0, 0, 0]);
    expect(await refusalOf(csvFiles("a.zip", lying, 1_000_000))).toBe(DAMAGED("a.zip/b.csv", "zip"));
  });

  test("a digit that changed on the way is noticed", async () => {
    const zip = zipSync({ "b.csv": CSV }, { level: 0 });
    const changed = patched(zip, Buffer.from(zip).indexOf("1,2"), [0x37]);
    expect(await refusalOf(csvFiles("a.zip", changed))).toBe(DAMAGED("a.zip/b.csv", "zip"));
    const gzip = gzipSync(CSV);
    expect(await refusalOf(csvFiles("a.gz", patched(gzip, gzip.length - 8, [0, 0])))).toBe(
      DAMAGED("a.gz", "gzip"),
    );
  });

  test("a download that was cut off is refused wherever the cut is", async () => {
    const zip = zipSync({ "b.csv": CSV });
    for (let length = 4; length < zip.length; length += 1) {
      expect(await refusalOf(csvFiles("a.zip", zip.slice(0, length)))).toBe(DAMAGED("a.zip", "zip"));
    }
    const gzip = gzipSync(CSV);
    for (let length = 2; length < gzip.length; length += 1) {
      expect(await refusalOf(csvFiles("a.gz", gzip.slice(0, length)))).toBe(DAMAGED("a.gz", "gzip"));
    }
  });

  test("every file of a zip must be one that is read", async () => {
    const message = (found: string) =>
      [
        "a.zip: a zip file with nothing but CSV files in it was expected",
        `  found: ${found}`,
        "  nothing of the file was loaded",
        "  next: export it as CSV, not as Excel or PDF; or unpack it and import the CSV files",
      ].join("\n");
    const excel = zipSync({ "[Content_Types].xml": CSV, "xl/workbook.xml": CSV });
    expect(await refusalOf(csvFiles("a.zip", excel))).toBe(message("[Content_Types].xml, xl/workbook.xml"));
    expect(await refusalOf(csvFiles("a.zip", zipSync({ "b.csv": CSV, "c.zip": CSV })))).toBe(
      message("c.zip"),
    );
    expect(await refusalOf(csvFiles("a.zip", zipSync({})))).toBe(message("no file at all"));
  });

  test("two files of one name in a zip", async () => {
    const zip = zipSync({ "b.csv": CSV, "c.csv": CSV });
    const second = directoryOf(zip) + 46;
    expect(await refusalOf(csvFiles("a.zip", patched(zip, second, [...strToU8("b.csv")])))).toBe(
      [
        "a.zip: files with different names were expected in the zip",
        "  found twice: b.csv",
        "  nothing of the file was loaded",
        "  next: download it again; the copy is not what Binance made",
      ].join("\n"),
    );
  });

  test("3,000 files of a zip are each read once, and one after the other", async () => {
    const members = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, nth) => [`part${nth}.csv`, strToU8(`a,b\r\n${nth},2\r\n`)]),
    );
    const zip = zipSync(members);
    let read = 0;
    const source = bytesOf(zip);
    const counted = {
      size: source.size,
      read: (from: number, until: number) => {
        read += Math.min(until, source.size) - from;
        return source.read(from, until);
      },
    };
    const names: string[] = [];
    for await (const { file, chunks } of openFiles("a.zip", counted)) {
      names.push(file);
      expect(Buffer.concat(await listed(chunks)).toString()).toMatch(/^a,b/);
    }
    expect(names).toHaveLength(3_000);
    // Whoever looks for each file from the beginning reads hundreds of times as much.
    expect(read).toBeLessThan(2 * zip.length);
  });

  test("a file that claims more than the bound is refused before any of it is read", async () => {
    const reads: number[] = [];
    const sparse = {
      size: 1_000_000_000,
      read: async (from: number, until: number) => {
        reads.push(until - from);
        return new Uint8Array(until - from);
      },
    };
    expect(await refusalOf(listed(openFiles("a.csv", sparse)))).toContain(
      "a.csv: it unpacks to more than 536,870,912 bytes",
    );
    expect(reads).toEqual([]);
    const zip = zipSync({ "b.csv": CSV });
    const claiming = patched(zip, directoryOf(zip) + 24, [0xff, 0xff, 0xff, 0x7f]);
    expect(await refusalOf(csvFiles("a.zip", claiming))).toContain(
      "a.zip: it unpacks to more than 536,870,912 bytes",
    );
  });

  test("what a zip's entry says of itself is held to the directory's word", async () => {
    const zip = zipSync({ "b.csv": CSV });
    const entry = directoryOf(zip);
    for (const lie of [
      patched(zip, entry + 24, [100, 0, 0, 0]), // shorter than it is
      patched(zip, entry + 24, [0xff, 0xff, 0, 0]), // longer
      patched(zip, entry + 10, [12, 0]), // packed by a method that is not read
      patched(zip, entry + 42, [1, 0, 0, 0]), // elsewhere
      patched(zip, entry + 20, [0xff, 0xff, 0, 0]), // reaching over the end
    ]) {
      expect(await refusalOf(csvFiles("a.zip", lie))).toBe(DAMAGED("a.zip/b.csv", "zip"));
    }
    // A directory that says it is elsewhere, or longer than what is there.
    const end = zip.length - 22;
    for (const lie of [patched(zip, end + 16, [0, 0, 0, 0]), patched(zip, end + 10, [9, 0])])
      expect(await refusalOf(csvFiles("a.zip", lie))).toBe(DAMAGED("a.zip", "zip"));
  });

  test("an empty file", async () => {
    expect(await refusalOf(csvFiles("a.csv", new Uint8Array()))).toBe(
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
  ])("%j", async (text, message) => {
    expect(await refusalOf(listed(readCsv("a.csv", chunked(strToU8(text)))))).toBe(
      `a.csv${message}\n  nothing of the file was loaded\n  ${next}`,
    );
  });

  test.each<[name: string, bytes: Buffer, encoding: string]>([
    ["UTF-16, as Windows writes it", Buffer.from("\u{FEFF}Time,Type\n", "utf16le"), "UTF-16"],
    ["the same without its mark", Buffer.from("Time,Type\n", "utf16le"), "UTF-16"],
    ["the same with the other end first", Buffer.from("\u{FEFF}Time,Type\n", "utf16le").swap16(), "UTF-16"],
    ["a letter of a code page", Buffer.from("Time,Type\n,Gebühr\n", "latin1"), "in another encoding"],
    ["a letter that is cut off at the end", Buffer.from("a,ü").subarray(0, 3), "in another encoding"],
  ])("another encoding: %s", async (_name, bytes, encoding) => {
    for (const size of [1, 3, bytes.length]) {
      if (size < 4 && encoding === "UTF-16") continue;
      expect(await refusalOf(listed(readCsv("a.csv", chunked(bytes, size))))).toBe(
        [
          `a.csv: CSV in UTF-8 was expected, and the file is ${encoding}`,
          "  nothing of the file was loaded",
          "  next: import the file as it was downloaded; if another program saved it, download it again or save it as UTF-8",
        ].join("\n"),
      );
    }
  });

  test("a row that has no end", async () => {
    const message = (where: string) =>
      `${where}: not CSV: a row has more than 65,536 characters\n  nothing of the file was loaded\n  ${next}`;
    const zeros = new Uint8Array(1_000_000);
    for (const [text, where] of [
      [Buffer.concat([strToU8("a,b\n1,2\n"), Buffer.alloc(1_000_000, "x")]), "a.csv line 3"],
      [Buffer.concat([strToU8('a,b\n1,"'), Buffer.alloc(1_000_000, "x\n")]), "a.csv line 2"],
    ] as const) {
      const refusal = await refusalOf(listed(readCsv("a.csv", chunked(text, 64 * 1024))));
      expect(refusal.replace(/ line \d+:/, ":")).toBe(message(where.replace(/ line \d+/, "")));
    }
    expect(await refusalOf(listed(readCsv("a.csv", chunked(zeros, 64 * 1024))))).toContain(
      "the file is UTF-32",
    );
  });

  test("a character that two chunks share is one", async () => {
    const rows = await listed(readCsv("a.csv", chunked(strToU8("a,币安人生\r\n1,2"), 1)));
    expect(rows).toEqual([
      { line: 1, cells: ["a", "币安人生"] },
      { line: 2, cells: ["1", "2"] },
    ]);
  });
});
