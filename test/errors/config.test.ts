import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { UsageError } from "../../src/errors.ts";
import { ACCOUNT, KEY, VENUES } from "../unit/config/example.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "perpbooks-"));
});
afterEach(() => rm(folder, { recursive: true }));

const load = (environment = {}) =>
  loadConfiguration({ path: join(folder, "perpbooks.yaml"), environment, venues: VENUES, exportTargets: {} });

async function refusal(environment = {}): Promise<{ exitCode: number; message: string }> {
  const error = await load(environment).then(
    () => expect.fail("nothing was refused"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof UsageError)) throw error;
  return { exitCode: error.exitCode, message: error.message.replaceAll(`${folder}/`, "") };
}

test("a file that is not there", async () => {
  expect(await refusal()).toEqual({
    exitCode: 2,
    message: `perpbooks.yaml: no configuration was found here; nothing was done
  next: \`perpbooks init --venue VENUE\` (aster or edgex) writes one to start from; --config names another file`,
  });
});

test("a folder where the file should be", async () => {
  await mkdir(join(folder, "perpbooks.yaml"));
  expect(await refusal()).toEqual({
    exitCode: 2,
    message: `perpbooks.yaml: the file cannot be read (it is a folder); nothing was done
  next: make it a readable file`,
  });
});

test("a key that is no text", async () => {
  await writeFile(join(folder, "perpbooks.yaml"), `${ACCOUNT}[a, b]: c\n`);
  expect(await refusal({ ASTER_API_KEY: KEY, ASTER_API_SECRET: KEY })).toEqual({
    exitCode: 2,
    message: `perpbooks.yaml: 1 mistake in the configuration; nothing was done
  perpbooks.yaml:7: expected text as a key
  next: correct what is listed, then run the command again`,
  });
});

test("all mistakes at once, in the order of the file", async () => {
  await writeFile(
    join(folder, "perpbooks.yaml"),
    `timezone: Mars\n${ACCOUNT.replace("aster", "astr")}    since: soon\n`,
  );
  expect(await refusal({ ASTER_API_KEY: KEY, PERPBOOKS_STORE: "x" })).toEqual({
    exitCode: 2,
    message: `perpbooks.yaml: 5 mistakes in the configuration; nothing was done
  perpbooks.yaml:1: timezone: unknown key; did you mean timeZone?
  perpbooks.yaml:4: accounts[0].venue: expected aster or edgex, found "astr"
  perpbooks.yaml:7: accounts[0].credentials.apiSecret: \${ASTER_API_SECRET} is not set in the environment or .env
  perpbooks.yaml:8: accounts[0].since: expected a date such as 2026-01-01 or an instant such as 2026-01-01T00:00:00Z, found "soon"
  environment: PERPBOOKS_STORE: unknown name; nothing reads it
  next: correct what is listed, then run the command again`,
  });
});

test("the .env beside the file fills in what the environment lacks, and a byte order mark does no harm", async () => {
  await writeFile(join(folder, "perpbooks.yaml"), `\uFEFF${ACCOUNT}`);
  await writeFile(
    join(folder, ".env"),
    '\uFEFFASTER_API_KEY="from file"\nexport ASTER_API_SECRET=from-file # a word\n',
  );
  const { accounts, output } = await load({ ASTER_API_SECRET: "from environment" });
  const fields = accounts[0]?.credentials.fields;
  expect([fields?.["apiKey"]?.reveal(), fields?.["apiSecret"]?.reveal()]).toEqual([
    "from file",
    "from environment",
  ]);
  expect(output).toBe(join(folder, "out"));
});

/** A folder of secrets as systemd makes one for a unit with `LoadCredential`. */
async function credentials(files: Readonly<Record<string, string>>, mode = 0o440) {
  const path = join(folder, "credentials");
  await mkdir(path);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(path, name), text);
    await chmod(join(path, name), mode);
  }
  await writeFile(join(folder, "perpbooks.yaml"), ACCOUNT);
  return { CREDENTIALS_DIRECTORY: path };
}

test("a secret may be a file of $CREDENTIALS_DIRECTORY that is called by its name", async () => {
  const given = await credentials({
    ASTER_API_KEY: `${KEY}\n`,
    ASTER_API_SECRET: "from a file",
    "other.pem": "\xff",
  });
  await writeFile(join(folder, ".env"), "ASTER_API_SECRET=from .env\n", { mode: 0o600 });
  const fields = async (environment: Record<string, string>) => {
    const { accounts, warnings } = await load(environment);
    expect(warnings).toEqual([]);
    const { fields } = accounts[0]?.credentials ?? expect.fail();
    return [fields["apiKey"]?.reveal(), fields["apiSecret"]?.reveal()];
  };
  expect(await fields(given), "the unit's own secret goes before .env").toEqual([KEY, "from a file"]);
  expect(await fields({ ...given, ASTER_API_SECRET: "from outside" })).toEqual([KEY, "from outside"]);
  expect(await fields({ CREDENTIALS_DIRECTORY: join(folder, "nowhere"), ASTER_API_KEY: KEY })).toEqual([
    KEY,
    "from .env",
  ]);
});

test("with `unsafeSecrets: refuse` a file of secrets that others can read ends it, before anything is done", async () => {
  const given = await credentials({ ASTER_API_KEY: KEY, ASTER_API_SECRET: "x" }, 0o444);
  await writeFile(join(folder, "perpbooks.yaml"), `unsafeSecrets: refuse\n${ACCOUNT}`);
  await writeFile(join(folder, ".env"), "", { mode: 0o640 });
  await chmod(join(folder, ".env"), 0o640);
  expect(await refusal(given)).toEqual({
    exitCode: 2,
    message: `perpbooks.yaml: secrets are in files that other users can read; nothing was done
  .env: other users of this machine can read its secrets (mode 640); chmod 600 .env
  credentials/ASTER_API_KEY: other users of this machine can read its secrets (mode 444); chmod 600 credentials/ASTER_API_KEY
  credentials/ASTER_API_SECRET: other users of this machine can read its secrets (mode 444); chmod 600 credentials/ASTER_API_SECRET
  next: change the modes as shown; whoever has read a key may still use it, so think of a new one`,
  });
  await chmod(join(folder, ".env"), 0o600);
  for (const name of ["ASTER_API_KEY", "ASTER_API_SECRET"])
    await chmod(join(folder, "credentials", name), 0o400);
  expect((await load(given)).warnings).toEqual([]);
});

test("an environment in which Node checks no certificate is refused; one in which it does is not", async () => {
  await writeFile(join(folder, "perpbooks.yaml"), ACCOUNT);
  const secrets = { ASTER_API_KEY: KEY, ASTER_API_SECRET: "x" };
  expect(await refusal({ ...secrets, NODE_TLS_REJECT_UNAUTHORIZED: "0" })).toEqual({
    exitCode: 2,
    message: `perpbooks.yaml: 1 mistake in the configuration; nothing was done
  environment: NODE_TLS_REJECT_UNAUTHORIZED: with 0 anybody in between could pose as the venue, the monitor or the server; unset it (NODE_EXTRA_CA_CERTS names an authority of your own)
  next: correct what is listed, then run the command again`,
  });
  for (const value of ["1", ""])
    expect((await load({ ...secrets, NODE_TLS_REJECT_UNAUTHORIZED: value })).warnings).toEqual([]);
});

test("the end of such a file's line is no part of the secret, also within a longer text", async () => {
  const given = await credentials({ PASSWORD: "word\n", ASTER_API_KEY: KEY, ASTER_API_SECRET: "x" });
  await writeFile(
    join(folder, "perpbooks.yaml"),
    `store: postgres://me:\${PASSWORD}@localhost/books\n${ACCOUNT}`,
  );
  const { store } = await load(given);
  expect(store.kind === "postgres" && store.url.reveal()).toBe("postgres://me:word@localhost/books");
});

test("such a file that others can read is warned of, and one of ours that nothing reads is named", async () => {
  const given = await credentials({ ASTER_API_KEY: KEY, ASTER_API_SECRET: "x" }, 0o444);
  expect((await load(given)).warnings.map((line) => line.replaceAll(`${folder}/`, ""))).toEqual(
    ["ASTER_API_KEY", "ASTER_API_SECRET"].map(
      (name) =>
        `credentials/${name}: other users of this machine can read its secrets (mode 444); chmod 600 credentials/${name}`,
    ),
  );
  await writeFile(join(folder, "credentials", "PERPBOOKS_STORE"), "x");
  expect((await refusal(given)).message).toContain(
    "CREDENTIALS_DIRECTORY: PERPBOOKS_STORE: unknown name; nothing reads it",
  );
});
