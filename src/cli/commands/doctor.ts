import type { AccountConfiguration } from "../../config/configuration.ts";
import { counted } from "../../domain/counted.ts";
import { isLoopback } from "../../domain/loopback.ts";
import { NAMES_AS_SENT } from "../../domain/record.ts";
import { durationText } from "../../errors.ts";
import { clientMaker } from "../../pipeline/clients.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT, mostUrgent } from "../../pipeline/exit-code.ts";
import { exitCodeFor, openItemText, readOpenItems } from "../../pipeline/open-items.ts";
import {
  forEachAccount,
  type Workspace,
  type WorkspaceOptions,
  withWorkspace,
} from "../../pipeline/workspace.ts";
import type { Inquiry } from "../../venues/venue.ts";
import { readAccountStatus } from "../account-status.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, CONFIG } from "../options.ts";
import { type Finding, memoryFinding, readStarts, roomFindings, scheduleFinding } from "../readiness.ts";

/** A clock that is further off than this is worth a warning, although signatures follow the venue's clock. */
const CLOCK_OFFSET_MAX_MS = 1_000;

const KEY_NEXT =
  "in the venue's API management give the key the right to read and no other, from this machine's address alone; or make a new one";

/**
 * Checks what a run needs: the configuration and the store (opened before this is called), room on the disks,
 * and for each account the venue, the clock, the credentials, the key's rights, whether the job is started in
 * time, and the open items. Changes nothing.
 */
export function doctor(options: WorkspaceOptions, context: CommandContext): Promise<number> {
  return withWorkspace(options, context, async (workspace) => {
    const { store, configuration } = workspace;
    say(workspace, "ok", "configuration", counted(configuration.accounts.length, "account"));
    for (const warning of configuration.warnings) say(workspace, "warning", "configuration", warning);
    if (configuration.warnings.length > 0) sayNext(workspace, "correct the configuration as said above");
    say(workspace, "ok", "store", store.shownAs);
    const room = roomFindings(configuration).map((finding) => tell(workspace, "disk", finding));
    const code = await forEachAccount(workspace, (account) => examine(workspace, account));
    const job = await examineJob(workspace);
    const open = await tellOpenItems(workspace);
    return mostUrgent([
      code,
      open,
      ...room,
      ...job,
      configuration.warnings.length > 0 ? EXIT.openItems : EXIT.done,
    ]);
  });
}

async function examine(workspace: Workspace, account: AccountConfiguration): Promise<number> {
  const { context } = workspace;
  const clientOf = clientMaker(workspace);
  const client = clientOf(account);
  const { venue } = client;
  const where = `${account.name} doctor`;
  await client.measureClock(where, context.signal);
  const offset = client.now() - context.clock.now();
  const isOff = Math.abs(offset) > CLOCK_OFFSET_MAX_MS;
  say(
    workspace,
    isOff ? "warning" : "ok",
    account.name,
    `this machine's clock is ${durationText(Math.abs(offset))} ${offset < 0 ? "ahead of" : "behind"} ${venue.title}'s`,
  );
  if (isOff) sayNext(workspace, "set this machine's clock by a time server");
  const balances = await client.call(
    venue.balancesRequest,
    where,
    (body) => venue.readBalances(body, NAMES_AS_SENT),
    context.signal,
  );
  say(
    workspace,
    "ok",
    account.name,
    `${venue.title} accepts the credentials and shows ${counted(balances.length, "asset")}`,
  );
  const ask = (inquiry: Inquiry) => {
    // A venue on this machine is a simulated one: its keys must not be sent to the real venue's other host.
    const isElsewhere = inquiry.baseUrl !== undefined && !isLoopback(new URL(account.baseUrl).hostname);
    const requested = isElsewhere ? clientOf({ ...account, baseUrl: inquiry.baseUrl }) : client;
    return requested.call(inquiry.request, where, (body) => inquiry.read(body), context.signal);
  };
  for (const mode of venue.modes ?? []) {
    for (const line of await ask(mode)) say(workspace, "ok", account.name, line);
  }
  if (venue.keyPower !== undefined) {
    say(workspace, "warning", account.name, `the key ${venue.keyPower}; keep it as you would the money`);
    return isOff ? EXIT.openItems : EXIT.done;
  }
  if (venue.rights === undefined) {
    say(
      workspace,
      "ok",
      account.name,
      `${venue.title} does not tell what else the key could do: give it no more rights than reading`,
    );
    return isOff ? EXIT.openItems : EXIT.done;
  }
  const warnings = await ask(venue.rights);
  for (const line of warnings) say(workspace, "warning", account.name, line);
  if (warnings.length > 0) sayNext(workspace, KEY_NEXT);
  else say(workspace, "ok", account.name, "the key can do nothing but read");
  return isOff || warnings.length > 0 ? EXIT.openItems : EXIT.done;
}

/** Whether the nightly job is started, and before the venues forget what it has not read. */
async function examineJob(workspace: Workspace): Promise<number[]> {
  const { configuration, context } = workspace;
  const now = context.clock.now();
  const codes: number[] = [];
  for (const status of await readAccountStatus(workspace)) {
    const { account } = status;
    const starts = await readStarts(workspace, account);
    codes.push(tell(workspace, account, scheduleFinding(starts, now, configuration.staleAfter)));
    const memory = memoryFinding(status, now, configuration.timeZone);
    if (memory !== null) codes.push(tell(workspace, account, memory));
  }
  return codes;
}

/** What the books have open, as `run` and `status` have it. */
async function tellOpenItems(workspace: Workspace): Promise<number> {
  const { accounts, store, configuration, context } = workspace;
  const now = context.clock.now();
  const codes: number[] = [];
  const names = accounts.map(({ name }) => name);
  const openItems = await readOpenItems(store.db, names, configuration.timeZone);
  for (const name of names) {
    const { open } = openItems(name);
    for (const item of open) {
      const words = openItemText(item, now, configuration.timeZone);
      say(workspace, "warning", name, words);
      sayNext(workspace, item.next);
    }
    codes.push(exitCodeFor(open));
  }
  return mostUrgent(codes);
}

function say({ context, progress }: Workspace, state: "ok" | "warning", subject: string, text: string): void {
  progress.stop();
  context.output.write(`${state.padEnd(8)} ${subject}: ${text}\n`);
}

/** Says what was found, and returns the exit code that it is worth. */
function tell(workspace: Workspace, subject: string, finding: Finding): number {
  say(workspace, finding.state, subject, finding.text);
  if (finding.state === "ok") return EXIT.done;
  sayNext(workspace, finding.next);
  return EXIT.openItems;
}

/** What to do about the warnings above it. */
function sayNext({ context }: Workspace, text: string): void {
  context.output.write(`  next: ${text}\n`);
}

export const doctorCommand = defineCommand({
  options: { config: CONFIG, account: ACCOUNTS },
  examples: [
    ["doctor", "all accounts"],
    ["doctor --account main", "one account"],
  ],
  act: doctor,
});
