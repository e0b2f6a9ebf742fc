import { printVersion } from './print-version.js'

/** The command `driftd`. */
export async function main(argv: readonly string[]): Promise<void> {
  if (printVersion(argv)) return
  const { runDriftd } = await import('./driftd-program.js')
  await runDriftd(argv)
}
