/** Refusals in the words and codes of the Binance family, which Aster's documentation repeats. */

/** Thrown by checks; the venue answers it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get body(): string {
    return JSON.stringify({ code: this.code, msg: this.message });
  }
}

export const refusals = {
  disconnected: () =>
    new Refusal(500, -1001, "Internal error; unable to process your request. Please try again."),
  tooManyRequests: (limit: number) =>
    new Refusal(
      429,
      -1003,
      `Too many requests; current limit is ${limit} requests per minute. Please use the websocket for live updates to avoid polling the API.`,
    ),
  banned: (untilMs: number) =>
    new Refusal(
      418,
      -1003,
      `Way too many requests; IP banned until ${untilMs}. Please use the websocket for live updates to avoid bans.`,
    ),
  timestampAhead: () =>
    new Refusal(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time."),
  timestampOld: () => new Refusal(400, -1021, "Timestamp for this request is outside of the recvWindow."),
  signature: () => new Refusal(400, -1022, "Signature for this request is not valid."),
  startAfterEnd: () => new Refusal(400, -1023, "Start time is greater than end time."),
  illegalCharacters: (name: string) =>
    new Refusal(400, -1100, `Illegal characters found in parameter '${name}'.`),
  tooManyParameters: () => new Refusal(400, -1101, "Too many parameters sent for this endpoint."),
  missing: (name: string) =>
    new Refusal(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
  symbol: () => new Refusal(400, -1121, "Invalid symbol."),
  tooOld: (days: number) =>
    new Refusal(400, -4166, `Search window is restricted to recent ${days} days only.`),
  closed: () => new Refusal(400, -4141, "Symbol is closed."),
  combination: () => new Refusal(400, -1128, "Combination of optional parameters invalid."),
  invalid: (name: string) => new Refusal(400, -1130, `Data sent for parameter '${name}' is not valid.`),
  keyFormat: () => new Refusal(401, -2014, "API-key format invalid."),
  key: () => new Refusal(401, -2015, "Invalid API-key, IP, or permissions for action."),
  interval: (days: number) => new Refusal(400, -4165, `Invalid time interval, max interval is ${days} days.`),
  /** The code is the simulator's own. */
  downloadsUsedUp: (perMonth: number) =>
    new Refusal(400, -4499, `The limit of ${perMonth} downloads per month has been reached.`),
  method: (method: string) => new Refusal(405, -5000, `Method ${method} is invalid`),
  nonce: () => new Refusal(400, -4225, "Nonce Expired"),
} as const;
