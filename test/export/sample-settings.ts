/** What the configuration must say for targets whose settings have no defaults. */
import { EVENT_KINDS } from "../../src/export/events.ts";
import type { Target, Words } from "../../src/export/target.ts";

const NUMBERS = Object.fromEntries(EVENT_KINDS.map((kind, nth) => [kind, `${4100 + nth}`]));

const SETTINGS: Readonly<Record<string, Words>> = {
  datev: { consultant: "29098", client: "55003", fiscalYearStart: "07-01", wallet: "1810", ...NUMBERS },
  "quickbooks-journal": {
    rounding: "Rounding",
    wallet: "Perpetuals wallet",
    ...Object.fromEntries(EVENT_KINDS.map((kind) => [kind, `Perpetuals:${kind}`])),
  },
  "xero-journal": { taxRate: "Tax Exempt", rounding: "4199", wallet: "1810", ...NUMBERS },
};

/** The target's own words, and the sample's settings. */
export function sampleWords({ name, words }: Target): Words {
  return { ...words?.defaults, ...SETTINGS[name] };
}
