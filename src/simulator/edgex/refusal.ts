/**
 * Refusals in edgeX's envelope. Codes that were seen live are as seen; for a bad signature or timestamp no
 * code is published, and the simulator's own stands for it. Some come with status 200.
 */
import type { Instant } from "../../domain/instant.ts";

export class EdgexRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly errorParam: Readonly<Record<string, string>> | null;

  constructor(
    status: number,
    code: string,
    message: string,
    errorParam: Readonly<Record<string, string>> | null = null,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.errorParam = errorParam;
  }
}

export const edgexRefusals = {
  header: (name: string) =>
    new EdgexRefusal(400, "GATEWAY_HEADER_REQUIRED", `header required : '${name}'`, { header: name }),
  /** It quotes the key back. */
  apiKey: (apiKey: string) => new EdgexRefusal(401, "INVALID_API_KEY", "invalid api key", { apiKey }),
  accountId: (accountId: string) =>
    new EdgexRefusal(200, "INVALID_ACCOUNT_ID", `invalid accountId : ${accountId}`, { accountId }),
  parameter: (name: string) =>
    new EdgexRefusal(400, "GATEWAY_PARAM_INVALID", `invalid parameter : ${name}`, { param: name }),
  pageSize: (size: string) =>
    new EdgexRefusal(200, "INVALID_GET_PAGE_SIZE", `invalid page size : ${size}`, { size }),
  tooMany: () => new EdgexRefusal(429, "TOO_MANY_REQUESTS", "too many requests"),
  method: () => new EdgexRefusal(405, "METHOD_NOT_ALLOWED", "method not allowed"),
  // The simulator's own codes.
  signature: () => new EdgexRefusal(401, "INVALID_SIGNATURE", "invalid signature"),
  timestamp: () => new EdgexRefusal(400, "INVALID_TIMESTAMP", "timestamp expired"),
} as const;

export type EdgexContent = {
  readonly code: string;
  readonly data: object | null;
  readonly msg: string | null;
  readonly errorParam: Readonly<Record<string, string>> | null;
};

export function refusedContent({ code, message, errorParam }: EdgexRefusal): EdgexContent {
  return { code, data: null, msg: message, errorParam };
}

/** What every answer comes in. */
export function edgexEnvelope(content: EdgexContent, at: Instant, answered: number): string {
  return JSON.stringify({
    ...content,
    requestTime: String(at),
    responseTime: String(at + 9),
    traceId: answered.toString(16).padStart(32, "0"),
  });
}
