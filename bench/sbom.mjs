// The software bill of materials (CycloneDX, JSON) of what runs in production, from the lock file alone:
// nothing is downloaded and nothing needs to be installed.
//
//   npm run --silent sbom > sbom.json
//
// `npm sbom --omit dev` leaves out each package that is needed at run time and by a tool too (npm 11: the
// Postgres driver), so npm is shown a project that has no tools.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const read = (name) => JSON.parse(readFileSync(join(import.meta.dirname, "..", name), "utf8"));
const withoutTools = ({ devDependencies: _, ...others }) => others;

const project = withoutTools(read("package.json"));
const lock = read("package-lock.json");
const packages = Object.fromEntries(
  Object.entries(lock.packages)
    .filter(([, { dev, devOptional }]) => !dev && !devOptional)
    .map(([path, one]) => [path, path === "" ? withoutTools(one) : one]),
);

const temporary = mkdtempSync(join(tmpdir(), "perpbooks-sbom-"));
// npm takes the project's name from its folder's.
const folder = join(temporary, project.name);
try {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify(project));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...lock, packages }));
  const words = ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx", "--sbom-type", "application"];
  process.stdout.write(execFileSync("npm", [...words, "--offline"], { cwd: folder }));
} finally {
  rmSync(temporary, { recursive: true });
}
