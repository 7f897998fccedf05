/** Ends the session of a client that keeps others waiting. */
import { SessionEndedError } from "./reader-session.ts";

/** How long a client may keep others waiting. */
export type Limits = {
  /** Until it says or takes the next thing. */
  readonly silenceMs: number;
  /** In one transaction altogether, without what the database computes. */
  readonly patienceMs: number;
};

const LOOKS_MS = 100;

export class Patience {
  readonly #limits: Limits;
  readonly #looks: NodeJS.Timeout;
  #left: number;
  #silence: number;
  #isDuring = false;
  #waitedMs = 0;
  #giveUp: (error: Error) => void = () => {};

  /** `isTried` says whether anybody waits for the client. */
  constructor(limits: Limits, isTried: () => boolean) {
    this.#limits = limits;
    this.#left = limits.patienceMs;
    this.#silence = limits.silenceMs;
    this.#looks = setInterval(() => {
      if (!this.#isDuring) return;
      this.#waitedMs += LOOKS_MS;
      if (isTried()) this.#look();
    }, LOOKS_MS).unref();
  }

  /** For how long it has been waited for; 0 where it is not. */
  get waitedMs(): number {
    return this.#isDuring ? this.#waitedMs : 0;
  }

  /** What waits for the client; throws a `SessionEndedError` when that took too long. */
  async during<T>(wait: Promise<T>): Promise<T> {
    this.#silence = this.#limits.silenceMs;
    this.#isDuring = true;
    this.#waitedMs = 0;
    const impatience = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    try {
      return await Promise.race([wait, impatience]);
    } finally {
      this.#isDuring = false;
    }
  }

  /** A transaction has ended. */
  renew(): void {
    this.#left = this.#limits.patienceMs;
  }

  end(): void {
    clearInterval(this.#looks);
  }

  #look(): void {
    this.#left -= LOOKS_MS;
    this.#silence -= LOOKS_MS;
    if (this.#left <= 0 || this.#silence <= 0)
      this.#giveUp(new SessionEndedError("25P03", "the client kept others waiting for too long"));
  }
}
