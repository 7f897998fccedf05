/**
 * The statements by which a client forgets what it has prepared or set. Clients share one session of the
 * database, so each of them means only what is its own.
 */

export type Forgetting =
  | { readonly what: "all that was set or prepared" }
  /** Null for all. */
  | { readonly what: "statements"; readonly name: string | null };

const DISCARD = /^discard\s+all$/i;
const DEALLOCATE = /^deallocate\s+(?:prepare\s+)?(?:"(?<quoted>(?:[^"]|"")+)"|(?<plain>[\w$]+))$/i;

/** Null where it is another statement. */
export function forgettingIn(statement: string): Forgetting | null {
  const words = statement
    .replace(/--.*|\/\*[\s\S]*?\*\//g, " ")
    .replace(/[\s;]+$/, "")
    .trimStart();
  if (DISCARD.test(words)) return { what: "all that was set or prepared" };
  const { quoted, plain = "" } = DEALLOCATE.exec(words)?.groups ?? {};
  if (quoted !== undefined) return { what: "statements", name: quoted.replaceAll('""', '"') };
  if (plain === "") return null;
  return { what: "statements", name: plain.toLowerCase() === "all" ? null : plain.toLowerCase() };
}
