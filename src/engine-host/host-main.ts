import { createInterface } from 'node:readline'
import { DriftError } from '../domain/errors.js'
import type { Provider } from '../scan/provider.js'
import type { FromHost, ToHost } from './messages.js'
import { serveEngine } from './serve-engine.js'

/** What a host is: one request on standard input, its answers on standard output, then its end. `program` is its file. */
export async function hostMain(providers: readonly Provider[], program: string): Promise<void> {
  const controller = new AbortController()
  const stop = (why: string) => () => controller.abort(new DriftError('INTERRUPTED', why))
  process.once('SIGTERM', stop('driftd stopped the engine'))
  process.stdin.once('close', stop('driftd is gone'))
  await serveEngine({
    providers,
    messages: readMessages(),
    say: (message: FromHost) => void process.stdout.write(`${JSON.stringify(message)}\n`),
    signal: controller.signal,
    program,
  })
  process.stdin.destroy()
}

async function* readMessages(): AsyncGenerator<ToHost> {
  for await (const line of createInterface({ input: process.stdin })) yield JSON.parse(line) as ToHost
}
