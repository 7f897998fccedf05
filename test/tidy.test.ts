// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code is looked through as text here.
/**
 * What review should not have to look for: who imports whom, what is banned and what to use instead. Each
 * offence is named with its file and line. The tables are the rules; an exception is a row with its reason,
 * and one that is no longer needed is an offence too.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { KIND_OF_INCOME_TYPE } from "../src/venues/binance-family/cash-kinds.ts";

const ROOT = join(import.meta.dirname, "..");

/**
 * Imports point down the flow only. An area may always import itself; `venues/*` is each venue for itself.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  "errors.ts": ["domain"],
  "log.ts": ["domain"],
  "clock.ts": ["domain"],
  "race.ts": [],
  "package.ts": ["domain", "errors.ts"],
  "text-file.ts": ["domain"],
  "venues/venue.ts": ["domain", "errors.ts"],
  http: ["domain", "errors.ts", "log.ts", "clock.ts", "race.ts", "venues/venue.ts"],
  "venues/*": [
    "domain",
    "errors.ts",
    "text-file.ts",
    "http",
    "venues/venue.ts",
    "venues/fields.ts",
    "venues/pause.ts",
    "venues/printable.ts",
    "venues/binance-family",
    "config/secret.ts",
    "config/configuration.ts",
  ],
  // What any venue's rows and keys are read with.
  "venues/fields.ts": ["domain"],
  "venues/pause.ts": ["domain"],
  "venues/printable.ts": ["errors.ts"],
  // What two venues do alike; it is no venue, and knows none.
  "venues/binance-family": [
    "domain",
    "errors.ts",
    "venues/venue.ts",
    "venues/fields.ts",
    "venues/pause.ts",
    "venues/printable.ts",
    "config/secret.ts",
  ],
  "venues/registry.ts": ["domain", "errors.ts", "config/configuration.ts", "venues/venue.ts", "venues/*"],
  store: ["domain", "errors.ts", "package.ts", "race.ts"],
  load: ["domain", "errors.ts", "store", "venues/venue.ts"],
  extract: ["domain", "errors.ts", "log.ts", "clock.ts", "http", "venues/venue.ts", "store", "load"],
  normalise: ["domain", "errors.ts", "store", "venues/venue.ts"],
  "book/cash-rules.ts": ["domain"],
  "book/lots": ["domain"],
  book: ["domain", "errors.ts", "store", "venues/venue.ts", "book/cash-rules.ts", "book/lots"],
  reconcile: ["domain", "errors.ts", "store", "venues/venue.ts", "book"],
  "price/valuation": ["domain"],
  price: ["domain", "errors.ts", "http", "venues/venue.ts", "store", "price/valuation"],
  decisions: ["domain", "errors.ts", "store", "load"],
  "history-files": [
    "domain",
    "errors.ts",
    "log.ts",
    "clock.ts",
    "http",
    "venues/venue.ts",
    "store",
    "load",
    "extract",
  ],
  "report/write-csv.ts": ["domain"],
  statement: ["domain"],
  report: ["domain", "errors.ts", "package.ts", "text-file.ts", "store", "statement", "report/write-csv.ts"],
  // What becomes of events is pure; what is read and written stands beside it.
  "export/events.ts": ["domain"],
  "export/granularity.ts": ["domain", "export/events.ts"],
  "export/target.ts": ["domain", "export/events.ts", "export/disposals.ts"],
  "export/disposals.ts": ["domain", "export/target.ts", "report/write-csv.ts"],
  "export/forms": [
    "domain",
    "export/events.ts",
    "export/granularity.ts",
    "export/target.ts",
    "report/write-csv.ts",
  ],
  "export/targets": [
    "domain",
    "export/events.ts",
    "export/target.ts",
    "export/disposals.ts",
    "export/forms",
    "report/write-csv.ts",
  ],
  export: [
    "domain",
    "errors.ts",
    "store",
    "report",
    "report/write-csv.ts",
    "export/events.ts",
    "export/granularity.ts",
    "export/target.ts",
    "export/disposals.ts",
    "export/targets",
  ],
  "config/secret.ts": [],
  "config/configuration.ts": ["domain", "config/secret.ts"],
  config: ["domain", "errors.ts", "text-file.ts", "config/secret.ts", "config/configuration.ts"],
  "notify/metrics.ts": ["domain"],
  notify: [
    "notify/metrics.ts",
    "domain",
    "errors.ts",
    "clock.ts",
    "text-file.ts",
    "store",
    "config/secret.ts",
    "config/configuration.ts",
  ],
  // The simulator keeps its own truth by other means than the code under test.
  "simulator/shared": ["domain", "clock.ts"],
  "simulator/faults": ["domain", "simulator/shared"],
  // What Aster and Binance do alike; it knows neither.
  "simulator/binance-family": ["domain", "simulator/shared", "simulator/faults"],
  "simulator/aster": ["domain", "simulator/shared", "simulator/binance-family"],
  "simulator/binance": ["domain", "simulator/shared", "simulator/binance-family"],
  "simulator/edgex": ["domain", "simulator/shared", "simulator/faults"],
  simulator: [
    "domain",
    "clock.ts",
    "simulator/shared",
    "simulator/faults",
    "simulator/binance-family",
    "simulator/aster",
    "simulator/binance",
    "simulator/edgex",
  ],
  pipeline: ["everything"],
  cli: ["everything"],
  "main.ts": ["everything"],
};

/** Single files of an allowed area that may not be imported after all, by an area or a part of it. */
const NOT_EVEN: readonly { readonly from: string; readonly file: string; readonly instead: string }[] = [
  { from: "simulator", file: "src/domain/decimal.ts", instead: "arithmetic of the simulator's own" },
];

/** No clock, no network, no store: no module of Node's either. */
const PURE = [
  "domain",
  "book/cash-rules.ts",
  "book/lots",
  "price/valuation",
  "report/write-csv.ts",
  "statement",
  "export/events.ts",
  "export/granularity.ts",
  "export/target.ts",
  "export/disposals.ts",
  "export/forms",
  "export/targets",
  "notify/metrics.ts",
];

/** Who asks the network, and who listens on it. */
const NETWORK: Readonly<Record<string, readonly string[]>> = {
  "node:http": ["src/http/get.ts", "src/notify/ping.ts", "src/simulator/shared/serve.ts"],
  "node:https": ["src/http/get.ts", "src/notify/ping.ts"],
  // A local socket in the folder is its lock, and another one lets others read it.
  "node:net": ["src/store/folder-lock.ts", "src/store/wire/incoming.ts", "src/store/wire/serve-readers.ts"],
  "node:tls": [],
};

/**
 * Where each package may be imported: a folder or a file. A package without a row may be imported nowhere.
 */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@electric-sql/pglite": ["src/store/"],
  "@noble/curves": ["src/venues/", "src/simulator/"],
  "@noble/hashes": ["src/venues/", "src/simulator/"],
  "@scure/starknet": ["src/venues/edgex/", "src/simulator/"],
  "cli-table3": ["src/report/", "src/cli/"],
  "csv-parse": ["src/venues/binance-usdm/exports/csv.ts", "src/price/csv-table.ts"],
  "csv-stringify": ["src/report/write-csv.ts"],
  "d3-scale": ["src/statement/charts/"],
  "d3-shape": ["src/statement/charts/"],
  "decimal.js": ["src/domain/decimal.ts"],
  fflate: ["src/export/write-workbook.ts"],
  "hyparquet-writer": ["src/export/write-parquet.ts"],
  hucre: ["src/export/write-workbook.ts"],
  kysely: ["src/store/", "src/report/", "src/cli/commands/sql.ts"],
  "lossless-json": ["src/domain/json.ts", "src/simulator/"],
  luxon: ["src/domain/calendar.ts"],
  ora: ["src/pipeline/"],
  pg: ["src/store/"],
  yaml: ["src/config/"],
  yargs: ["src/cli/arguments.ts", "src/cli/command.ts", "src/cli/options.ts"],
};

type Ban = { readonly name: string; readonly pattern: RegExp; readonly instead: string };

const BANNED_IN_SOURCE: readonly Ban[] = [
  { name: "Number", pattern: /\bNumber\b(?!\.)/, instead: "readDecimal for amounts, text for ids" },
  { name: "parseFloat", pattern: /\bparse(?:Float|Int)\b/, instead: "readDecimal for amounts, text for ids" },
  { name: "toNumber", pattern: /\.toNumber\(/, instead: "formatDecimal; an amount stays a Decimal" },
  {
    name: "Date",
    pattern: /\bnew Date\b|\bDate\.\w+|\bperformance\.now\b/,
    instead: "the Clock handed in, or domain/instant.ts",
  },
  { name: "Math.random", pattern: /\bMath\.random\b/, instead: "the seeded generator handed in" },
  { name: "console", pattern: /\bconsole\./, instead: "the Log handed in" },
  { name: "JSON.parse", pattern: /\bJSON\.parse\b/, instead: "parseJsonExactly of domain/json.ts" },
  { name: "process", pattern: /\bprocess\.|\bnode:process\b/, instead: "what main.ts hands in" },
  { name: "fetch", pattern: /(?<![\w.])fetch\(/, instead: "http/get.ts: a body of fetch may never settle" },
  { name: "as unknown as", pattern: /\bas unknown as\b/, instead: "a check that narrows the type" },
  { name: "any", pattern: /[:<|(]\s*any\b(?!\s*[:=])|\bas any\b|\bany\[\]/, instead: "unknown, and a check" },
  {
    name: "items as arguments",
    // A call, and not a list, an object or a rest parameter, which its type follows.
    pattern: /[\w\])]\((?:(?:[^(){}[\]]|\([^()]*\))*,\s*)?\.\.\.(?!\w+\s*:)/,
    instead: "append or greatest of domain/lists.ts: a call takes some hundred thousand arguments at most",
  },
  {
    name: "a file of the source in a text",
    pattern: /["'`][^"'`]*\bsrc\/\w/,
    instead: "what whoever reads it can do: report it",
  },
  {
    name: "float in SQL",
    pattern: /::\s*(?:float[48]?|real|double precision)\b|::\s*numeric\s*\(/i,
    instead: "bare numeric",
  },
];

const BANNED_IN_TESTS: readonly Ban[] = [
  {
    name: "toBeCloseTo",
    pattern: /\btoBeCloseTo\b/,
    instead: "toBe with the exact digits, or a named tolerance",
  },
];

const BANNED_IN_SQL: readonly Ban[] = [
  { name: "float", pattern: /\b(?:float[48]?|real|double\s+precision)\b/i, instead: "numeric" },
  {
    name: "numeric(",
    pattern: /\b(?:numeric|decimal)\s*\(/i,
    instead: "bare numeric: a scale rounds without a word",
  },
];

/** Where a banned thing is at home. */
const EXCEPTIONS: readonly { readonly file: string; readonly ban: string; readonly why: string }[] = [
  { file: "src/book/lots/state-text.ts", ban: "Number", why: "a count of events" },
  { file: "src/domain/instant.ts", ban: "Number", why: "milliseconds of 15 digits at most are exact" },
  { file: "src/domain/instant.ts", ban: "Date", why: "one fixed form of UTC, read and written in bulk" },
  { file: "src/pipeline/workspace.ts", ban: "Number", why: "a share's two numbers, of six digits at most" },
  { file: "src/domain/period.ts", ban: "Number", why: "a quarter's digit chooses its month" },
  { file: "src/clock.ts", ban: "Date", why: "the one place that asks the machine for the time" },
  {
    file: "src/simulator/shared/simulated-clock.ts",
    ban: "Date",
    why: "a stopwatch for rates; never the time of day",
  },
  {
    file: "src/venues/fields.ts",
    ban: "Number",
    why: "an exponent of two digits shifts a point in text; a count of weight",
  },
  {
    file: "src/export/write-workbook.ts",
    ban: "Number",
    why: "a cell of a spreadsheet is a double; the exact digits stand beside it",
  },
  {
    file: "src/statement/pixels.ts",
    ban: "Number",
    why: "a place on the page is a double; the exact digits stand beside it",
  },
  { file: "src/main.ts", ban: "process", why: "the only file of the program that touches it" },
  { file: "src/simulator/main.ts", ban: "process", why: "the only file of the simulator that touches it" },
];

type Offence = { readonly file: string; readonly line: number; readonly what: string };

function files(folder: string, ending: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(ending))
    .toSorted();
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** Comments, strings and regular expressions; templates are matched to step over their quotes. */
const WORDS =
  /\/\/.*|\/\*[\s\S]*?\*\/|(?<=[=(,:!&|?[{};]\s*|\breturn\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

/**
 * The text with everything blanked that is not code. Lines and columns stay; templates stay, because they
 * hold code.
 */
function codeOf(text: string): string {
  return text.replace(WORDS, (words) => (words.startsWith("`") ? words : words.replace(/[^\n]/g, " ")));
}

const SQL_WORDS = /--.*|\/\*[\s\S]*?\*\/|'(?:''|[^'])*'/g;

function sqlCodeOf(text: string): string {
  return text.replace(SQL_WORDS, (words) => words.replace(/[^\n]/g, " "));
}

/** The SQL that runs today; what migrated the stores of earlier versions is frozen. */
function currentSql(): readonly string[] {
  return [...files("sql", ".sql"), ...files("reports", ".sql")].filter(
    (file) => !file.startsWith("sql/migrations/"),
  );
}

/**
 * Where SQL reads the venue's own word for a row of cash, and why. Nowhere is anything booked, summed or
 * proven by it.
 */
const READS_INCOME_TYPE: Readonly<Record<string, string>> = {
  "reports/transfers.sql": "shows it to people",
  "sql/export/table-cash.sql": "hands the statement on as it is, with our own kind beside it",
  "sql/views/report_item.sql": "names it to people, where nobody knows what it means",
  "sql/history-files/matches.sql": "finds the row of a file that the venue's interface gave too",
  "sql/history-files/misplaced.sql": "finds the row of a file that the venue's interface gave too",
};

/** Traces are SQL in comments, so all of the text counts. */
function venueWords(file: string, text: string): readonly Offence[] {
  return [...text.matchAll(/'([A-Z_]+)'/g)]
    .filter(([, word = ""]) => KIND_OF_INCOME_TYPE.has(word))
    .map(({ 0: word, 1: bare = "", index }) => ({
      file,
      line: lineAt(text, index),
      what: `${word} is a venue's word; use the kind ${KIND_OF_INCOME_TYPE.get(bare)}`,
    }));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

const COMMENT_COLUMNS_MAX = 110;

/** The lines of comments that are too wide; a URL cannot be broken. */
function wideComments(file: string): readonly Offence[] {
  const text = textOf(file);
  const lines = text.split("\n");
  return [...text.matchAll(file.endsWith(".sql") ? SQL_WORDS : WORDS)]
    .filter(([words]) => /^(?:\/[/*]|--)/.test(words))
    .flatMap(({ 0: words, index }) => {
      const first = lineAt(text, index);
      return lines.slice(first - 1, first - 1 + lineAt(words, words.length)).flatMap((line, nth) => {
        const isWide = line.length > COMMENT_COLUMNS_MAX && !/https?:\/\//.test(line);
        const what = `a comment of ${line.length} columns; ${COMMENT_COLUMNS_MAX} are the most`;
        return isWide ? [{ file, line: first + nth, what }] : [];
      });
    });
}

function banned(file: string, code: string, bans: readonly Ban[]): readonly Offence[] {
  return bans.flatMap(({ name, pattern, instead }) =>
    [...code.matchAll(new RegExp(pattern, `${pattern.flags}g`))]
      .filter(() => !EXCEPTIONS.some((exception) => exception.file === file && exception.ban === name))
      .map((match) => ({
        file,
        line: lineAt(code, match.index),
        what: `${name} is banned here; use ${instead}`,
      })),
  );
}

/** The row of `MAY_IMPORT` that a file falls under. */
function areaOf(file: string): string {
  const path = file.replace(/^src\//, "");
  if (path in MAY_IMPORT) return path;
  const [first, second, ...rest] = path.split("/");
  const part = `${first}/${second}`;
  // Of a venue and of the simulator every folder is a part, so that a new one needs a row.
  const isPart = part in MAY_IMPORT || first === "venues" || (first === "simulator" && rest.length > 0);
  return isPart ? part : `${first}`;
}

function importsOf(text: string): readonly { readonly specifier: string; readonly line: number }[] {
  const code = text.replace(WORDS, (words) => (/^\/[/*]/.test(words) ? words.replace(/[^\n]/g, " ") : words));
  const found = code.matchAll(/(?:^|[};\s])(?:from\s+|import\s*\(?\s*)"([^"\s,]+)"/g);
  return [...found].map((match) => ({
    specifier: match[1] ?? "",
    line: lineAt(code, match.index + match[0].length),
  }));
}

function refusalOfImport(file: string, specifier: string): string | null {
  const area = areaOf(file);
  if (specifier.startsWith("node:")) {
    const places = NETWORK[specifier];
    if (places !== undefined && !places.includes(file))
      return `${specifier} is for ${places.join(", ")}; use http/`;
    return PURE.includes(area)
      ? `${area} is pure and may not import ${specifier}; hand in what it needs`
      : null;
  }
  if (!specifier.startsWith(".")) {
    const name = specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/");
    const places = PACKAGES[name];
    if (places === undefined)
      return `${name} has no row in this test; say where it may be imported, or do without it`;
    return places.some((place) => file.startsWith(place))
      ? null
      : `${name} may only be imported by ${places.join(", ")}`;
  }
  const target = posix.join(dirname(file), specifier);
  const targetArea = areaOf(target);
  const notEven = NOT_EVEN.find(
    (row) => (area === row.from || area.startsWith(`${row.from}/`)) && row.file === target,
  );
  if (notEven !== undefined) return `${area} may not import ${target}; use ${notEven.instead}`;
  const key = area in MAY_IMPORT || !area.startsWith("venues/") ? area : "venues/*";
  const allowed = MAY_IMPORT[key];
  if (allowed === undefined) return `${area} has no row in this test; say what it may import`;
  const wildcard = targetArea.startsWith("venues/") && !(targetArea in MAY_IMPORT) ? "venues/*" : targetArea;
  const isAllowed =
    targetArea === area ||
    allowed.includes("everything") ||
    allowed.includes(targetArea) ||
    allowed.includes(wildcard);
  const choices = [area, ...allowed].join(", ");
  return isAllowed ? null : `${area} may not import ${target}; it may import ${choices}`;
}

function importOffences(file: string, text: string): readonly Offence[] {
  return importsOf(text).flatMap(({ specifier, line }) => {
    const what = refusalOfImport(file, specifier);
    return what === null ? [] : [{ file, line, what }];
  });
}

function expectNone(offences: readonly Offence[]): void {
  expect(offences.map(({ file, line, what }) => `${file}:${line}: ${what}`).toSorted()).toEqual([]);
}

describe("the tree is tidy", () => {
  const source = files("src", ".ts");
  const sourceBans = (file: string) => banned(file, codeOf(textOf(file)), BANNED_IN_SOURCE);

  test("imports point down the flow", () => {
    expectNone(source.flatMap((file) => importOffences(file, textOf(file))));
  });

  test("no float, clock, chance or unexact parser outside its one place", () => {
    expectNone(source.flatMap(sourceBans));
  });

  test("no test is satisfied with nearly", () => {
    expectNone(files("test", ".ts").flatMap((file) => banned(file, codeOf(textOf(file)), BANNED_IN_TESTS)));
  });

  test("no column, cast or parameter of SQL is a float or rounds", () => {
    const sql = [...files("sql", ".sql"), ...files("reports", ".sql")];
    expectNone(sql.flatMap((file) => banned(file, sqlCodeOf(textOf(file)), BANNED_IN_SQL)));
  });

  test("SQL goes by our own kinds of cash, and by no venue's words for them", () => {
    expectNone(currentSql().flatMap((file) => venueWords(file, textOf(file))));
    expect(
      currentSql()
        .filter((file) => textOf(file).includes("income_type"))
        .toSorted(),
    ).toEqual(Object.keys(READS_INCOME_TYPE).toSorted());
  });

  test("comments are narrow enough to be read", () => {
    const code = ["src", "test", "bench"].flatMap((folder) => [
      ...files(folder, ".ts"),
      ...files(folder, ".mjs"),
    ]);
    expectNone([...code, ...currentSql()].flatMap(wideComments));
  });

  test("the README of a folder names each of its files", () => {
    const unnamed = source
      // A command's file is called by its name, and listed in `commands.ts`.
      .filter((file) => dirname(file) !== "src/cli/commands")
      .filter((file) => existsSync(join(ROOT, dirname(file), "README.md")))
      .filter((file) => !textOf(`${dirname(file)}/README.md`).includes(`\`${basename(file)}\``));
    const folders = [...new Set(source.map((file) => dirname(file)))];
    expect({
      unnamed,
      withoutReadme: folders.filter((folder) => !existsSync(join(ROOT, folder, "README.md"))),
    }).toEqual({ unnamed: [], withoutReadme: [] });
  });

  test("every exception is still needed", () => {
    const unneeded = EXCEPTIONS.filter(({ file, ban }) => {
      const pattern = BANNED_IN_SOURCE.find(({ name }) => name === ban)?.pattern;
      return existsSync(join(ROOT, file)) && pattern?.test(codeOf(textOf(file))) !== true;
    });
    expect(unneeded).toEqual([]);
  });

  test("every package has its paragraph in docs/dependencies.md, and every runtime package is used", () => {
    const { dependencies, devDependencies } = JSON.parse(textOf("package.json")) as Record<string, object>;
    const runtime = Object.keys(dependencies ?? {});
    const paragraphs = [...textOf("docs/dependencies.md").matchAll(/\*\*(@?[a-z0-9/.-]+)\*\*/g)].map(
      (match) => match[1],
    );
    const imported = new Set(
      source.flatMap((file) => importsOf(textOf(file)).map(({ specifier }) => specifier)),
    );
    const isImported = (name: string) => [...imported].some((it) => it === name || it.startsWith(`${name}/`));
    expect({
      withoutParagraph: [...runtime, ...Object.keys(devDependencies ?? {})].filter(
        (name) => !paragraphs.includes(name),
      ),
      withoutUse: runtime.filter((name) => !isImported(name)),
    }).toEqual({ withoutParagraph: [], withoutUse: [] });
  });
});

describe("these checks see", () => {
  test.each<[file: string, specifier: string, isRefused: boolean]>([
    ["src/extract/plan.ts", "../domain/window.ts", false],
    ["src/extract/plan.ts", "../venues/venue.ts", false],
    ["src/extract/plan.ts", "../venues/aster/sign.ts", true], // no concrete venue
    ["src/venues/edgex/sign.ts", "../aster/sign.ts", true], // no other venue
    ["src/venues/binance-family/rows.ts", "../aster/sign.ts", true], // what is shared knows no venue
    ["src/venues/binance-usdm/sign.ts", "../binance-family/query.ts", false],
    ["src/venues/edgex/sign.ts", "./payloads.ts", false],
    ["src/venues/edgex/sign.ts", "../../config/secret.ts", false],
    ["src/venues/edgex/sign.ts", "../../config/read.ts", true],
    ["src/config/store.ts", "./secret.ts", false],
    ["src/venues/registry.ts", "./aster/venue.ts", false],
    ["src/domain/entry.ts", "../errors.ts", true],
    ["src/domain/entry.ts", "node:fs", true],
    ["src/domain/entry.ts", "decimal.js", true],
    ["src/domain/decimal.ts", "decimal.js", false],
    ["src/simulator/server.ts", "../domain/decimal.ts", true],
    ["src/simulator/edgex/world/truth.ts", "../../../domain/decimal.ts", true], // nor in a part of it
    ["src/simulator/edgex/world/truth.ts", "../../../domain/instant.ts", false],
    ["src/simulator/edgex/world/truth.ts", "../../../book/lots/position.ts", true],
    ["src/simulator/server.ts", "./edgex/venue.ts", false],
    ["src/simulator/shared/conduct.ts", "../edgex/venue.ts", true], // what is shared knows no venue
    ["src/simulator/shared/conduct.ts", "../server.ts", true],
    ["src/simulator/faults/plan.ts", "../binance-family/faults.ts", true],
    ["src/simulator/binance-family/answers.ts", "../aster/venue.ts", true],
    ["src/simulator/aster/venue.ts", "../binance-family/answers.ts", false],
    ["src/simulator/aster/venue.ts", "../binance/venue.ts", true], // no other venue
    ["src/simulator/edgex/venue.ts", "../binance-family/answers.ts", true],
    ["src/simulator/drawer/things.ts", "../shared/random.ts", true],
    ["src/book/cash-rules.ts", "../../store/open.ts", true],
    ["src/book/cash-rules.ts", "../../domain/entry.ts", false],
    ["src/book/close.ts", "./cash-rules.ts", false],
    ["src/price/valuation/value.ts", "../../store/open.ts", true],
    ["src/price/pegs.ts", "../book/book-account.ts", true],
    ["src/price/pegs.ts", "./valuation/quote.ts", false],
    ["src/main.ts", "./cli/run.ts", false],
    ["src/drawer/things.ts", "../domain/entry.ts", true], // a folder that no row knows
    ["src/cli/commands/run.ts", "left-pad", true],
    ["src/http/get.ts", "node:https", false],
    ["src/price/fetch-klines.ts", "node:https", true],
  ])("%s importing %s: refused is %s", (file, specifier, isRefused) => {
    expect(refusalOfImport(file, specifier) !== null).toBe(isRefused);
  });

  test("each form of import, and none in a comment", () => {
    const text = [
      "import {",
      "  a,",
      '} from "./a.ts";',
      'export * from "./b.ts";',
      'import "./c.ts";',
      'const d = await import("./d.ts");',
      '// import e from "./e.ts";',
    ].join("\n");
    expect(importsOf(text).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
      "3 ./a.ts",
      "4 ./b.ts",
      "5 ./c.ts",
      "6 ./d.ts",
    ]);
  });

  test("a venue's word for cash in SQL, and in the trace of a report", () => {
    const sql =
      "--! trace: income where income_type = 'COMMISSION'\nselect kind = 'funding', 'POSITION_BUY'\nor x = 'FUNDING_FEE'\n";
    expect(venueWords("reports/a.sql", sql)).toEqual([
      { file: "reports/a.sql", line: 1, what: "'COMMISSION' is a venue's word; use the kind trading_fee" },
      { file: "reports/a.sql", line: 3, what: "'FUNDING_FEE' is a venue's word; use the kind funding" },
    ]);
  });

  test.each<[code: string, bans: string]>([
    ["const x = Number(row.price);", "Number"],
    ["rows.map(Number)", "Number"],
    ["Number.isSafeInteger(x)", ""],
    ["// Number(x) would lose digits", ""],
    ["/* `Number(x)` */ const a = 'Number(x)';", ""],
    ["const message = `sum ${Number(x)} it's`;", "Number"],
    ["const quote = /[\"'`/]/; const y = Number(x);", "Number"],
    ["const url = `https://host/${path}`; const y = parseFloat(x);", "parseFloat"],
    ["const now = Date.now();", "Date"],
    ["const when = new Date(0);", "Date"],
    ["const home = process.env.HOME;", "process"],
    ["const wait = preprocess.start();", ""],
    ["const body = JSON.parse(text);", "JSON.parse"],
    ["function f(x: any): void {}", "any"],
    ["const y = x as unknown as Row;", "as unknown as"],
    ["rows.push(...found);", "items as arguments"],
    ["rows.push(\n  first,\n  ...found.map((row) => row.text),\n);", "items as arguments"],
    ["const most = Math.max(sizeOf(first), ...sizes);", "items as arguments"],
    ["all.splice(0, 1, ...rows);", "items as arguments"],
    ["new Set([...one, ...other]); f({ ...row }); f([first, ...rest]);", ""],
    ["function words(...values: readonly string[]): void {}", ""],
    ["const q = sql`select amount::float8`;", "float in SQL"],
    ["const q = sql`select amount::numeric`;", ""],
  ])("%s", (code, bans) => {
    const names = BANNED_IN_SOURCE.filter(({ pattern }) => pattern.test(codeOf(code))).map(
      ({ name }) => name,
    );
    expect(names.join()).toBe(bans);
  });

  test("SQL in code, not in its comments and texts", () => {
    const sql = "-- real money\nselect amount::real, 'the real one', price::numeric(38, 18)\n";
    expect(banned("sql/a.sql", sqlCodeOf(sql), BANNED_IN_SQL)).toEqual([
      { file: "sql/a.sql", line: 2, what: "float is banned here; use numeric" },
      {
        file: "sql/a.sql",
        line: 2,
        what: "numeric( is banned here; use bare numeric: a scale rounds without a word",
      },
    ]);
  });
});
