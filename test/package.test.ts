/** What the published package holds: what a user needs, and nothing else. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { emptyDatabaseFile } from "../src/store/empty-database.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Asks no registry, and runs none of the package's scripts. */
function packed(): {
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly size: number;
} {
  const words = ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline"];
  const [found] = JSON.parse(execFileSync("npm", words, { cwd: ROOT, encoding: "utf8" }));
  return found;
}

/** Where the README sends who wants to change the program; they have the repository. */
const FOR_DEVELOPERS = ["CONTRIBUTING.md", "src/README.md", "test/README.md"];

const EMPTY_DATABASE = relative(ROOT, emptyDatabaseFile());

test("the package holds what its commands read and its documents link to; no sources, tests, maps or tools", () => {
  const { files, size } = packed();
  const paths = files.map(({ path }) => path);
  const under = (folder: string, ending: string) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(ending))
      .map((path) => `${folder}/${path}`);
  const needed = [
    ...under("src", ".ts").map((path) => path.replace(/^src/, "dist").replace(/ts$/, "js")),
    ...under("sql", ".sql"),
    ...under("reports", ".sql"),
    "reports/columns.txt",
    EMPTY_DATABASE,
    "LICENSE",
    "package.json",
  ];
  const isWanted = (path: string) =>
    /^(?:dist\/.*\.(?:js|tgz)|sql\/.*\.(?:sql|md)|reports\/[^/]+|docs\/.*\.(?:md|png|schema\.json)|[A-Z]+\.md|LICENSE|package\.json)$/.test(
      path,
    );
  const links = paths
    .filter((path) => path.endsWith(".md") && !path.startsWith("docs/decisions/"))
    .flatMap((path) =>
      [...readFileSync(join(ROOT, path), "utf8").matchAll(/\]\(([^)#:\s]+)/g)].map(([, to = ""]) =>
        normalize(join(dirname(path), to)),
      ),
    );
  expect({
    lacking: needed.filter((path) => !paths.includes(path)),
    unwanted: paths.filter((path) => !isWanted(path)),
    leadingNowhere: links.filter((path) => !paths.includes(path) && !FOR_DEVELOPERS.includes(path)),
    developersFiles: FOR_DEVELOPERS.filter((path) => !existsSync(join(ROOT, path))),
  }).toEqual({ lacking: [], unwanted: [], leadingNowhere: [], developersFiles: [] });
  const database = files.find(({ path }) => path === EMPTY_DATABASE)?.size ?? 0;
  expect(size - database, "the size of all but the empty database").toBeLessThan(1_000_000);
  expect(database).toBeLessThan(5_000_000);
});
