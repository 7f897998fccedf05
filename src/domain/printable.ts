/**
 * Text for people. A venue's text may hold characters that a terminal obeys (an escape sequence moves the
 * cursor, sets the window's title, or hides a line) or that reverse the order of writing. Each of them is
 * shown by its number instead; in JSON that is the same text.
 */

// Controls (C0, DEL and C1), line and paragraph separators, half surrogate pairs, and what overrides the
// direction of writing.
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

// Runs of anything but plain ASCII, tabs and line ends. Most text has few or none, and finding that out takes
// a fraction of the time.
const SUSPECT = /[^\t\n\r\x20-\x7e]+|\r(?!\n)/g;

/** The text with nothing that a terminal would obey: ESC becomes the six characters `\u001b`. */
export function printable(text: string): string {
  return text.replace(SUSPECT, (run) => run.replace(OBEYED, escaped));
}

/** As `printable`, and on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\r\n\t]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
