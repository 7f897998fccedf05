/**
 * Variables by name: of the operating system, of a `.env` file, or of a folder in which each file is called
 * by a name and holds its value.
 */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Names with this prefix are this program's own; one that nothing reads is a mistake, most likely a
 * misspelling.
 */
const OWN_PREFIX = "PERPBOOKS_";

/** The password of `perpbooks serve`, which that command alone reads, of its own environment. */
export const SERVE_PASSWORD = "PERPBOOKS_SERVE_PASSWORD";

/** Where the variables of the operating system are set, in the reader's words. */
export const PROCESS_ORIGIN = "environment";

/**
 * The variable that names a folder of secrets, one a file: systemd sets it where a unit has `LoadCredential`
 * (https://systemd.io/CREDENTIALS/).
 */
export const CREDENTIALS_FOLDER = "CREDENTIALS_DIRECTORY";

/** Where variables are set, in the reader's words. */
export type VariableSource = { readonly origin: string; readonly variables: Variables };

/** Several sources seen as one; the earlier one wins. */
export class Environment {
  readonly #sources: readonly VariableSource[];
  readonly #requested = new Set<string>();

  constructor(sources: readonly VariableSource[]) {
    this.#sources = sources;
  }

  /** The variable's value; null where it is not set. */
  lookUp(name: string): string | null {
    this.#requested.add(name);
    const source = this.#sourceOf(name);
    return source === undefined ? null : (own(source.variables, name) ?? null);
  }

  /** Where the variable is set; for one that is. */
  origin(name: string): string {
    return this.#sourceOf(name)?.origin ?? PROCESS_ORIGIN;
  }

  #sourceOf(name: string): VariableSource | undefined {
    return this.#sources.find(({ variables }) => own(variables, name) !== undefined);
  }

  /** This program's own names that are set but that nothing has read. Call it when all is read. */
  unread(): readonly string[] {
    const set = this.#sources.flatMap(({ origin, variables }) =>
      Object.keys(variables).filter((name) => origin !== PROCESS_ORIGIN || name !== SERVE_PASSWORD),
    );
    return [...new Set(set)]
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

/** What a variable may be called. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

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
