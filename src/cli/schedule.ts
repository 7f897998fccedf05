/** How the nightly job is started: a line for cron, or a service and a timer for systemd. Pure. */

export type Job = {
  /** How the program is started, absolute: the interpreter, and its file. */
  readonly program: readonly string[];
  /** Of the configuration. */
  readonly folder: string;
  /** Its name in the folder. */
  readonly config: string;
  /** As `run --deadline` takes it. */
  readonly deadline: string;
};

/** A time of day at which nobody trades by hand, and not the full hour, when all other jobs are started. */
const HOUR = 3;
const MINUTE = 17;

const CONFIG_DEFAULT = "perpbooks.yaml";

/** Cron takes % for an end of line. */
export function cronLine({ program, folder, config, deadline }: Job): string {
  const words = ["run", ...(config === CONFIG_DEFAULT ? [] : ["--config", config]), "--deadline", deadline];
  const command = `cd ${forShell(folder)} && ${[...program, ...words].map(forShell).join(" ")} --log perpbooks.log`;
  return `${MINUTE} ${HOUR} * * *  ${command.replaceAll("%", "\\%")}`;
}

/** As one word of a shell. */
export function forShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export type Service = Job & {
  /** Whom the books belong to. */
  readonly user: string;
  /** The secrets, each a file of its own that systemd hands over. */
  readonly variables: readonly string[];
  /** Folders outside of the configuration's that are written to. */
  readonly writes: readonly string[];
};

/** Where the secrets are kept, for root alone. */
export const SECRETS_FOLDER = "/etc/perpbooks";

/** The command as a person types it: what npm has installed into a folder, npx alone finds. */
export function callOf(program: readonly string[]): string {
  return program.some((path) => path.endsWith("/node_modules/.bin/perpbooks"))
    ? "npx perpbooks"
    : "perpbooks";
}

/** Where npx keeps what is installed nowhere, until somebody clears it away or it loads another version. */
export function isInCacheOfNpx(program: readonly string[]): boolean {
  return program.some((path) => path.includes("/_npx/"));
}

/** The folder that a program needs: all packages beside it, where npm has installed it. */
function installedIn(path: string): string {
  return path.replace(/(\/node_modules)\/.*$/, "$1").replace(/\/(?:bin|dist)\/[^/]*$/, "");
}

/** Folders that `ProtectHome` hides. */
const HOMES = /^\/(?:home|root|run\/user)(?:\/|$)/;

export function serviceUnit({ program, folder, config, deadline, user, variables, writes }: Service): string {
  const words = ["run", "--config", `${folder}/${config}`, "--deadline", deadline];
  const hidden = (paths: readonly string[]) => paths.filter((path) => HOMES.test(path));
  const read = hidden(program.map(installedIn));
  const written = hidden([folder, ...writes]);
  const isAtHome = read.length + written.length > 0;
  return `# perpbooks: one night. What comes of it is in its exit code (systemctl status perpbooks), in the journal, and with those whom notify names in the configuration.

[Unit]
Description=perpbooks: the books of ${escaped(folder)}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=${user}
WorkingDirectory=${escaped(folder)}
ExecStart=${[...program, ...words].map(forExec).join(" ")}
# The deadline, and five minutes to stop and to tell how it ended.
TimeoutStartSec=${deadline} 5m
TimeoutStopSec=3m

# Each secret is a file that root alone can read; perpbooks finds it under its name. Or take these lines out and keep a file .env beside the configuration.
${variables.map((name) => `LoadCredential=${name}:${SECRETS_FOLDER}/${name}\n`).join("")}# LoadCredential=DATABASE_URL:${SECRETS_FOLDER}/DATABASE_URL

# It reads its configuration, writes the books and what it reports, and talks to the venues.
ProtectSystem=strict
ReadWritePaths=${[folder, ...writes.map((path) => `-${path}`)].map(quoted).join(" ")}
${
  isAtHome
    ? [
        "# The books or the program are in a home, of which nothing else is to be seen.",
        "ProtectHome=tmpfs",
        ...(written.length === 0 ? [] : [`BindPaths=${[...new Set(written)].map(quoted).join(" ")}`]),
        ...(read.length === 0 ? [] : [`BindReadOnlyPaths=${[...new Set(read)].map(quoted).join(" ")}`]),
      ].join("\n")
    : "ProtectHome=yes"
}
# A dump of its memory would hold the keys.
LimitCORE=0
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
LockPersonality=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077
# MemoryDenyWriteExecute cannot be set: Node and the embedded database make machine code as they run.
`;
}

export function timerUnit(): string {
  const two = (number: number) => `${number}`.padStart(2, "0");
  return `# perpbooks: every night; after a night in which the machine was off, as soon as it is on again.

[Unit]
Description=perpbooks, every night

[Timer]
OnCalendar=*-*-* ${two(HOUR)}:${two(MINUTE)}:00
RandomizedDelaySec=15m
Persistent=true

[Install]
WantedBy=timers.target
`;
}

/** % begins a specifier. */
function escaped(text: string): string {
  return text.replaceAll("%", "%%");
}

function quoted(word: string): string {
  const text = escaped(word);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** In a command $ begins a variable. */
function forExec(word: string): string {
  return quoted(word).replaceAll("$", "$$$$");
}
