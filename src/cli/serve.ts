import { setFlagsFromString } from 'node:v8'
import type { Command } from 'commander'
import { killLiveGroups } from '../lib/live-groups.js'
import { EXIT_CODES } from './exit-code.js'
import { withConfigOption } from './result-options.js'
import { readVersion } from './version.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd serve                      scan on schedule and after commits, until it is stopped
  driftd serve -c /etc/driftd.yaml  with this configuration

SIGTERM and SIGINT stop it within shutdownGrace, a second one at once; SIGHUP reads the configuration again.
It logs a line of JSON per event to standard error (docs/operations.md).`

/** What `driftd serve` takes and does. */
export function defineServe(command: Command): void {
  withConfigOption(command)
    .option('-q, --quiet', 'log errors only')
    .option('-v, --verbose', 'log everything')
    .addHelpText('after', EXAMPLES)
    .action(serve)
}

interface Options {
  readonly config?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
}

async function serve(options: Options): Promise<void> {
  // what is new and soon gone: V8 would let it grow to 48 MB and keep them, though a daemon waits most of the time
  for (const flag of ['--max-semi-space-size=2', '--semi-space-growth-factor=1']) setFlagsFromString(flag)
  const stop = stopOnSignals()
  await withApp(options, (app) =>
    app.serve({
      version: readVersion(),
      verbosity: options.quiet ? 'quiet' : options.verbose ? 'verbose' : 'daemon',
      orders: { stop, onReload },
      onListening: (url) => void process.stdout.write(`driftd listens on ${url}\n`),
    }),
  )
}

/** The first SIGTERM or SIGINT asks, a second one ends every engine and the program at once. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      killLiveGroups()
      process.exit(EXIT_CODES.interrupted)
    }
    controller.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  // before there is anything to reload, SIGHUP would end us
  process.on('SIGHUP', () => undefined)
  return controller.signal
}

function onReload(reload: () => void): () => void {
  process.on('SIGHUP', reload)
  return () => process.off('SIGHUP', reload)
}
