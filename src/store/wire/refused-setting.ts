/**
 * Two settings by which a client would end the embedded database for everybody. After a mistake
 * `exit_on_error` leaves no session; and PGlite lacks most of what turns texts into other encodings,
 * which ends it with the first text. By `set_config` they are refused in the database itself
 * (`reader-rights.ts`).
 */
import { endOfBlock } from "./split-statements.ts";

/** What stands between words: space, and comments, of which those between stars may hold others. */
const BETWEEN = /\s+|--[^\n\r]*|\/\*/y;
const WORD = /u&"(?:[^"]|"")*"?|"(?:[^"]|"")*"?|[\w$\u0080-\uffff]+/iy;
/** `set session names …` */
const WORDS_MAX = 3;

const SERVED =
  /^\s*(?:(?:=|to\b)\s*)?(?:'(?:utf-?8|unicode|sql_ascii)'|"?(?:utf-?8|unicode|sql_ascii)"?|default)\s*$/i;

/** The name of a setting that is not served, as the statement would set it; null where it sets none. */
export function refusedSetting(statement: string): string | null {
  const { words, ends } = firstWords(statement);
  if (words[0] !== "set") return null;
  const at = words[1] === "session" || words[1] === "local" ? 2 : 1;
  const name = words[at] ?? "";
  // By its letters' numbers any name can be written.
  if (name === "exit_on_error" || name.startsWith('u&"')) return name;
  const isEncoding = name === "client_encoding" || name === "names";
  return isEncoding && !SERVED.test(statement.slice(ends[at])) ? "client_encoding" : null;
}

/** In small letters and without quotes, and where each ends. */
function firstWords(statement: string): { readonly words: string[]; readonly ends: number[] } {
  const words: string[] = [];
  const ends: number[] = [];
  let at = 0;
  while (words.length < WORDS_MAX) {
    BETWEEN.lastIndex = at;
    const [between] = BETWEEN.exec(statement) ?? [];
    if (between !== undefined) {
      at = between === "/*" ? endOfBlock(statement, at) : at + between.length;
      continue;
    }
    WORD.lastIndex = at;
    const [word] = WORD.exec(statement) ?? [];
    if (word === undefined) break;
    at += word.length;
    words.push(word.toLowerCase().replace(/^"|"$/g, ""));
    ends.push(at);
  }
  return { words, ends };
}
