import { spawn } from 'node:child_process'
import { setInterval } from 'node:timers'
import { identifyProcess } from '../../../src/lib/process-identity.js'
import { openStore } from '../../../src/store/open-store.js'

/** Begins a scan with an engine, and leaves both to whoever kills it. */
const [path] = process.argv.slice(2)
const store = await openStore(`sqlite:${path}`)
await store.schedule.startScan(
  {
    id: '01J1',
    stack: 'prod/network',
    provider: 'terraform',
    repository: 'infra',
    commit: null,
    startedAt: '2026-11-24T10:00:00.000Z',
    phase: 'checkout',
    owner: identifyProcess(),
    overdueAt: '2026-11-24T10:15:00.000Z',
  },
  null,
)
const engine = spawn('sleep', ['600'], { stdio: 'ignore', detached: true })
await store.schedule.noteEngine({ scan: '01J1', phase: 'plan', leader: identifyProcess(engine.pid) })
console.log(engine.pid)
setInterval(() => undefined, 60_000)
