/**
 * The candidate that was probably meant by `word`; null when none is near. Case, `_` and `-` do not count:
 * `time_zone` is `timeZone`.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const plainWord = plain(word);
  let best: { readonly candidate: string; readonly distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = editDistance(plainWord, plain(candidate));
    if (distance <= 2 && distance * 2 < plainWord.length && (best === null || distance < best.distance)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate ?? null;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, "");
}

/**
 * How many letters must be put in, taken out, changed or swapped with their neighbour to make one word of the
 * other.
 */
function editDistance(from: string, to: string): number {
  let beforeAbove: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 0; row < from.length; row += 1) {
    const current = [row + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const changed = at(above, column - 1) + (from[row] === to[column - 1] ? 0 : 1);
      const isSwapped = row > 0 && from[row] === to[column - 2] && from[row - 1] === to[column - 1];
      const swapped = isSwapped ? at(beforeAbove, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(changed, swapped, at(current, column - 1) + 1, at(above, column) + 1));
    }
    beforeAbove = above;
    above = current;
  }
  return at(above, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
