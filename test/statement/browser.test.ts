/**
 * The page in a browser: nothing is requested, nothing is said on the console, and axe finds nothing, in
 * light, dark and on a phone. One browser for all cases. Without Chromium these tests say that they were not
 * run.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import axe from "axe-core";
import { type BrowserContext, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StatedWorld, statedPage } from "../support/stated-world.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
/** Of Poppler; without it the words of a sheet are not looked for. */
const PDF_TO_TEXT = ["/usr/bin/pdftotext"].find(existsSync);
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const VIEWS = {
  light: { width: 1180, colorScheme: "light" },
  dark: { width: 1180, colorScheme: "dark" },
  phone: { width: 390, colorScheme: "light" },
} as const;

/** What is looked at in which light: axe takes seconds for each. */
const VIEWS_OF: Readonly<Record<string, readonly (keyof typeof VIEWS)[]>> = {
  "two months": ["light", "dark", "phone"],
  "a year of which a part was not read": ["dark"],
  "several accounts, and what differs": ["light", "phone"],
  nothing: ["light"],
};

const PAGES: Readonly<Record<string, StatedWorld>> = {
  "two months": { symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT", "币安人生USDT"] },
  "a year of which a part was not read": {
    period: "2025",
    unread: [["2025-03-04", "2025-03-20"]],
    incomplete: ["main: income was not read from 2025-03-04 to 2025-03-20"],
  },
  "several accounts, and what differs": {
    period: "2026-05",
    accounts: ["main", "second"],
    assets: ["USDT", "USDC"],
    hasMarks: true,
    differing: [
      { account: "main", check_name: "wallet", subject: "USDT", asset: "USDT", difference: "-1.5" },
    ],
  },
  nothing: { isTraded: false },
};

/** Widest first among what a person still reads without scrolling sideways: 200 % of a small window. */
const NARROWEST = 320;

describe.skipIf(CHROMIUM === undefined)("in Chromium", () => {
  let folder: string;
  let context: BrowserContext;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "perpbooks-browser-"));
    context = await chromium.launchPersistentContext(join(folder, "profile"), {
      executablePath: CHROMIUM ?? "",
      args: FLAGS,
      headless: true,
    });
  });
  afterAll(async () => {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (name: string) => {
    const path = join(folder, "page.html");
    await writeFile(path, statedPage(PAGES[name]));
    const page = await context.newPage();
    const heard: string[] = [];
    page.on("console", (message) => heard.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => heard.push(`error: ${error.message}`));
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(path).href) heard.push(`request: ${request.url().slice(0, 80)}`);
    });
    await page.goto(pathToFileURL(path).href);
    return { page, heard };
  };

  test.each(Object.keys(PAGES))("%s: nothing requested, nothing said, nothing for axe", async (name) => {
    const { page, heard } = await open(name);
    await page.evaluate(axe.source);
    const found: string[] = [];
    for (const view of VIEWS_OF[name] ?? []) {
      const { width, colorScheme } = VIEWS[view];
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      const ids = await page.evaluate<string[]>(
        `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] })
          .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + " " + target)))`,
      );
      for (const id of ids) found.push(`${view}: ${id}`);
    }
    await page.setViewportSize({ width: NARROWEST, height: 900 });
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    const nodes = await page.evaluate<number>("document.querySelectorAll('*').length");
    await page.close();
    expect({ found, heard, width }).toEqual({ found: [], heard: [], width: NARROWEST });
    expect(nodes).toBeLessThan(15_000);
  });

  test("a click on a column's head sorts by the exact amounts, and the next one the other way round", async () => {
    const { page } = await open("two months");
    const head = page.locator("#symbols thead th").nth(1);
    const values = () =>
      page.evaluate<string[]>(
        "[...document.querySelectorAll('#symbols tbody td:nth-child(2) data')].map(({ value }) => value)",
      );
    const before = await values();
    await head.locator("button").click();
    await head.locator("button").click();
    expect({ order: await values(), sort: await head.getAttribute("aria-sort") }).toEqual({
      order: before.toReversed(),
      sort: "ascending",
    });
    await page.close();
  });

  test("the day under the pointer is read out", async () => {
    const { page } = await open("two months");
    const chart = page.locator("#curve svg.wide").first();
    await chart.hover({ position: { x: 200, y: 100 } });
    expect(await page.locator("#curve .readout").first().textContent()).toMatch(
      /^\d+ May: [+−][\d,.]+, in all [+−][\d,.]+ USDT$/,
    );
    await page.close();
  });

  test.skipIf(PDF_TO_TEXT === undefined)(
    "each sheet of an incomplete statement says so at its head",
    async () => {
      const { page } = await open("a year of which a part was not read");
      for (const format of ["A4", "Letter"]) {
        const path = join(folder, `${format}.pdf`);
        await page.pdf({ path, format, preferCSSPageSize: false });
        const { stdout } = await promisify(execFile)(PDF_TO_TEXT ?? "", [path, "-"]);
        // Each ends with a form feed.
        const sheets = stdout.split("\f").slice(0, -1);
        const lacking = sheets.filter((sheet) => !sheet.includes("1 Jan – 31 Dec 2025: Incomplete"));
        expect({ format, lacking }).toEqual({ format, lacking: [] });
        expect(sheets.length).toBeGreaterThan(3);
      }
      await page.close();
    },
  );

  test("on paper it is A4 or Letter, and no row is cut", async () => {
    const { page } = await open("several accounts, and what differs");
    for (const format of ["A4", "Letter"]) {
      const pdf = await page.pdf({ format, preferCSSPageSize: false });
      const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      expect(pages).toBeGreaterThan(1);
      expect(pages).toBeLessThan(12);
    }
    await page.emulateMedia({ media: "print" });
    const breaks = await page.evaluate<string[]>(
      "[...new Set([...document.querySelectorAll('tbody tr, svg, .keep')].map(one => getComputedStyle(one).breakInside))]",
    );
    expect(breaks).toEqual(["avoid"]);
    await page.close();
  });
});
