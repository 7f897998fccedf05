/** The bill of materials lists what runs in production, and nothing else. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

type Locked = {
  readonly version: string;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

/** What Node finds from `from` under the name: the nearest `node_modules` that has it, by the lock. */
function resolved(packages: Readonly<Record<string, Locked>>, from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === "") return null;
  }
}

/** All that the runtime dependencies need in turn, found without the lock's own marks of what is a tool. */
function neededAtRunTime(packages: Readonly<Record<string, Locked>>): ReadonlySet<string> {
  const needed = new Set<string>();
  const need = (from: string) => {
    const { dependencies, optionalDependencies } = packages[from] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const path = resolved(packages, from, name);
      if (path === null) expect(Object.keys(optionalDependencies ?? {})).toContain(name);
      else if (!needed.has(path)) {
        needed.add(path);
        need(path);
      }
    }
  };
  need("");
  return needed;
}

/** A component with its version, and the hash of the package's file in hexadecimal. */
type Component = readonly [name: string, hash: string];

test("the bill of materials has each package that the lock file has at run time, with its hash, and no tool", () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const wanted = [...neededAtRunTime(packages)].map((path): Component => {
    const { version, integrity } = packages[path];
    const hash = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
    return [`${path.split("node_modules/").at(-1)}@${version}`, hash];
  });
  expect(wanted.length).toBeGreaterThan(50);

  const words = ["run", "--silent", "sbom"];
  const bill = JSON.parse(execFileSync("npm", words, { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 24 }));
  expect([bill.bomFormat, bill.metadata.component.name]).toEqual(["CycloneDX", "perpbooks"]);
  const listed = bill.components.map(
    ({
      name,
      version,
      hashes,
    }: {
      name: string;
      version: string;
      hashes: readonly { content: string }[];
    }): Component => [`${name}@${version}`, hashes[0]?.content ?? ""],
  );
  const sorted = (components: readonly Component[]) => components.map((one) => one.join(" ")).toSorted();
  // What lies in several places in one version is listed once.
  expect(sorted(listed)).toEqual([...new Set(sorted(wanted))]);
});

test("no package that runs in production has an install script, and each is locked by its hash", () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const needed = [...neededAtRunTime(packages)];
  expect(needed.filter((path) => packages[path].hasInstallScript === true)).toEqual([]);
  expect(needed.filter((path) => !packages[path].integrity?.startsWith("sha512-"))).toEqual([]);
});
