/**
 * The README's picture of the statement: `npm run demo`, then `node bench/picture.mjs out/demo/statement.html
 * docs/statement.png`. Needs Chromium, and is the same wherever its letters are.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [page = "out/demo/statement.html", picture = "docs/statement.png"] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
  ],
});
const view = await browser.newPage({ viewport: { width: 1180, height: 970 } });
await view.goto(pathToFileURL(resolve(page)).href);
await view.screenshot({ path: resolve(picture) });
await browser.close();
