/** Waits until every one has ended, also after one failed, then throws the first failure. */
export async function waitForAll(running: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(running)).find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
