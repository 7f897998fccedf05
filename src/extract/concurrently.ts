/**
 * Runs all tasks, some at once; after the first failure no further one is begun, and it is thrown when those
 * under way have ended.
 */
export async function allConcurrently(
  tasks: readonly (() => Promise<void>)[],
  atOnce: number,
): Promise<void> {
  let position = 0;
  const failures: unknown[] = [];
  const worker = async () => {
    for (
      let task = tasks[position++];
      task !== undefined && failures.length === 0;
      task = tasks[position++]
    ) {
      await task().catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
