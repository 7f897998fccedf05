import { assert } from "../errors.ts";
import type {
  AccountConfiguration,
  CredentialForm,
  Credentials,
  VenueConfiguration,
} from "./configuration.ts";
import { readOpenings } from "./openings.ts";
import {
  alternatives,
  type Mapping,
  type Place,
  type Reading,
  type Text,
  WRITTEN_SECRET,
} from "./reading.ts";
import { Secret } from "./secret.ts";
import { readBaseUrl, readPath, readSince, readSymbols } from "./values.ts";

const KEYS = ["name", "venue", "credentials", "since", "baseUrl", "symbols", "openings"];
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

export type AccountContext = {
  readonly venues: Readonly<Record<string, VenueConfiguration>>;
  readonly timeZone: string;
  /** Where relative paths start. */
  readonly base: string;
  /** Where each name was used first, in lower case; this account's is added. */
  readonly linesOfNames: Map<string, number>;
  /** Where each account was signed in to first; this one is added. */
  readonly linesOfIdentities: Map<string, number>;
};

type SignIn = {
  readonly credentials: Credentials;
  readonly form: CredentialForm;
  readonly at: Place;
  /** Of the fields. */
  readonly places: ReadonlyMap<string, Place>;
};

/** Reads one account; null after a mistake in a required value. */
export function readAccount(
  reading: Reading,
  place: Place,
  context: AccountContext,
): AccountConfiguration | null {
  const mapping = reading.mapping(place, "an account (name, venue, credentials)", KEYS);
  if (mapping === null) return null;
  const name = readName(reading, mapping, context.linesOfNames);
  const venue = readVenue(reading, mapping, Object.keys(context.venues));
  const terms = venue === null ? null : (context.venues[venue] ?? null);
  const signIn = readCredentials(reading, mapping, venue, terms, context.base);
  const credentials = signIn?.credentials ?? null;
  const sinceAt = mapping.entries.get("since");
  const since = sinceAt === undefined ? null : readSince(reading, sinceAt, context.timeZone);
  const baseUrlAt = mapping.entries.get("baseUrl");
  const baseUrl =
    baseUrlAt === undefined ? defaultBaseUrl(terms, credentials) : readBaseUrl(reading, baseUrlAt);
  if (signIn !== null) refuseSameAccount(reading, signIn, [venue, baseUrl], context.linesOfIdentities);
  const symbolsAt = mapping.entries.get("symbols");
  const symbols = symbolsAt === undefined ? [] : readSymbols(reading, symbolsAt);
  const openingsAt = mapping.entries.get("openings");
  const openings = openingsAt === undefined ? [] : readOpenings(reading, openingsAt);
  if (name === null || venue === null || credentials === null || baseUrl === null) return null;
  if (symbols === null || openings === null) return null;
  return { name, venue, credentials, since, baseUrl, symbols, openings };
}

/**
 * One account under two names would count twice in everything that adds accounts up. A key belongs to one
 * account; the same wallet or number may be another account on another host, such as a test venue.
 */
function refuseSameAccount(
  reading: Reading,
  { credentials, form, at, places }: SignIn,
  [venue, baseUrl]: readonly [venue: string | null, baseUrl: string | null],
  linesOfIdentities: Map<string, number>,
): void {
  const { identifiedBy } = form;
  const value = credentials.fields[identifiedBy]?.reveal();
  const written = places.get(identifiedBy);
  if (value === undefined || written === undefined) return;
  // What an alias refers to is written further up in the file.
  const place = written.line < at.line ? at : written;
  const isOfHost = form.publicFields?.includes(identifiedBy) === true;
  // The capitals of a wallet's address are a checksum.
  const spelt = /^0x[0-9a-f]{40}$/i.test(value) ? value.toLowerCase() : value;
  const identity = [venue, isOfHost ? baseUrl : "", identifiedBy, spelt].join("\n");
  const first = linesOfIdentities.get(identity);
  if (first === undefined) {
    linesOfIdentities.set(identity, place.line);
    return;
  }
  reading.mistake(
    place,
    `expected an account of its own, found the ${identifiedBy} of line ${first} again: one account under two names would count twice`,
  );
}

/** A generation of a venue's interface may have a host of its own; the credentials say which it is. */
function defaultBaseUrl(terms: VenueConfiguration | null, credentials: Credentials | null): string | null {
  const form = terms?.credentialForms.find(({ kind }) => kind === credentials?.kind);
  return form?.baseUrl ?? terms?.defaultBaseUrl ?? null;
}

function readName(reading: Reading, mapping: Mapping, linesOfNames: Map<string, number>): string | null {
  const expected = "a name of letters, digits, _ and - (63 at most, the first a letter or digit)";
  const place = reading.required(mapping, "name", expected);
  const text = place && reading.text(place, expected);
  if (place === null || text === null) return null;
  if (!NAME.test(text.value)) {
    reading.mistake(place, `expected ${expected}, found ${text.shown}`);
    return null;
  }
  const key = text.value.toLowerCase();
  const first = linesOfNames.get(key);
  if (first !== undefined) {
    reading.mistake(
      place,
      `expected a name of its own, found ${text.shown} as on line ${first} (capitals do not count)`,
    );
    return null;
  }
  linesOfNames.set(key, place.line);
  return text.value;
}

function readVenue(reading: Reading, mapping: Mapping, venues: readonly string[]): string | null {
  const expected = alternatives(venues);
  const place = reading.required(mapping, "venue", expected);
  const text = place && reading.text(place, expected);
  if (place === null || text === null || venues.includes(text.value)) return text?.value ?? null;
  reading.mistake(place, `expected ${expected}, found ${text.shown}`);
  return null;
}

/**
 * Reads the credentials; they must fill in exactly one of the venue's forms. Where the venue is not known,
 * only their values are looked at.
 */
function readCredentials(
  reading: Reading,
  account: Mapping,
  venue: string | null,
  terms: VenueConfiguration | null,
  base: string,
): SignIn | null {
  const forms = terms?.credentialForms ?? [];
  const choices = forms.map((form) => form.fields.join(" + "));
  const expected = terms === null ? "the venue's credentials" : choices.join(", or ");
  const place = reading.required(account, "credentials", expected);
  if (place === null) return null;
  const known = terms === null ? null : [...new Set(forms.flatMap((form) => form.fields))];
  const mapping = reading.mapping(place, expected, known);
  if (mapping === null) return null;

  const texts = new Map<string, Text>();
  for (const [field, at] of mapping.entries) {
    const text = reading.credential(at);
    if (text !== null) texts.set(field, text);
  }
  const given = new Set([...mapping.entries.keys(), ...mapping.misspelt]);
  const form = likeliestForm(forms, given);
  assert(form !== null || terms === null, `the venue ${venue} must have a form for its credentials`);
  if (form === null) return null;
  const missing = form.fields.filter((field) => !given.has(field));
  const leftOver = [...mapping.entries.keys()].filter((field) => !form.fields.includes(field));
  const faults = [
    ...(missing.length === 0 ? [] : [`missing ${missing.join(", ")}`]),
    ...(leftOver.length === 0 ? [] : [`left over ${leftOver.join(", ")}`]),
  ];
  if (faults.length > 0) reading.mistake(place, `expected ${expected} for ${venue}; ${faults.join("; ")}`);
  warnOfLiterals(reading, mapping, texts, form);
  const values = new Map([...texts].map(([field, text]) => [field, text.value]));
  for (const field of form.fileFields ?? []) {
    const text = texts.get(field);
    const at = mapping.entries.get(field);
    if (text === undefined || at === undefined) continue;
    const path = readPath(reading, at, text, { base, expected: "a file" });
    if (path !== null) values.set(field, path);
  }
  const fields = Object.fromEntries([...values].map(([field, value]) => [field, new Secret(value)]));
  return { credentials: { kind: form.kind, fields }, form, at: place, places: mapping.entries };
}

/** The form that most of the given fields belong to; of equals the one with the fewest missing. */
function likeliestForm(forms: readonly CredentialForm[], given: ReadonlySet<string>): CredentialForm | null {
  const ranked = forms.map((form) => {
    const present = form.fields.filter((field) => given.has(field)).length;
    return { form, present, missing: form.fields.length - present };
  });
  return ranked.toSorted((a, b) => b.present - a.present || a.missing - b.missing)[0]?.form ?? null;
}

function warnOfLiterals(
  reading: Reading,
  mapping: Mapping,
  texts: ReadonlyMap<string, Text>,
  form: CredentialForm,
): void {
  for (const [field, place] of mapping.entries) {
    const text = texts.get(field);
    if (text === undefined || text.isSubstituted || form.publicFields?.includes(field)) continue;
    reading.exposes(place, WRITTEN_SECRET);
  }
}
