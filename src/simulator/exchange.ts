/** What a simulated venue is to the HTTP server: something that answers requests. A fault plan may stand between the two. */

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
  readonly body: string;
  readonly weight: number;
};

/** One request as the simulator saw it; without keys, times of signing and signatures. */
export type SeenRequest = {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly status: number;
  readonly weight: number;
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

function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
