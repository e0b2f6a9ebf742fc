import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Lead, type LeadParts, waitForLead } from '../../src/daemon/lead.js'
import { DriftError } from '../../src/domain/errors.js'
import type { ProcessIdentity, ProcessState } from '../../src/domain/running-scan.js'
import { createLogger } from '../../src/lib/logger.js'
import { createRedactor } from '../../src/lib/redact.js'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import { createFakeClock, type FakeClock } from '../helpers/fake-clock.js'
import { collectLines } from '../lib/collect-lines.js'
import { tempFolder } from '../lib/temp-folder.js'

const LEASE_MS = 15_000
const NEVER = new AbortController().signal

interface Lab {
  readonly clock: FakeClock
  readonly store: OpenedStore
  readonly log: () => string
  /** Processes that are dead. */
  readonly gone: Set<number>
  parts(pid: number, overrides?: Partial<LeadParts['schedule']>): LeadParts
}

async function openLab(): Promise<Lab> {
  const clock = createFakeClock('2026-11-20T10:00:00.000Z')
  const store = await openStore(`sqlite:${join(tempFolder(), 'driftd.db')}`)
  onTestFinished(() => store.close())
  const logged = collectLines()
  const gone = new Set<number>()
  return {
    clock,
    store,
    gone,
    log: logged.text,
    parts: (pid, overrides = {}) => ({
      schedule: { ...store.schedule, ...overrides },
      clock,
      owner: process(pid),
      leaseMs: LEASE_MS,
      log: createLogger({ verbosity: 'daemon', redactor: createRedactor([]), destination: logged.stream }),
      processState: (asked): ProcessState => (gone.has(asked.pid) ? 'gone' : 'elsewhere'),
    }),
  }
}

function process(pid: number): ProcessIdentity {
  return { host: `host${pid}`, pid, startedAs: 'boot ns 1' }
}

/** The lead that a process has taken. */
async function takeLead(parts: LeadParts): Promise<Lead> {
  const lead = await waitForLead(parts, NEVER)
  if (lead === null) throw new Error('nobody stopped it')
  return lead
}

/** The lead, once the clock has moved so far; null while somebody else has it. */
async function leadAfter(lab: Lab, pid: number, durationMs: number): Promise<Lead | null> {
  const found: Lead[] = []
  void takeLead(lab.parts(pid)).then((lead) => found.push(lead))
  await lab.clock.advance(durationMs)
  return found[0] ?? null
}

describe('waitForLead', () => {
  it('leads at once where nobody does, and keeps the lead as long as it lives', async () => {
    const lab = await openLab()
    const lead = await takeLead(lab.parts(1))
    await lab.clock.advance(LEASE_MS * 10)
    expect(lead.lost.aborted).toBe(false)
    expect(await leadAfter(lab, 2, LEASE_MS * 10)).toBeNull()
    expect(lab.log()).toMatch(/"leader":"host1:1".*"event":"standing by"/)
    expect(lab.log().match(/standing by/g)).toHaveLength(1)
  })

  it('takes over at once from a leader that gave up or is dead', async () => {
    const lab = await openLab()
    const first = await takeLead(lab.parts(1))
    await first.release()
    await first.release()
    expect(await leadAfter(lab, 2, 0)).not.toBeNull()
    expect(await leadAfter(lab, 3, 1_000)).toBeNull()
    lab.gone.add(2)
    expect(await leadAfter(lab, 4, 1_000)).not.toBeNull()
  })

  it('takes over from a silent leader within the lease, and not before', async () => {
    const lab = await openLab()
    await takeLead(lab.parts(1, { renewLead: () => new Promise(() => undefined) }))
    const waiting = takeLead(lab.parts(2))
    const isLeading = vi.fn()
    void waiting.then(isLeading)
    await lab.clock.advance(LEASE_MS - 1_000)
    expect(isLeading).not.toHaveBeenCalled()
    await lab.clock.advance(2_000)
    expect(isLeading).toHaveBeenCalled()
  })

  it('ends its waiting when it is told to stop', async () => {
    const lab = await openLab()
    await takeLead(lab.parts(1))
    const stopping = new AbortController()
    const waiting = waitForLead(lab.parts(2), stopping.signal)
    await lab.clock.advance(2_000)
    stopping.abort()
    expect(await waiting).toBeNull()
  })
})

describe('a lead', () => {
  it('is lost when somebody else took it while this process was paused, and what it still writes is refused', async () => {
    const lab = await openLab()
    const { renewLead, assertLeader } = lab.store.schedule
    const resume: (() => void)[] = []
    const paused = lab.parts(1, {
      renewLead: async (...asked) => {
        await new Promise<void>((resolve) => resume.push(resolve))
        return renewLead(...asked)
      },
    })
    const lead = await takeLead(paused)
    const other = await leadAfter(lab, 2, LEASE_MS + 1_000)
    await expect(assertLeader(lead.fence)).rejects.toMatchObject({ code: 'LEADERSHIP_LOST' })
    for (const go of resume) go()
    await lab.clock.advance(1)
    expect(lead.lost.reason).toMatchObject({ code: 'LEADERSHIP_LOST' })
    await lead.release()
    await expect(assertLeader(other?.fence ?? { token: 0 })).resolves.toBeUndefined()
  })

  it('goes on after a pause in which nobody took it', async () => {
    const lab = await openLab()
    const lead = await takeLead(lab.parts(1))
    lab.clock.step(LEASE_MS * 100)
    await lab.clock.advance(LEASE_MS)
    expect(lead.lost.aborted).toBe(false)
    await expect(lab.store.schedule.assertLeader(lead.fence)).resolves.toBeUndefined()
  })

  it('bears a store that is busy, but not longer than the lease', async () => {
    const lab = await openLab()
    const { renewLead } = lab.store.schedule
    let failures = 0
    const flaky = lab.parts(1, {
      renewLead: (...asked) => {
        failures -= 1
        return failures >= 0 ? Promise.reject(new DriftError('STORE_LOCKED', 'backup')) : renewLead(...asked)
      },
    })
    const lead = await takeLead(flaky)
    failures = 5
    await lab.clock.advance(LEASE_MS * 3)
    expect(lead.lost.aborted).toBe(false)
    failures = Number.POSITIVE_INFINITY
    await lab.clock.advance(LEASE_MS / 2)
    expect(lead.lost.aborted).toBe(false)
    await lab.clock.advance(LEASE_MS)
    expect(lead.lost.reason).toMatchObject({ code: 'LEADERSHIP_LOST' })
  })

  it('is lost as soon as a write is refused', async () => {
    const lab = await openLab()
    const lead = await takeLead(lab.parts(1))
    lead.noteError(new DriftError('STORE_LOCKED', 'busy'))
    expect(lead.lost.aborted).toBe(false)
    lead.noteError(new DriftError('LEADERSHIP_LOST', 'refused'))
    expect(lead.lost.aborted).toBe(true)
  })
})
