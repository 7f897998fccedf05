/**
 * What a simulated venue is to the HTTP server: something that answers requests. A fault plan may stand
 * between the two.
 */

export type SimulatedRequest = {
  readonly method: string;
  readonly path: string;
  /** Exactly as sent, without the question mark: signatures are made over these bytes. */
  readonly rawQuery: string;
  /** Looked up in lower case. */
  readonly header: (name: string) => string | null;
};

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes only for files. */
  readonly body: string | Uint8Array;
  readonly weight: number;
};

/** An answer, and how it reaches the client. */
export type Delivery = Answer & {
  /**
   * The connection is reset before anything is answered, or in the middle of the body. Absent: all of it
   * arrives.
   */
  readonly breaks?: "before" | "in_body";
  readonly delayMs?: number;
};

/** How a venue may answer one request differently from its normal way. */
export type Whim = {
  readonly cutsOtherEnd?: boolean;
  /** It answers as if no times had been named. */
  readonly ignoresTimes?: boolean;
};

/** Which end of a page that is too long is kept. Venues were seen to keep the oldest rows. */
export type Truncation = "oldest" | "newest";

export function truncationOf(usual: Truncation, { cutsOtherEnd = false }: Whim): Truncation {
  if (!cutsOtherEnd) return usual;
  return usual === "oldest" ? "newest" : "oldest";
}

export type SimulatedVenue = { answer(request: SimulatedRequest, whim?: Whim): Answer };

/** One request as the simulator saw it; without keys, times of signing and signatures. */
export type SeenRequest = {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly status: number;
  readonly weight: number;
  /** What a fault plan did to the answer; absent where it did nothing. */
  readonly fault?: string;
};

export type QueryParameter = { readonly name: string; readonly value: string };

/** Decodes a query; null where it is not validly encoded. */
export function readQuery(rawQuery: string): readonly QueryParameter[] | null {
  try {
    return rawQuery
      .split("&")
      .filter((part) => part !== "")
      .map((part) => {
        const [name = "", ...value] = part.split("=");
        return { name: decoded(name), value: decoded(value.join("=")) };
      });
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** The parameters that authenticate a request. */
const PROOF_PARAMETERS: ReadonlySet<string> = new Set([
  "timestamp",
  "recvWindow",
  "nonce",
  "user",
  "signer",
  "signature",
]);

export function withoutProof(rawQuery: string): readonly QueryParameter[] {
  return (readQuery(rawQuery) ?? []).filter(({ name }) => !PROOF_PARAMETERS.has(name));
}

/** What is requested, without the parameters that authenticate it. */
export function businessParameters({ rawQuery }: SimulatedRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(withoutProof(rawQuery).map(({ name, value }) => [name, value]));
}

function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
