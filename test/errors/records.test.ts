/**
 * Records that are not understood: kept, shown, never guessed; the run goes on with the rest and ends with
 * exit code 3.
 */
import { expect, test } from "vitest";
import { type HarmfulProxy, makeHarmfulProxy } from "../support/harmful-proxy.ts";
import { asRead, smallRig } from "./small-world.ts";

const INCOME = "/fapi/v1/income";
/** The last row of the small world's cash statement: a fee in ASTER. */
const LAST_AT = "2026-05-30T08:37:46.249+00:00";
const LAST_KEY = "9007199254741008/2583251/ETHUSDT/ASTER/1780130266249#1";

/** Changes the text of the last row of every page of income, if it is there. */
function changeLastRow(proxy: HarmfulProxy, change: (row: string) => string): void {
  proxy.harm(({ path }) =>
    path === INCOME
      ? {
          kind: "rewrite",
          change: (body) => {
            const at = body.lastIndexOf("{");
            return at === -1 ? body : body.slice(0, at) + change(body.slice(at));
          },
        }
      : null,
  );
}

function incompleteLines(output: string): readonly string[] {
  return output.split("\n").flatMap((line) => line.match(/INCOMPLETE: .*/)?.[0] ?? []);
}

/** The lines of the gaps report, without its head. */
function gapLines(files: Readonly<Record<string, string>>): readonly string[] {
  return (files["gaps-INCOMPLETE.csv"] ?? "").trimEnd().split(/\r?\n/).slice(1);
}

test("an income type that nobody has heard of goes to suspense with its text, and every report says so", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ through: proxy.through });
  changeLastRow(proxy, (row) => row.replace(/"incomeType":"[A-Z_]+"/, '"incomeType":"LIEN_CLAIM"'));
  const outcome = await rig.run("run");
  expect(asRead(outcome)).toEqual({ exitCode: 3, message: "" });
  expect(incompleteLines(outcome.output)).toEqual([
    "INCOMPLETE: suspense: 1 posting of kinds that are not known, together -1.25454953 ASTER",
  ]);
  const files = await rig.files();
  expect(Object.keys(files).filter((name) => !name.includes("/") && !name.includes("-INCOMPLETE"))).toEqual([
    "README.md",
    "manifest.json",
    "summary.txt",
  ]);
  expect(gapLines(files)).toEqual([
    `main,suspense,income,ETHUSDT,${LAST_AT},,-1.25454953,ASTER,income type LIEN_CLAIM,LIEN_CLAIM/${LAST_KEY},,`,
  ]);
  // The wallet is proven all the same: the amount is in it, and only what it was for is open.
  expect(outcome.output).toContain(
    "proven: of the checks 28 agree with the venue, 2 are inferred and so not proven",
  );
  expect((await rig.run("status")).output).toContain("open items: 1 entry in suspense");

  expect((await rig.run("run")).exitCode, "a second run is of the same opinion").toBe(3);
  expect(await rig.files()).toEqual(files);
  await rig.close();
});

test("what a terminal obeys is shown by its number, on the screen and in every file, and kept as it was sent", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ through: proxy.through });
  const type = "\u001b[2J\u001b]0;PAID\u0007\u202eNEILL\u009b31m";
  changeLastRow(proxy, (row) =>
    row.replace(/"incomeType":"[A-Z_]+"/, () => `"incomeType":${JSON.stringify(type)}`),
  );
  const seen: string[] = [];
  for (const words of [
    ["run"],
    ["status"],
    ["status", "--json"],
    ["report", "gaps", "--format", "csv"],
    ["report", "gaps", "--format", "json"],
    ["report", "gaps"],
    ["sql", "select income_type from history.income where income_type like '%NEILL%'"],
  ]) {
    const { output, errors } = await rig.run(...words);
    seen.push(output, errors);
  }
  const files = await rig.files();
  const obeyed = /(?!\r?\n|\t)[\p{Cc}\u202e]/u;
  for (const text of [...seen, ...Object.values(files)]) expect(text).not.toMatch(obeyed);
  const shown = "\\u001b[2J\\u001b]0;PAID\\u0007\\u202eNEILL\\u009b31m";
  expect(seen.filter((text) => text.includes(shown))).toHaveLength(4);
  expect(gapLines(files).join()).toContain(`income type ${shown}`);
  const kept = await rig.inspect(({ db }) =>
    db.selectFrom("history.income").select("income_type").where("income_type", "like", "%NEILL%").execute(),
  );
  expect(kept).toEqual([{ income_type: type }]);
  await rig.close();
});

test("a row without a field is set aside with the field's name, and booked when the venue has fixed it", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ through: proxy.through });
  changeLastRow(proxy, (row) => row.replace(/"income":"[^"]*",/, ""));
  const outcome = await rig.run("run");
  expect(asRead(outcome)).toEqual({ exitCode: 3, message: "" });
  expect(incompleteLines(outcome.output)).toEqual([
    "INCOMPLETE: income: 1 record is set aside (not understood)",
    // What was taken from the wallet by it is not booked, so the opening that is inferred from the wallet
    // lacks it.
    "INCOMPLETE: wallet_opening ASTER: the books differ from the venue by -1.25454953 (suspect: a row before the first snapshot that the wallet does not hold, or one with another amount or asset, or rows that are missing; next: run again, which reads that time once more; if this stays, compare the rows before the first snapshot with the venue's statement, and accept it if the wallet was in debt before the history begins)",
  ]);
  expect(gapLines(await rig.files())).toEqual([
    `main,not_understood,income,ETHUSDT,${LAST_AT},,,,"""income"": text or a number was expected, found nothing",COMMISSION/${LAST_KEY},,`,
  ]);

  proxy.harm(null);
  expect(asRead(await rig.run("run"))).toEqual({ exitCode: 0, message: "" });
  const repaired = await rig.files();
  await rig.run("book", "--from-empty");
  expect(asRead(await rig.run("reconcile"))).toEqual({ exitCode: 0, message: "" });
  await rig.run("report");
  expect(await rig.files(), "books built anew from raw give the same bytes").toEqual(repaired);
  await rig.close();

  const calm = await smallRig();
  await calm.run("run");
  expect(repaired).toEqual(await calm.files());
  await calm.close();
});

test("an amount that is no number is set aside with what was found", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ through: proxy.through });
  changeLastRow(proxy, (row) => row.replace(/"income":"[^"]*"/, '"income":"n/a"'));
  expect((await rig.run("run")).exitCode).toBe(3);
  expect(gapLines(await rig.files())).toEqual([
    `main,not_understood,income,ETHUSDT,${LAST_AT},,,,"""income"": a decimal was expected, found ""n/a""",COMMISSION/${LAST_KEY},,`,
  ]);
  await rig.close();
});

test("an amount that the venue rewrites is an alarm, and the books keep what it said first", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ through: proxy.through, reports: "at the end" });
  await rig.run("run");
  changeLastRow(proxy, (row) => row.replace(/"income":"[^"]*"/, '"income":"-7"'));
  const outcome = await rig.run("run");
  expect(asRead(outcome)).toEqual({ exitCode: 3, message: "" });
  expect(incompleteLines(outcome.output)).toEqual(["INCOMPLETE: income: 1 record is set aside (rewritten)"]);
  expect(outcome.output).toContain(
    "proven: of the checks 28 agree with the venue, 2 are inferred and so not proven",
  );
  expect((await rig.run("report")).exitCode).toBe(3);
  expect(gapLines(await rig.files())).toEqual([
    `main,rewritten,income,ETHUSDT,${LAST_AT},,,,the venue changed income; the books keep what it said first,COMMISSION/${LAST_KEY},,`,
  ]);

  proxy.harm(null);
  expect(asRead(await rig.run("run")), "until the venue says the same again").toEqual({
    exitCode: 0,
    message: "",
  });
  await rig.close();
});

test("a row that the venue hides is an alarm for as long as it is hidden", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ through: proxy.through });
  await rig.run("run");
  const before = await rig.files();
  proxy.harm(({ path }) =>
    path === INCOME ? { kind: "rewrite", change: (body) => body.replace(/,\{[^{]*\}\]$/, "]") } : null,
  );
  const outcome = await rig.run("run");
  expect(asRead(outcome)).toEqual({ exitCode: 3, message: "" });
  expect(incompleteLines(outcome.output)).toEqual(["INCOMPLETE: income: 1 record is set aside (vanished)"]);
  expect(outcome.output).toContain(
    "proven: of the checks 28 agree with the venue, 2 are inferred and so not proven",
  );

  proxy.harm(null);
  expect(asRead(await rig.run("run"))).toEqual({ exitCode: 0, message: "" });
  expect(await rig.files()).toEqual(before);
  await rig.close();
});
