/** numerator ÷ denominator − 1, rounded half to even at the tenth decimal; plain digits. */
export function returnText(numerator: bigint, denominator: bigint): string {
  const scaled = (numerator - denominator) * 10n ** 10n;
  const size = scaled < 0n ? -scaled : scaled;
  const [whole, rest] = [size / denominator, size % denominator];
  const isUp = rest * 2n > denominator || (rest * 2n === denominator && whole % 2n === 1n);
  const digits = `${whole + (isUp ? 1n : 0n)}`.padStart(11, "0");
  const text = `${digits.slice(0, -10)}.${digits.slice(-10)}`.replace(/\.?0+$/, "");
  return scaled < 0n && text !== "0" ? `-${text}` : text;
}
