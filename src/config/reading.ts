/**
 * A YAML document as places: each has a path (`accounts[0].venue`) and a line, and is read as text, a list or
 * a mapping. Every mistake is collected, so that one run names all of them.
 *
 * Observations: the `yaml` package's own messages quote the source, which may hold a secret; its core schema
 * makes a number of `0x…` and null of `~`. Choice: its error codes get our own messages, and all scalars are
 * read as text. Places are read only as deep as the shape asks, so that aliases that contain themselves
 * cannot loop.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from "yaml";
import type { UnsafeSecrets } from "./configuration.ts";
import { type Environment, substitute } from "./environment.ts";
import { nearest } from "./nearest.ts";

/**
 * Whether variables that credentials name must be set: a command that sends no request to a venue does not
 * need them.
 */
export type SecretsAre = "needed" | "unneeded";

/** A place in the file. A null node is a key without a value. */
export type Place = { readonly path: string; readonly line: number; readonly node: Node | null };

export type Text = {
  readonly value: string;
  /** True where a part of it came from the environment, and so must not be shown. */
  readonly isSubstituted: boolean;
  /** How messages show it. */
  readonly shown: string;
};

export type Mapping = {
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Place>;
  /** Known keys that an unknown key was probably meant to be: they need not be called missing as well. */
  readonly misspelt: ReadonlySet<string>;
};

/** What `exposes` says of a secret that is a part of the file. */
export const WRITTEN_SECRET = `a secret is written in the file; put it in the environment or .env and write its \${NAME} here`;

const SYNTAX: Readonly<Record<string, string>> = {
  BAD_DQ_ESCAPE:
    'an unknown escape after a backslash in "…"; write \\\\ for one backslash, or use single quotes',
  BAD_INDENT:
    "the indentation does not fit the lines above; indent what belongs together by the same number of spaces",
  BAD_SCALAR_START: "a value that begins with a reserved character; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: "a second colon on one line; put a value that holds a colon in quotes",
  MISSING_CHAR: "a quote, bracket or colon is missing before this place; add it",
  MULTIPLE_DOCS: "a second document (---) begins; take out the line ---, or what follows it",
  MULTILINE_IMPLICIT_KEY:
    "a key without a colon, or a value that runs over its line; write `key: value` on one line, with a blank after the colon",
  TAB_AS_INDENT: "a tab; indent with spaces",
  TAG_RESOLVE_FAILED: "a tag (!); put quotes around a value that begins with !",
  UNEXPECTED_TOKEN: "something that does not belong here; put the value in quotes, or take it out",
};
const OTHER_SYNTAX = "something that does not belong here; compare it with what `perpbooks init` writes";

export class Reading {
  readonly #file: string;
  readonly #environment: Environment;
  readonly #secrets: SecretsAre;
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #lines = new LineCounter();
  readonly #mistakes: { readonly line: number; readonly words: string }[] = [];
  readonly #warnings: string[] = [];
  readonly #exposures: { readonly place: Place; readonly what: string }[] = [];
  readonly root: Place;

  constructor(file: string, text: string, environment: Environment, secrets: SecretsAre) {
    this.#file = file;
    this.#environment = environment;
    this.#secrets = secrets;
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      schema: "failsafe",
      prettyErrors: false,
      // Found in `mapping`, which can say where the key was first.
      uniqueKeys: false,
    });
    this.root = { path: "", line: 1, node: this.#document.contents };
    for (const { code, pos } of [...this.#document.errors, ...this.#document.warnings]) {
      const { line, col } = this.#lines.linePos(pos[0]);
      const what = `not YAML: ${SYNTAX[code] ?? OTHER_SYNTAX}`;
      // The words do not quote the place, which may be a secret: the column leads to it.
      this.#mistakes.push({ line, words: `${this.#file}:${line}:${col}: ${what}` });
    }
  }

  /** False where the text is not YAML: reading on would only report mistakes that are not there. */
  get isYaml(): boolean {
    return this.#document.errors.length + this.#document.warnings.length === 0;
  }

  mistake(place: Place, what: string): void {
    this.#mistakes.push({ line: place.line, words: this.#words(place, what) });
  }

  /** A mistake in a variable rather than in the file. */
  mistakeInVariable(name: string, what: string): void {
    this.#mistakes.push({
      line: Number.POSITIVE_INFINITY,
      words: `${this.#environment.origin(name)}: ${name}: ${what}`,
    });
  }

  warn(place: Place, what: string): void {
    this.#warnings.push(this.#words(place, what));
  }

  /** A secret that others may see: a warning or a mistake, as `judgeExposures` is told in the end. */
  exposes(place: Place, what: string): void {
    this.#exposures.push({ place, what });
  }

  judgeExposures(unsafeSecrets: UnsafeSecrets): void {
    for (const { place, what } of this.#exposures.splice(0))
      if (unsafeSecrets === "refuse") this.mistake(place, what);
      else this.warn(place, what);
  }

  /** Where the place is, for messages. */
  at({ line }: Place): string {
    return `${this.#file}:${line}`;
  }

  #words(place: Place, what: string): string {
    return [this.at(place), ...(place.path === "" ? [] : [place.path]), what].join(": ");
  }

  /** In the order of the file; those of the environment last. */
  get mistakes(): readonly string[] {
    return this.#mistakes
      .toSorted((a, b) => (a.line < b.line ? -1 : a.line > b.line ? 1 : 0))
      .map(({ words }) => words);
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * The text of a credential: as any other, but null without a mistake where a variable is not set and no
   * secret is needed.
   */
  credential(place: Place): Text | null {
    const node = this.#resolved(place);
    if (this.#secrets === "unneeded" && isScalar(node)) {
      const { value, isSubstituted, missing } = substitute(scalarText(node), this.#environment);
      // Set but blank means not set, as service files write it.
      if (missing.length > 0 || (isSubstituted && value.trim() === "")) return null;
    }
    return this.text(place, "a value");
  }

  /**
   * The text at `place` with its `${NAME}` replaced and without white space around it; null after a mistake.
   */
  text(place: Place, expected: string): Text | null {
    const node = this.#resolved(place);
    if (!isScalar(node)) {
      this.mistake(place, `expected ${expected}, found ${kindOf(node, place)}`);
      return null;
    }
    const written = scalarText(node);
    const { value, isSubstituted, missing, isMalformed } = substitute(written, this.#environment);
    for (const name of missing) this.mistake(place, `\${${name}} is not set in the environment or .env`);
    // The rest of the text is not shown: it may be a secret.
    if (isMalformed)
      this.mistake(
        place,
        `a \${ is not followed by a name and }; write $\${ for the two characters themselves`,
      );
    if (missing.length > 0 || isMalformed) return null;
    if (value.trim() === "") {
      this.mistake(
        place,
        `expected ${expected}, found ${isSubstituted ? `${written}, which is blank` : "nothing"}`,
      );
      return null;
    }
    return {
      value: value.trim(),
      isSubstituted,
      shown: isSubstituted ? `the value of ${written}` : JSON.stringify(value.trim()),
    };
  }

  /** The items of the list at `place`; null after a mistake. */
  list(place: Place, expected: string): readonly Place[] | null {
    const node = this.#resolved(place);
    if (!isSeq(node)) {
      this.mistake(place, `expected ${expected}, found ${kindOf(node, place)}`);
      return null;
    }
    return node.items.map((item, index) => {
      const child = item as Node | null;
      return { path: `${place.path}[${index}]`, line: this.#lineOf(child) ?? place.line, node: child };
    });
  }

  /** Whether there is an empty text in quotes at `place`, where one says that nothing is wanted. */
  isEmptyText(place: Place): boolean {
    const node = this.#resolved(place);
    return isScalar(node) && node.value === "" && node.type !== "PLAIN";
  }

  /** Whether there is a mapping at `place`, for what may be a text or one. */
  isMapping(place: Place): boolean {
    return isMap(this.#resolved(place));
  }

  /**
   * The mapping at `place`, null after a mistake. Unknown and repeated keys are mistakes. With `keys` null,
   * any key is known.
   */
  mapping(place: Place, expected: string, keys: readonly string[] | null): Mapping | null {
    const node = this.#resolved(place);
    if (!isMap(node)) {
      this.mistake(place, `expected ${expected}, found ${kindOf(node, place)}`);
      return null;
    }
    const entries = new Map<string, Place>();
    const unknown: Place[] = [];
    for (const { key, value } of node.items) {
      const keyNode = key as Node | null;
      const name = isScalar(keyNode) ? scalarText(keyNode) : "";
      const path = place.path === "" ? name : `${place.path}.${name}`;
      const entry: Place = { path, line: this.#lineOf(keyNode) ?? place.line, node: value as Node | null };
      const first = entries.get(name);
      if (name === "") this.mistake({ ...entry, path: place.path }, "expected text as a key");
      else if (first !== undefined)
        this.mistake(entry, `the key is here a second time; it was first on line ${first.line}`);
      else if (keys !== null && !keys.includes(name)) unknown.push({ ...entry, node: keyNode });
      else entries.set(name, entry);
    }
    const misspelt = new Set<string>();
    for (const entry of unknown) {
      const free = (keys ?? []).filter((key) => !entries.has(key) && !misspelt.has(key));
      const meant = nearest(lastName(entry), free);
      if (meant !== null) misspelt.add(meant);
      // In `{apiKey:abc}` the key is all of it, because no blank follows the colon: such a key may hold a
      // secret.
      const isShown = /^[\w-]{1,32}$/.test(lastName(entry));
      this.mistake(
        isShown ? entry : { ...entry, path: place.path },
        `unknown key${isShown ? "" : " (not shown; is there a blank after each colon?)"}; ${meant === null ? `expected ${alternatives(keys ?? [])}` : `did you mean ${meant}?`}`,
      );
    }
    return { place, entries, misspelt };
  }

  /** The place of a key that must be there; null after a mistake. */
  required(mapping: Mapping, key: string, expected: string): Place | null {
    const place = mapping.entries.get(key) ?? null;
    if (place === null && !mapping.misspelt.has(key)) {
      const path = mapping.place.path === "" ? key : `${mapping.place.path}.${key}`;
      this.mistake({ ...mapping.place, path }, `missing; expected ${expected}`);
    }
    return place;
  }

  #resolved(place: Place): Node | null {
    return (isAlias(place.node) ? place.node.resolve(this.#document) : place.node) ?? null;
  }

  #lineOf(node: Node | null): number | null {
    return node?.range ? this.#lines.linePos(node.range[0]).line : null;
  }
}

function lastName(place: Place): string {
  return isScalar(place.node) ? scalarText(place.node) : "";
}

/** An unquoted `null` or `~` means that nothing is there. */
function scalarText(node: Scalar): string {
  const text = `${node.value ?? ""}`;
  return node.type === "PLAIN" && /^(?:null|~)$/i.test(text) ? "" : text;
}

function kindOf(node: Node | null, place: Place): string {
  if (node === null && isAlias(place.node)) {
    return "an alias (*) that no anchor (&) was set for; put quotes around text that begins with *";
  }
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return "a list";
  return isScalar(node) && scalarText(node) !== "" ? "text" : "nothing";
}

/** `a`, `a or b`, `a, b or c`. */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
