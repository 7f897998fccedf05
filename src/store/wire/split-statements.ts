/**
 * The statements of a text in which several may follow one another, as clients send them by the simple
 * protocol. Where this is wrong, Postgres says so: each is sent by the extended protocol, which takes one.
 */

/**
 * What a semicolon does not end: texts, also with backslashes and between dollars; quoted names; comments, of
 * which those between stars may hold others.
 */
const PIECES =
  /(?<escaped>\be'(?:[^'\\]|\\.|'')*'?)|(?<quoted>'(?:[^']|'')*'?)|(?<name>"(?:[^"]|"")*"?)|(?<line>--[^\n]*)|(?<block>\/\*)|(?<dollar>\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)|(?<word>[\w\u0080-\uffff][\w$\u0080-\uffff]*)|(?<end>;)/giu;

/** Without those that are nothing but space and comments. */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let isEmpty = true;
  let seen = 0;
  const take = (until: number) => {
    if (!isEmpty || text.slice(seen, until).trim() !== "") statements.push(text.slice(start, until));
    start = until + 1;
    seen = start;
    isEmpty = true;
  };
  PIECES.lastIndex = 0;
  for (let match = PIECES.exec(text); match !== null; match = PIECES.exec(text)) {
    const groups = match.groups ?? {};
    const isComment = groups["line"] !== undefined || groups["block"] !== undefined;
    if (text.slice(seen, match.index).trim() !== "") isEmpty = false;
    if (groups["end"] !== undefined) {
      take(match.index);
      continue;
    }
    if (!isComment) isEmpty = false;
    if (groups["block"] !== undefined) PIECES.lastIndex = endOfBlock(text, match.index);
    const dollar = groups["dollar"];
    if (dollar !== undefined) {
      const closing = text.indexOf(dollar, PIECES.lastIndex);
      PIECES.lastIndex = closing === -1 ? text.length : closing + dollar.length;
    }
    seen = PIECES.lastIndex;
  }
  take(text.length);
  return statements;
}

/** Where the comment between stars ends that begins there. */
export function endOfBlock(text: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}
