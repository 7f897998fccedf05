import { GRANULARITIES } from "../domain/granularity.ts";
import { LOT_METHODS, type LotMethod } from "../domain/treatment.ts";
import type { ExportConfiguration, ExportTarget } from "./configuration.ts";
import { nearest } from "./nearest.ts";
import { alternatives, type Mapping, type Place, type Reading } from "./reading.ts";
import { readChoice } from "./values.ts";

/** The other settings that an export must fit. */
type Books = { readonly reportingCurrency: string | null; readonly accountNames: readonly string[] };
type Targets = Readonly<Record<string, ExportTarget>>;
type Words = ExportConfiguration["words"];
type Word = Words[string];

const WORD_KEYS = ["tags", "accounts", "settings"];
const KEYS = ["target", "granularity", "methods", ...WORD_KEYS];

/**
 * Reads the exports that `run` writes: a list of targets, each as its name alone or with its own settings.
 * Null after a mistake.
 */
export function readExports(
  reading: Reading,
  place: Place,
  targets: Targets,
  { reportingCurrency, accountNames }: Books,
): readonly ExportConfiguration[] | null {
  const items = reading.list(place, "a list of targets (perpbooks export --list)");
  if (items === null) return null;
  const linesOfTargets = new Map<string, number>();
  const read = items.map((item) => readExport(reading, item, targets, accountNames));
  for (const [nth, one] of read.entries()) {
    const item = items[nth];
    if (one === null || item === undefined) continue;
    const fault = currencyFault(targets[one.target]?.currency, reportingCurrency);
    if (fault !== null) reading.mistake(item, `${one.target}: ${fault}`);
    const first = linesOfTargets.get(one.target);
    if (first !== undefined)
      reading.mistake(item, `expected each target once, found ${one.target} as on line ${first}`);
    linesOfTargets.set(one.target, first ?? item.line);
  }
  const whole = read.filter((one) => one !== null);
  return whole.length === read.length ? whole : null;
}

/** What is wrong with the reporting currency for a target; null where nothing is. */
export function currencyFault(needed: ExportTarget["currency"], currency: string | null): string | null {
  if (needed === undefined || (needed === "any" && currency !== null) || needed === currency) return null;
  const wanted = needed === "any" ? "a reportingCurrency" : `reportingCurrency: ${needed}`;
  return `its amounts need ${wanted}, which is ${currency ?? "not set"}`;
}

/** What is wrong with a target that is named without any settings; null where it needs none. */
export function settingsFault({ words }: Pick<ExportTarget, "words"> = { words: null }): string | null {
  const names = Object.keys(words?.required ?? {});
  return names.length === 0 ? null : `it needs ${words?.key} that have no defaults: ${names.join(", ")}`;
}

function readExport(
  reading: Reading,
  place: Place,
  targets: Targets,
  accountNames: readonly string[],
): ExportConfiguration | null {
  if (!reading.isMapping(place)) {
    const target = readTarget(reading, place, targets);
    const lacking = target === null ? null : settingsFault(targets[target]);
    if (lacking !== null) reading.mistake(place, `${target}: ${lacking}`);
    return target === null || lacking !== null
      ? null
      : { target, granularity: "event", words: {}, methods: null };
  }
  const mapping = reading.mapping(place, "an export (target)", KEYS);
  if (mapping === null) return null;
  const at = reading.required(mapping, "target", "the name of a target");
  const target = at === null ? null : readTarget(reading, at, targets);
  const granularity = readChoice(reading, mapping, "granularity", GRANULARITIES, "event");
  const words = readWords(reading, mapping, target === null ? undefined : targets[target], accountNames);
  const methods = readMethods(reading, mapping, target === null ? undefined : targets[target]);
  return target === null || granularity === null || words === null || methods === undefined
    ? null
    : { target, granularity, words, methods };
}

/** Null where none is named, undefined after a mistake. */
function readMethods(
  reading: Reading,
  mapping: Mapping,
  target: ExportTarget | undefined,
): readonly LotMethod[] | null | undefined {
  const place = mapping.entries.get("methods");
  if (place === undefined || target === undefined) return null;
  if (target.reads !== "disposals") {
    reading.mistake(place, "this target has no methods: its rows are not of disposals");
    return undefined;
  }
  const expected = `a list of ${alternatives(LOT_METHODS)}`;
  const items = reading.list(place, expected);
  if (items === null) return undefined;
  if (items.length === 0) reading.mistake(place, `expected ${expected}, found none`);
  const methods = items.map((item) => {
    const text = reading.text(item, alternatives(LOT_METHODS));
    const method = LOT_METHODS.find((one) => one === text?.value);
    if (text !== null && method === undefined)
      reading.mistake(item, `expected ${alternatives(LOT_METHODS)}, found ${text.shown}`);
    return method;
  });
  const known = methods.filter((method) => method !== undefined);
  return known.length === 0 || known.length < items.length ? undefined : [...new Set(known)];
}

function readTarget(reading: Reading, place: Place, targets: Targets): string | null {
  const expected = "a target (perpbooks export --list)";
  const text = reading.text(place, expected);
  if (text === null) return null;
  if (Object.hasOwn(targets, text.value)) return text.value;
  const meant = text.isSubstituted ? null : nearest(text.value, Object.keys(targets));
  const hint = meant === null ? "" : `; did you mean ${meant}?`;
  reading.mistake(place, `expected ${expected}, found ${text.shown}${hint}`);
  return null;
}

/**
 * A word that a target does not have cannot be overridden. For an unknown target no mistake is reported here.
 */
function readWords(
  reading: Reading,
  mapping: Mapping,
  target: ExportTarget | undefined,
  accountNames: readonly string[],
): Words | null {
  if (target === undefined) return null;
  const table = target.words;
  const others = WORD_KEYS.filter((key) => key !== table?.key && mapping.entries.has(key));
  for (const key of others) {
    const has = table === null ? "nothing to override" : table.key;
    reading.mistake(mapping.entries.get(key) ?? mapping.place, `this target has no ${key}; it has ${has}`);
  }
  if (others.length > 0) return null;
  const lacking = settingsFault(target);
  const place = table === null ? undefined : mapping.entries.get(table.key);
  if (place === undefined && lacking !== null) reading.mistake(mapping.place, `${lacking}`);
  if (table === null || place === undefined) return lacking === null ? {} : null;
  const { required = {}, perAccount } = table;
  const names = [...Object.keys(table.defaults), ...Object.keys(required)];
  const keys = perAccount === undefined ? names : [...names, perAccount];
  const all = reading.mapping(place, `a mapping with ${alternatives(names)}`, keys);
  if (all === null) return null;
  const missing = Object.entries(required).filter(([name, what]) => !reading.required(all, name, what));
  const words: Record<string, Words[string]> = {};
  for (const [name, at] of all.entries) {
    const word =
      name === perAccount
        ? readWallets(reading, at, accountNames, (text) => table.fault("wallet", text, ["received", "paid"]))
        : readWord(reading, at, (text, directions) => table.fault(name, text, directions));
    if (word !== null) words[name] = word;
  }
  if (missing.length > 0 || Object.keys(words).length < all.entries.size) return null;
  const faults = table.faultsTogether?.(words) ?? [];
  for (const [name, fault] of faults) reading.mistake(all.entries.get(name) ?? place, fault);
  return faults.length === 0 ? words : null;
}

/** By account, of those that are configured. */
function readWallets(
  reading: Reading,
  place: Place,
  accountNames: readonly string[],
  faultOf: (word: string) => string | null,
): Readonly<Record<string, string>> | null {
  const mapping = reading.mapping(place, "a mapping of accounts", accountNames);
  if (mapping === null) return null;
  const words = [...mapping.entries].map(([name, at]) => [name, readOne(reading, at, faultOf)] as const);
  const read = words.filter((one): one is readonly [string, string] => one[1] !== null);
  return read.length === words.length ? Object.fromEntries(read) : null;
}

type FaultOf = (word: string, directions: readonly ("received" | "paid")[]) => string | null;

function readWord(reading: Reading, place: Place, faultOf: FaultOf): Word | null {
  const one = (at: Place, directions: Parameters<FaultOf>[1]) =>
    readOne(reading, at, (word) => faultOf(word, directions));
  if (!reading.isMapping(place)) return one(place, ["received", "paid"]);
  const mapping = reading.mapping(place, "a word, or received and paid", ["received", "paid"]);
  if (mapping === null) return null;
  const [received, paid] = (["received", "paid"] as const).map((direction) => {
    const at = reading.required(mapping, direction, "a word");
    return at && one(at, [direction]);
  });
  return typeof received === "string" && typeof paid === "string" ? { received, paid } : null;
}

function readOne(reading: Reading, at: Place, faultOf: (word: string) => string | null): string | null {
  // Many tools take an empty tag for none.
  const text = reading.isEmptyText(at) ? { value: "", shown: '""' } : reading.text(at, "a word");
  const fault = text === null ? null : faultOf(text.value);
  if (fault !== null) reading.mistake(at, `expected another word than ${text?.shown}: ${fault}`);
  return fault === null ? (text?.value ?? null) : null;
}
