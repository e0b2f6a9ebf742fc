import { printVersion } from './print-version.js'

/** The command `ansiblediff`. */
export async function main(argv: readonly string[]): Promise<void> {
  if (printVersion(argv)) return
  const { runAnsiblediff } = await import('./ansiblediff/program.js')
  await runAnsiblediff(argv)
}
