/**
 * What identifies a record. Its key is its whole identity within (account, stream), as text, followed by an
 * occurrence number: equal rows are real rows (two partial fills may agree in everything), and an id alone is
 * never enough (one `tranId` serves a COMMISSION and a REALIZED_PNL; trade ids are unique per symbol only;
 * margin changes have none).
 */
import { shortened, withoutUnstorable } from "./storable.ts";

declare const keyBrand: unique symbol;
/**
 * `part/part/…#n`: the venue's identifying words, and the n-th (from 1) among rows that share all of them.
 */
export type RecordKey = string & { readonly [keyBrand]: true };

/**
 * Escapes the characters that have a meaning in a key, so that no two identities can run together, and those
 * that the store cannot hold. A part too long for an index is cut: rows that differ only after the cut then
 * share an identity, and are numbered as equal rows are.
 */
function escapePart(part: string): string {
  const escaped = part.replaceAll("%", "%25").replaceAll("/", "%2F").replaceAll("#", "%23");
  return shortened(withoutUnstorable(escaped));
}

export function recordKey(identity: readonly string[], occurrence: number): RecordKey {
  return `${identity.map(escapePart).join("/")}#${occurrence}` as RecordKey;
}

/**
 * Numbers rows that share an identity, from 1. All rows of an instant must be given together. The order among
 * equals is that of their text, so that the same rows get the same keys in whatever order a venue sends them.
 */
export function keyRows<Row extends { readonly identity: readonly string[]; readonly body: string }>(
  rows: readonly Row[],
): (Row & { readonly key: RecordKey })[] {
  const seen = new Map<string, number>();
  const inOrder = rows.toSorted((a, b) => (a.body < b.body ? -1 : a.body > b.body ? 1 : 0));
  return inOrder.map((row) => {
    const identity = row.identity.map(escapePart).join("/");
    const occurrence = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, occurrence);
    return { ...row, key: recordKey(row.identity, occurrence) };
  });
}
