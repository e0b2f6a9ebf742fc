import type { Scan } from '../../src/domain/scan.js'
import { type CliOutcome, runCli } from './run-cli.js'

/** A report of `-o json`, with how the command ended. */
export interface Report {
  readonly outcome: CliOutcome
  readonly scans: readonly Scan[]
}

/** Runs `terradiff ... --all -o json`. Throws, with what it said, where it printed no document. */
export async function terradiff(
  args: readonly string[],
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Report & { readonly scan: Scan }> {
  const outcome = await runCli({ command: 'terradiff', args: [...args, '--all', '-o', 'json'], ...place })
  const { scans } = parseDocument(outcome)
  const [scan] = scans
  if (scan === undefined) throw new Error(`no scan in the report:\n${outcome.stdout}`)
  return { outcome, scans, scan }
}

/** The document on standard output. */
export function parseDocument(outcome: CliOutcome): { readonly scans: readonly Scan[] } {
  try {
    return JSON.parse(outcome.stdout)
  } catch {
    throw new Error(`no document; exit code ${outcome.exitCode}:\n${outcome.stderr}\n${outcome.stdout}`)
  }
}
