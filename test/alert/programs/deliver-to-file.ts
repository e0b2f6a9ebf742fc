import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicFactory } from 'ulid'
import { createDispatcher } from '../../../src/alert/dispatch.js'
import { systemClock } from '../../../src/lib/clock.js'
import { createLogger } from '../../../src/lib/logger.js'
import { createRedactor } from '../../../src/lib/redact.js'
import { openStore } from '../../../src/store/open-store.js'
import { openPolicy } from '../../helpers/alert-lab.js'
import { PACE } from '../../helpers/build-alert.js'
import { buildKnownStack } from '../../helpers/build-drift.js'
import { DELIVERED, fakeChannel } from '../../helpers/fake-channel.js'

// dispatches what a store holds until all of it is delivered: each message is a line of a file
const [path, file, ...names] = process.argv.slice(2)
if (path === undefined || file === undefined) throw new Error('names a store and a file')
const store = await openStore(`sqlite:${path}`)
const channel = fakeChannel('file', (message) => {
  appendFileSync(file, `${message.id} ${message.stacks[0]?.name}\n`)
  return DELIVERED
})
const pace = { ...PACE, groupWaitMs: 0 }
const policy = openPolicy([channel])
const dispatcher = createDispatcher({
  store: store.alerts,
  drifts: store.drift,
  stacks: async () => names.map((name) => buildKnownStack({ name, maxAgeMs: 1e13 })),
  channels: [channel],
  policy: { ...policy, pace, routes: policy.routes.map((route) => ({ ...route, pace })) },
  timed: [],
  repositoryUrls: new Map(),
  severityReason: () => null,
  canRemediate: false,
  retentionMs: 86_400_000,
  clock: systemClock,
  log: createLogger({ verbosity: 'normal', redactor: createRedactor([]) }),
  newId: monotonicFactory(),
  random: Math.random,
  observe: () => undefined,
})
dispatcher.start()
const deadline = performance.now() + 30_000
while (performance.now() < deadline) {
  const delivered = (await store.alerts.deliveryCounts()).find(({ state }) => state === 'delivered')
  if (delivered?.count === names.length) break
  await sleep(20)
}
await dispatcher.stop()
await store.close()
