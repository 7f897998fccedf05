/**
 * OFX 1.02, which desktop accounting reads. Each row has an id that stays, so a reader drops what it has
 * already seen.
 */
import { formatDecimals } from "../../domain/decimal.ts";
import { formatInstant, type Instant } from "../../domain/instant.ts";
import type { ExportEvent } from "../events.ts";
import { CENTS } from "../forms/amounts.ts";
import { ascii, happened, rowId, signedCents } from "../forms/columns.ts";
import { shortName } from "../forms/short-names.ts";
import { statement } from "../forms/statement.ts";

/** `20260131235959.123[0:GMT]` */
function time(at: Instant): string {
  return `${formatInstant(at).replace(/[-:TZ]/g, "")}[0:GMT]`;
}

/** SGML: what begins a tag is written as an entity. */
function text(of: string, charactersMax: number): string {
  return ascii(of)
    .slice(0, charactersMax)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function lines(of: readonly string[]): string {
  return of.map((line) => `${line}\r\n`).join("");
}

export const ofx = statement(
  {
    name: "ofx",
    title: "OFX 1.02, bank statement",
    readBy: "GnuCash, KMyMoney, HomeBank, Banktivity, Moneydance, Odoo",
    confidence: "A",
    currency: "any",
    howToImport: [
      "In the program: File, Import, OFX (or QFX); give each file to an account of its own in the reporting currency.",
      "A row that was imported before is known by its id and left out, so files may overlap where their granularity is `event`.",
    ],
    cannotSay: [
      "Which asset moved: amounts are in the reporting currency, valued in the minute of the event; which must be one of ISO 4217.",
      "What became of the assets' prices since: their change in worth is in the report `valued-result`, and is booked by hand.",
      "Cents below a row's own: they are in the next row, so one row may differ by a cent between files of different periods.",
      "Other characters than ASCII: they are question marks, and the map leads to what they were.",
    ],
    check: [
      "Rows add up to the worth of the events, to the cent; what is in no row is named below. The balance in the file is that sum, not what the account held before.",
    ],
  },
  {
    extension: "ofx",
    form: ["OFX 1.02 (SGML) in ASCII, lines that end in CR LF. Times are UTC."],
    head: ({ account, venue, currency, period }) =>
      lines([
        "OFXHEADER:100",
        "DATA:OFXSGML",
        "VERSION:102",
        "SECURITY:NONE",
        "ENCODING:USASCII",
        "CHARSET:1252",
        "COMPRESSION:NONE",
        "OLDFILEUID:NONE",
        "NEWFILEUID:NONE",
        "",
        "<OFX>",
        "<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>",
        `<DTSERVER>${time(period.until)}<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>`,
        "<BANKMSGSRSV1><STMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS>",
        `<STMTRS><CURDEF>${currency}`,
        `<BANKACCTFROM><BANKID>${text(venue, 9)}<ACCTID>${shortName(account, 22)}<ACCTTYPE>CHECKING</BANKACCTFROM>`,
        `<BANKTRANLIST><DTSTART>${time(period.from)}<DTEND>${time(period.until)}`,
      ]),
    row: (event: ExportEvent) =>
      lines([
        `<STMTTRN><TRNTYPE>${event.amount.isNegative() ? "DEBIT" : "CREDIT"}<DTPOSTED>${time(event.at)}`,
        `<TRNAMT>${signedCents(event)}<FITID>${text(rowId(event), 255)}`,
        `<NAME>${text(happened(event), 32)}<MEMO>${text(happened(event), 255)}</STMTTRN>`,
      ]),
    foot: (sum, { period }) =>
      lines([
        "</BANKTRANLIST>",
        `<LEDGERBAL><BALAMT>${formatDecimals(sum, CENTS)}<DTASOF>${time(period.until)}</LEDGERBAL>`,
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1>",
        "</OFX>",
      ]),
  },
);
