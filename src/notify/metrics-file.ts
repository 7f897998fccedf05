/** The file of metrics, which is either the old one or the new one, and never a part of one. */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileTrouble } from "../store/file-trouble.ts";
import { readTextFile, SMALL_FILE_BYTES_MAX } from "../text-file.ts";
import { metricsText, type NightFigures } from "./metrics.ts";

/**
 * Unlike all else that the program writes, others may read it: node_exporter runs as a user of its own. It
 * holds accounts' names, counts and instants, and no amount.
 */
const MODE = 0o644;

/** Null once it is written; otherwise why it is not, in words. Never throws for what is about the file. */
export async function writeMetrics(path: string, night: NightFigures): Promise<string | null> {
  const former = readTextFile(path, SMALL_FILE_BYTES_MAX);
  // The collector reads what ends in .prom, which this name does not.
  const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}.unfinished`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(unfinished, "wx");
    try {
      await file.writeFile(metricsText(night, former.kind === "text" ? former.text : null));
      // The program's own mask takes the others' rights away when a file is made.
      await file.chmod(MODE);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    return null;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    const trouble = fileTrouble(error, path);
    if (trouble === null) throw error;
    return `${path} cannot be written: ${trouble.words.what}`;
  }
}
