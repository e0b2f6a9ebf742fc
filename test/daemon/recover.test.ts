import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { recoverLeftovers } from '../../src/daemon/recover.js'
import { createLogger } from '../../src/lib/logger.js'
import { identifyProcess, stateOfProcess } from '../../src/lib/process-identity.js'
import { createRedactor } from '../../src/lib/redact.js'
import { buildScan } from '../helpers/build-record.js'
import { createFakeClock } from '../helpers/fake-clock.js'
import { collectLines } from '../lib/collect-lines.js'

describe('recoverLeftovers', () => {
  it('ends engines that were left running, and says what it found', async () => {
    const engine = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
    onTestFinished(() => void engine.kill('SIGKILL'))
    const gone = once(engine, 'exit')
    const leader = identifyProcess(engine.pid ?? 0)
    const logged = collectLines()
    const clock = createFakeClock('2026-11-20T10:00:00.000Z')
    const asked: unknown[] = []
    const scans = await recoverLeftovers(
      {
        schedule: {
          async leftovers(request) {
            asked.push(request.fence, request.now)
            return [{ scan: '01A', phase: 'plan', leader }]
          },
          async recover() {
            asked.push(`recovered while the engine is ${stateOfProcess(leader)}`)
            return [buildScan({ id: '01A', status: 'failed' })]
          },
        },
        clock,
        log: createLogger({ verbosity: 'daemon', redactor: createRedactor([]), destination: logged.stream }),
        processState: stateOfProcess,
      },
      { token: 3 },
    )
    await gone
    expect(stateOfProcess(leader)).toBe('gone')
    expect(scans.map(({ id }) => id)).toEqual(['01A'])
    expect(asked).toEqual([{ token: 3 }, '2026-11-20T10:00:00.000Z', 'recovered while the engine is gone'])
    expect(logged.text()).toMatch(/an engine was left running[\s\S]*a scan was left behind/)
  })
})
