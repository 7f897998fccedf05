/** What a command reads from stdin, as a test gives it. */
export async function* inputOf(text: string): AsyncGenerator<Uint8Array> {
  if (text !== "") yield new TextEncoder().encode(text);
}

export const noInput = () => inputOf("");
