import type { Manifest } from "../report/manifest.ts";
import type { PeriodOptions } from "./reported-period.ts";
import type { Workspace } from "./workspace.ts";

export async function writeSummary(workspace: Workspace, _options: PeriodOptions, manifest: Manifest): Promise<void> {
  workspace.progress.stop();
  workspace.surroundings.output.write(`${manifest.files.length} files\n${manifest.incomplete.join("\n")}\n`);
}
