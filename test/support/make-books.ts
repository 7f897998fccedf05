/** What `run` does but for its files: for tests that look into the store alone. */
export async function makeBooks(rig: { run(...words: string[]): Promise<unknown> }): Promise<void> {
  for (const command of ["sync", "book", "reconcile"]) await rig.run(command);
}
