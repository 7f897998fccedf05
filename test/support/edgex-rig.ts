// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it names variables of the environment.
/** A simulated edgeX with accounts of both generations, a store, and the command line run inside the test. */
import type { Instant } from "../../src/domain/instant.ts";
import type { EdgexWorld } from "../../src/simulator/edgex/world/world.ts";
import {
  type EdgexCredential,
  type EdgexSimulatorOptions,
  startEdgexSimulator,
} from "../../src/simulator/server.ts";
import { PUBLISHED_STARK_KEY } from "./edgex-rehearsal.ts";
import { type ReportsWritten, type Rig, rigAround } from "./rig.ts";
import type { StoreKind } from "./stores.ts";

export type EdgexRigOptions = {
  readonly kind: StoreKind;
  readonly world: EdgexWorld;
  /** Where the venue's clock stands. */
  readonly now: Instant;
  /** Null for as far back as the venue serves. */
  readonly since: string | null;
  readonly simulator?: Partial<EdgexSimulatorOptions>;
  /** Default "each night". */
  readonly reports?: ReportsWritten;
};

/** Accounts of the first generation all sign with the published dummy key; of the second there may be one. */
export async function newEdgexRig({
  kind,
  world,
  now,
  since,
  simulator: more,
  reports = "each night",
}: EdgexRigOptions): Promise<Rig> {
  const credentials = world.accounts.map(
    ({ name, generation }): EdgexCredential =>
      generation === "v1"
        ? { account: name, kind: "stark", starkPrivateKey: PUBLISHED_STARK_KEY }
        : {
            account: name,
            kind: "hmac",
            apiKey: "simulated-key",
            apiSecret: "simulated-secret",
            passphrase: "simulated-passphrase",
          },
  );
  const simulator = await startEdgexSimulator({
    world,
    clock: { kind: "frozen", at: now },
    credentials,
    weightPerMinute: Number.POSITIVE_INFINITY,
    ...more,
  });
  const environment: Record<string, string> = {
    STARK_KEY: PUBLISHED_STARK_KEY,
    API_KEY: "simulated-key",
    SECRET: "simulated-secret",
    PASSPHRASE: "simulated-passphrase",
  };
  const accounts = credentials.map((credential, nth) => ({
    name: credential.account,
    venue: "edgex",
    baseUrl: simulator.url,
    lines: since === null ? [] : [`since: ${since}`],
    credentials: {
      accountId: `"${world.accounts[nth]?.accountId ?? ""}"`,
      ...(credential.kind === "stark"
        ? { starkPrivateKey: "${STARK_KEY}" }
        : { apiKey: "${API_KEY}", apiSecret: "${SECRET}", passphrase: "${PASSPHRASE}" }),
    },
  }));
  return rigAround({ kind, now, simulator, accounts, environment, waitingMovesClocks: false, reports });
}
