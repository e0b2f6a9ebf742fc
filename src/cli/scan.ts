import type { Command } from 'commander'
import { escapeText } from '../lib/text/escape-text.js'
import { EXIT_CODES } from './exit-code.js'
import { withInterrupt } from './interrupt.js'
import { createProgress } from './progress.js'
import { type ResultOptions, withConfigOption, withScanOptions } from './result-options.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd scan                           every stack
  driftd scan prod/network 'edge/*'     these stacks
  driftd scan -o json > report.json     for programs
  driftd scan --fail-on deleted,check   exit 2 for these kinds only`

/** What `driftd scan` takes and does. */
export function defineScan(command: Command): void {
  withScanOptions(withConfigOption(command)).addHelpText('after', EXAMPLES).action(scan)
}

type Options = ResultOptions & { readonly config?: string }

async function scan(patterns: readonly string[], options: Options): Promise<void> {
  const { showScans } = await import('./show-scans.js')
  await withApp(options, (app) =>
    withInterrupt(async (signal) => {
      const progress = createProgress({
        stream: process.stderr,
        isQuiet: options.quiet ?? false,
        nowMs,
        signal,
      })
      const watcher = { signal, onEvent: progress.onEvent }
      const { scans, problems } = await app.scan(patterns, watcher).finally(progress.stop)
      const exitCode = await showScans(scans, options)
      for (const problem of problems)
        process.stderr.write(`error: ${escapeText(problem.message)} (${problem.code})\n`)
      process.exitCode =
        problems.length > 0 && exitCode !== EXIT_CODES.interrupted ? EXIT_CODES.error : exitCode
    }),
  )
}

function nowMs(): number {
  return performance.now()
}
