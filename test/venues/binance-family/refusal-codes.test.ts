/**
 * Every code that the family's documents list, and those that were seen beside them: what each calls for,
 * whatever status comes with it.
 */
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { plus } from "../../../src/domain/instant.ts";
import { asterVenue } from "../../../src/venues/aster/venue.ts";
import { binanceUsdmVenue } from "../../../src/venues/binance-usdm/venue.ts";
import type { VenueRequest } from "../../../src/venues/venue.ts";
import { V1, V3 } from "../aster/credentials.ts";
import { HMAC } from "../binance-usdm/credentials.ts";
import { replyOf } from "../contract.ts";

/** The list of errors in Binance's document, which Aster's repeats in its older state; all are below zero. */
const DOCUMENTED = `
  1000 1001 1002 1003 1004 1005 1006 1007 1010 1011 1013 1014 1015 1016 1020 1021 1022 1023 1099 1100 1101 1102
  1103 1104 1105 1106 1108 1109 1110 1111 1112 1113 1114 1115 1116 1117 1118 1119 1120 1121 1122 1125 1126 1127
  1128 1130 1136 2010 2011 2012 2013 2014 2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025 2026 2027 2028
  4000 4001 4002 4003 4004 4005 4006 4007 4008 4009 4010 4011 4012 4013 4014 4015 4016 4017 4018 4019 4020 4021
  4022 4023 4024 4025 4026 4027 4028 4029 4030 4031 4032 4033 4044 4045 4046 4047 4048 4049 4050 4051 4052 4053
  4054 4055 4056 4057 4058 4059 4060 4061 4062 4063 4064 4065 4066 4067 4068 4069 4070 4071 4072 4073 4074 4075
  4076 4077 4078 4079 4080 4081 4082 4083 4084 4085 4086 4087 4088 4104 4114 4115 4116 4117 4118 4131 4135 4137
  4138 4139 4140 4141 4142 4144 4161 4164 4165 4167 4168 4169 4170 4171 4172 4183 4184 4192 4202 4203 4205 4206
  4208 4209 4210 4211 4400 4401 4402 4403 5021 5022 5024 5025 5026 5027 5028 5029 5037 5038 5039 5040 5041
`;
const SEEN = "1008 2008 4109 4166 4225 9999";
const CODES = `${DOCUMENTED} ${SEEN}`
  .trim()
  .split(/\s+/)
  .map((digits) => `-${digits}`);

/** What is not here is a mistake of ours or news from the venue. */
const REMEDIES: Readonly<Record<string, string>> = {
  VenueUnavailableError: "-1000 -1001 -1006 -1007 -1008 -1016",
  RateLimitedError: "-1003",
  ClockSkewedError: "-1021",
  CredentialsRejectedError: "-1002 -1011 -1022 -1099 -2008 -2014 -2015 -2017 -4056 -4057",
  AccountArchivedError: "-4109",
  SymbolNotServedError: "-1121 -1122 -4140 -4141 -4144 -4402",
  OutsideRetentionError: "-4166",
};
/** What no status and no code beside it changes. */
const ABOVE_STATUS = "-1003 -1021 -4109 -4225".split(" ");

/** What only a history can have. */
const GAPS = ["SymbolNotServedError", "OutsideRetentionError"];

const NOW = parseInstant("2026-03-01T00:00:00Z");
const span = { by: "time", window: { from: NOW, until: plus(NOW, 1) } } as const;

describe.each([
  { venue: binanceUsdmVenue(HMAC), more: {} },
  { venue: asterVenue(V1), more: { "-4225": "ClockSkewedError" } },
  { venue: asterVenue(V3), more: { "-4225": "ClockSkewedError" } },
])("$venue.title", ({ venue, more }) => {
  const expected = new Map([
    ...Object.entries(REMEDIES).flatMap(([error, codes]) =>
      codes.split(" ").map((code) => [code, error] as const),
    ),
    ...Object.entries(more),
  ]);
  const ofSymbol = venue.pageRequest({ stream: "fills", symbol: "BTCUSDT", filters: {}, span });
  const ofAccount = venue.pageRequest({ stream: "income", symbol: "", filters: {}, span });
  const remedyOf = (status: number, code: string, request: VenueRequest, text = "Words.") =>
    venue.refusal(replyOf(status, `{"code":${code},"msg":"${text}"}`), "main", NOW, request)?.name;
  const remedies = (status: number, request: VenueRequest) =>
    Object.fromEntries(CODES.map((code) => [code, remedyOf(status, code, request)]));
  const all = (remedy: (code: string) => string) =>
    Object.fromEntries(CODES.map((code) => [code, remedy(code)]));

  test.each([400, 403, 404, 200])("each of %i has its remedy", (status) => {
    expect(remedies(status, ofSymbol)).toEqual(all((code) => expected.get(code) ?? "RequestRefusedError"));
  });

  test("of a request that names no symbol, what is said of a symbol is no gap of one", () => {
    expect(remedies(400, ofAccount)).toEqual(
      all((code) => {
        const remedy = expected.get(code) ?? "RequestRefusedError";
        return remedy === "SymbolNotServedError" ? "RequestRefusedError" : remedy;
      }),
    );
  });

  test.each(["instruments", "balances", "positions"] as const)(
    "of %s, which have no span, none is a gap",
    (part) => {
      const request = { ...venue[`${part}Request`], query: [["symbol", "BTCUSDT"]] as const };
      expect(remedies(400, request)).toEqual(
        all((code) => {
          const remedy = expected.get(code) ?? "RequestRefusedError";
          return GAPS.includes(remedy) ? "RequestRefusedError" : remedy;
        }),
      );
    },
  );

  test("with a 401 they are the credentials, whatever code comes with it", () => {
    expect(remedies(401, ofSymbol)).toEqual(
      all((code) =>
        ABOVE_STATUS.includes(code)
          ? (expected.get(code) ?? "CredentialsRejectedError")
          : "CredentialsRejectedError",
      ),
    );
  });

  test.each([429, 418])("with a %i they are a pause", (status) => {
    expect(remedies(status, ofSymbol)).toEqual(all(() => "RateLimitedError"));
  });

  test("with a 5xx, one that nobody knows is an outage", () => {
    expect(remedies(503, ofSymbol)).toEqual(all((code) => expected.get(code) ?? "VenueUnavailableError"));
  });
});

describe("-1000 is told by its text", () => {
  const [binance, aster] = [binanceUsdmVenue(HMAC), asterVenue(V3)];
  const body = (text: string) => `{"code":-1000,"msg":"${text}"}`;

  test.each([
    { venue: aster, status: 400, text: "No agent found", error: "CredentialsRejectedError" },
    { venue: aster, status: 200, text: "Signer is not authorised", error: "CredentialsRejectedError" },
    {
      venue: aster,
      status: 500,
      text: "An unknown error occurred while processing the request.",
      error: "VenueUnavailableError",
    },
    { venue: aster, status: 400, text: "Reagents are out", error: "VenueUnavailableError" },
    {
      venue: binance,
      status: 400,
      text: "An unknown error occured while processing the request.",
      error: "VenueUnavailableError",
    },
  ])("$venue.id, HTTP $status, $text", ({ venue, status, text, error }) => {
    expect(venue.refusal(replyOf(status, body(text)), "main", NOW)?.name).toBe(error);
  });
});

test("an archived account is told how it wakes", () => {
  const body = '{"code":-4109,"msg":"This account is inactive, please activate the account first."}';
  expect(
    binanceUsdmVenue(HMAC).refusal(replyOf(400, body), "main snapshot", NOW)?.message,
  ).toBe(`main snapshot: the venue has archived this account, as it was not used for long
  HTTP 400, code -4109: ${body}
  what was loaded before is safe
  next: wake it: transfer any amount into its futures wallet on the venue's site, then run it again`);
});

test("a key that Binance rejects may be one of an account in Portfolio Margin", () => {
  const body = '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}';
  expect(
    binanceUsdmVenue(HMAC).refusal(replyOf(401, body), "main snapshot", NOW)?.message,
  ).toBe(`main snapshot: the venue rejected the credentials
  HTTP 401, code -2015: ${body}
  an account in Portfolio Margin is refused in the same way: its history is at papi.binance.com, which perpbooks does not read
  what was loaded before is safe
  next: check key and secret, that the key may read futures, and whether it is limited to another IP address; a key made before the futures account was opened never works, and one that worked minutes ago may be banned for a while`);
});
