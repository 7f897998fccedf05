/**
 * A seeded source of chance: the same seed gives the same world on every machine. (sfc32, a small generator
 * that passes the usual batteries of tests; integers only.)
 */
export type Random = {
  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  /** True `times` times out of `outOf`, in the long run. */
  chance(times: number, outOf: number): boolean;
  /** One of the elements. Throws a RangeError when there are none. */
  pick<Element>(elements: readonly Element[]): Element;
  /** A source of its own, so that what one part of the world draws does not shift the others. */
  fork(name: string): Random;
};

export function seededRandom(seed: string): Random {
  let [a, b, c, counter] = seedWords(seed);

  function word(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  }
  // The first words still resemble the seed.
  for (let round = 0; round < 16; round += 1) word();

  function integer(least: number, most: number): number {
    const span = most - least + 1;
    if (!Number.isSafeInteger(span) || span < 1)
      throw new RangeError(`no whole number from ${least} to ${most}`);
    const bits = span <= 0x1_0000 ? word() : word() * 0x20_0000 + (word() >>> 11);
    return least + (bits % span);
  }

  return {
    integer,
    chance: (times, outOf) => integer(1, outOf) <= times,
    pick: (elements) => {
      const element = elements[integer(0, elements.length - 1)];
      if (element === undefined) throw new RangeError("there is nothing to pick from");
      return element;
    },
    fork: (name) => seededRandom(`${seed}/${name}`),
  };
}

/** Four words of 32 bits from a text (FNV-1a, once for each word). */
function seedWords(seed: string): [number, number, number, number] {
  const wordFor = (salt: number): number => {
    let hash = 0x811c9dc5 ^ salt;
    for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    return hash | 0;
  };
  return [wordFor(1), wordFor(2), wordFor(3), wordFor(4)];
}
