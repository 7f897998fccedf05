/** Variables by name, as the operating system or a `.env` file gives them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Names with this prefix are this program's own; one that nothing reads is a mistake, most likely a
 * misspelling.
 */
const OWN_PREFIX = "PERPBOOKS_";

/** The environment and `.env` seen as one; the real environment wins. */
export class Environment {
  readonly #environment: Variables;
  readonly #dotenv: Variables;
  readonly #requested = new Set<string>();

  constructor(environment: Variables, dotenv: Variables) {
    this.#environment = environment;
    this.#dotenv = dotenv;
  }

  /** The variable's value; null where it is not set. */
  lookUp(name: string): string | null {
    this.#requested.add(name);
    return own(this.#environment, name) ?? own(this.#dotenv, name) ?? null;
  }

  /** Where the variable is set, in the reader's words. */
  origin(name: string): string {
    return own(this.#environment, name) === undefined ? ".env" : "environment";
  }

  /** This program's own names that are set but that nothing has read. Call it when all is read. */
  unread(): readonly string[] {
    return [...new Set([...Object.keys(this.#environment), ...Object.keys(this.#dotenv)])]
      .filter((name) => name.startsWith(OWN_PREFIX) && !this.#requested.has(name))
      .toSorted();
  }
}

/** Without the names that every object inherits: `${constructor}` is not set. */
function own(variables: Variables, name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

export type Substituted = {
  readonly value: string;
  /** True where any part of the value came from the environment. */
  readonly isSubstituted: boolean;
  readonly missing: readonly string[];
  /** True where a `${` is not the start of a `${NAME}`. */
  readonly isMalformed: boolean;
};

const REFERENCE = /\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g;

/** Replaces each `${NAME}`; `$${` stands for `${`. The value put in is not searched for another `${NAME}`. */
export function substitute(text: string, environment: Environment): Substituted {
  const missing: string[] = [];
  let isSubstituted = false;
  let isMalformed = false;
  const value = text.replace(REFERENCE, (match, name: string | undefined) => {
    if (match === "$${") return "${";
    if (name === undefined) {
      isMalformed = true;
      return match;
    }
    isSubstituted = true;
    const found = environment.lookUp(name);
    if (found === null) missing.push(name);
    return found ?? "";
  });
  return { value, isSubstituted, missing, isMalformed };
}
