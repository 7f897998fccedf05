/**
 * Nothing that another made is awaited alone: a decoder, a driver or a server may forget to settle a promise,
 * whatever it was told. What waits for one also waits for the signal, and goes on with whichever comes first.
 */

/** The promise, or the signal's reason if that comes first. */
export async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  // Whatever comes of it later, nobody is there any more to hear of it.
  promise.catch(() => {});
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
