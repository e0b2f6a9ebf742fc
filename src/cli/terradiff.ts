import { printVersion } from './print-version.js'

/** The command `terradiff`. */
export async function main(argv: readonly string[]): Promise<void> {
  if (printVersion(argv)) return
  const { runTerradiff } = await import('./terradiff/program.js')
  await runTerradiff(argv)
}
