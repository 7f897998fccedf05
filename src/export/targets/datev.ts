/**
 * DATEV's format for batches of bookings (EXTF, Buchungsstapel), header version 700 and format version 13:
 * developer.datev.de, DATEV-Format. One file for each month, because DATEV books a batch into one period.
 */

import { formatLocal } from "../../domain/calendar.ts";
import { type Decimal, formatDecimals } from "../../domain/decimal.ts";
import { type Instant, plus } from "../../domain/instant.ts";
import type { ExportEvent } from "../events.ts";
import { CENTS } from "../forms/amounts.ts";
import { dateOf, happened, reference, westernEuropean } from "../forms/columns.ts";
import { ledgerSettings } from "../forms/ledger-settings.ts";
import { type Month, monthlyBatches } from "../forms/monthly-batches.ts";
import { type Books, settingOf, walletOf, wordOf } from "../target.ts";

function numbered(count: number, titles: (number: number) => readonly string[]): string[] {
  return Array.from({ length: count }, (_, nth) => titles(nth + 1)).flat();
}

/** All that the format has, in its order and spelling: its records are of fixed length. */
const COLUMNS: readonly string[] = [
  "Umsatz (ohne Soll/Haben-Kz)",
  "Soll/Haben-Kennzeichen",
  "WKZ Umsatz",
  "Kurs",
  "Basis-Umsatz",
  "WKZ Basis-Umsatz",
  "Konto",
  "Gegenkonto (ohne BU-Schlüssel)",
  "BU-Schlüssel",
  "Belegdatum",
  "Belegfeld 1",
  "Belegfeld 2",
  "Skonto",
  "Buchungstext",
  "Postensperre",
  "Diverse Adressnummer",
  "Geschäftspartnerbank",
  "Sachverhalt",
  "Zinssperre",
  "Beleglink",
  ...numbered(8, (number) => [`Beleginfo - Art ${number}`, `Beleginfo - Inhalt ${number}`]),
  "KOST1 - Kostenstelle",
  "KOST2 - Kostenstelle",
  "Kost-Menge",
  "EU-Land u. UStID (Bestimmung)",
  "EU-Steuersatz (Bestimmung)",
  "Abw. Versteuerungsart",
  "Sachverhalt L+L",
  "Funktionsergänzung L+L",
  "BU 49 Hauptfunktionstyp",
  "BU 49 Hauptfunktionsnummer",
  "BU 49 Funktionsergänzung",
  ...numbered(20, (number) => [`Zusatzinformation - Art ${number}`, `Zusatzinformation- Inhalt ${number}`]),
  "Stück",
  "Gewicht",
  "Zahlweise",
  "Forderungsart",
  "Veranlagungsjahr",
  "Zugeordnete Fälligkeit",
  "Skontotyp",
  "Auftragsnummer",
  "Buchungstyp",
  "USt-Schlüssel (Anzahlungen)",
  "EU-Land (Anzahlungen)",
  "Sachverhalt L+L (Anzahlungen)",
  "EU-Steuersatz (Anzahlungen)",
  "Erlöskonto (Anzahlungen)",
  "Herkunft-Kz",
  "Buchungs GUID",
  "KOST-Datum",
  "SEPA-Mandatsreferenz",
  "Skontosperre",
  "Gesellschaftername",
  "Beteiligtennummer",
  "Identifikationsnummer",
  "Zeichnernummer",
  "Postensperre bis",
  "Bezeichnung SoBil-Sachverhalt",
  "Kennzeichen SoBil-Buchung",
  "Festschreibung",
  "Leistungsdatum",
  "Datum Zuord. Steuerperiode",
  "Fälligkeit",
  "Generalumkehr (GU)",
  "Steuersatz",
  "Land",
  "Abrechnungsreferenz",
  "BVV-Position",
  "EU-Land u. UStID (Ursprung)",
  "EU-Steuersatz (Ursprung)",
  "Abw. Skontokonto",
];

/** Empty would mean that the import fixes the bookings for good, which is the adviser's to decide. */
const NOT_FIXED = "0";

/** Texts stand in quotes, numbers do not. */
function quoted(text: string): string {
  return `"${westernEuropean(text).replaceAll('"', '""')}"`;
}

function line(cells: readonly string[]): string {
  return `${cells.join(";")}\r\n`;
}

function dayDigits(at: Instant, timeZone: string): string {
  return formatLocal(at, timeZone).slice(0, "2026-01-31".length).replaceAll("-", "");
}

/** The first day of the fiscal year that the month is in, as `20260101`. */
function fiscalYear(month: string, monthAndDay: string): string {
  const [year = "", number = ""] = month.split("-");
  const [first = ""] = monthAndDay.split("-");
  return `${number >= first ? year : `${BigInt(year) - 1n}`}${monthAndDay.replace("-", "")}`;
}

/** The two lines before the bookings of a month. */
function head({ name, from, until }: Month, { words, timeZone, currency }: Books): string {
  const header = [
    quoted("EXTF"),
    "700",
    "21",
    quoted("Buchungsstapel"),
    "13",
    // When it was made: the month's end, because the same books give the same bytes.
    `${dayDigits(until, timeZone)}000000000`,
    "",
    quoted(""),
    quoted("perpbooks"),
    quoted(""),
    settingOf(words, "consultant"),
    settingOf(words, "client"),
    fiscalYear(name, settingOf(words, "fiscalYearStart")),
    `${settingOf(words, "wallet").length}`,
    dayDigits(from, timeZone),
    dayDigits(plus(until, -1), timeZone),
    quoted(`perpbooks ${name}`),
    quoted(""),
    // Financial accounting, for every purpose.
    "1",
    "0",
    NOT_FIXED,
    quoted(currency ?? ""),
    "",
    quoted(""),
    "",
    "",
    quoted(""),
    "",
    "",
    quoted(""),
    quoted(""),
  ];
  return line(header) + line(COLUMNS);
}

function amountText(amount: Decimal): string {
  return formatDecimals(amount.abs(), CENTS).replace(".", ",");
}

function booking(event: ExportEvent, { words, timeZone }: Books): string {
  const cells: Readonly<Record<string, string>> = {
    "Umsatz (ohne Soll/Haben-Kz)": amountText(event.amount),
    // Of the account, which is the wallet: what comes in is a debit.
    "Soll/Haben-Kennzeichen": quoted(event.amount.isNegative() ? "H" : "S"),
    "WKZ Umsatz": quoted(event.asset),
    Konto: walletOf(words, event.account),
    "Gegenkonto (ohne BU-Schlüssel)": wordOf(words, event.kind, event.amount),
    Belegdatum: dateOf(event, timeZone, (_, month, day) => `${day}${month}`),
    "Belegfeld 1": quoted((reference(event) ?? "").replace(/[^\w$%/-]+/g, "-").slice(0, 36)),
    Buchungstext: quoted(`${event.account}: ${happened(event)}`.slice(0, 60)),
    Festschreibung: NOT_FIXED,
  };
  return line(COLUMNS.map((title) => cells[title] ?? ""));
}

export const datev = monthlyBatches({
  name: "datev",
  title: "DATEV, batches of bookings (EXTF Buchungsstapel)",
  readBy: "DATEV Rechnungswesen, and programs that read its format",
  confidence: "A",
  currency: "EUR",
  form: [
    "DATEV-Format 700, Buchungsstapel version 13: semicolons, a decimal comma, lines that end in CR LF, in Windows-1252. Dates are those of the configuration's time zone.",
    "One file for each month, with all accounts. Its name has to begin with EXTF_.",
    "Every row is one booking: the wallet against the account of its kind, without a tax key.",
    "Amounts are in euros, rounded to cents with the rest carried to the next row; what has no price is in no row, and named below.",
  ],
  words: ledgerSettings({
    account: "an account number of 4 to 8 digits",
    isAccount: /^\d{4,8}$/,
    others: {
      consultant: {
        expected: "the consultant's number (Berater), 1001 to 9999999",
        pattern: /^(?:100[1-9]|10[1-9]\d|1[1-9]\d{2}|[2-9]\d{3}|[1-9]\d{4,6})$/,
      },
      client: { expected: "the client's number (Mandant), 1 to 99999", pattern: /^[1-9]\d{0,4}$/ },
      fiscalYearStart: {
        expected: "the first day of the fiscal year as month and day, such as 01-01 or 07-01",
        pattern: /^(?:0[1-9]|1[0-2])-01$/,
      },
    },
    // With one digit more DATEV takes a number for a person's account.
    faultsTogether: (words) => {
      const { length } = settingOf(words, "wallet");
      return Object.entries(words).flatMap(([name, word]) => {
        if (["consultant", "client", "fiscalYearStart"].includes(name)) return [];
        const numbers: readonly string[] = typeof word === "string" ? [word] : Object.values(word);
        const other = numbers.find((number) => number.length !== length);
        return other === undefined
          ? []
          : [[name, `expected as many digits as the wallet's number has, ${length}, found "${other}"`]];
      });
    },
  }),
  howToImport: [
    "Set reportingCurrency: EUR, and the settings with your adviser's numbers: nothing of them has a default.",
    "In DATEV Rechnungswesen: Bestand, Importieren, ASCII-Daten (Stapelverarbeitung, DATEV-Format); choose the files. Or give them to your adviser.",
    "Batches come unfixed (Festschreibung 0): look through them, then fix them.",
  ],
  cannotSay: [
    "Which asset moved: amounts are in euros, valued in the minute of the event.",
    "What became of the assets' prices since: their change in worth is in the report `valued-result`, and is booked by hand.",
    "Tax keys: none are written. An account that has an automatic one books by it.",
    "Other characters than those of Western Europe: they are question marks, and the map leads to what they were.",
    "Cents below a row's own: they are in the next row, so one row may differ by a cent between files of different periods.",
  ],
  check: [
    "The wallets' accounts have changed by the worth of the events, to the cent; what is in no row is named below.",
    "A clearing account for transfers is empty once the other sides are booked.",
  ],
  file: "EXTF_Buchungsstapel",
  encoding: "latin1",
  head,
  row: booking,
});
