import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DriftError } from '../../src/domain/errors.js'
import { holdPlan } from '../../src/scan/hold-plan.js'
import type { Prepared, PrepareRequest, Provider } from '../../src/scan/provider.js'
import type { ScanJob, ScanTools } from '../../src/scan/scan-job.js'
import { buildPlannedChange, buildProposal } from '../helpers/build-gate.js'
import { buildScanTools } from '../helpers/build-scan-job.js'
import { fakeProvider } from '../helpers/fake-provider.js'
import { memoryStore } from '../helpers/memory-store.js'
import { tempFolder } from '../lib/temp-folder.js'

const NO_SIGNAL = new AbortController().signal

function toolsIn(folder: string): ScanTools {
  return buildScanTools(folder, { store: memoryStore([]) })
}

/** Plans with a provider that prepares like this, and uses the plan like that. */
function hold<T>(
  prepare: NonNullable<Provider['prepare']> | undefined,
  use: Parameters<typeof holdPlan<T>>[3],
  timeoutMs = 60_000,
): Promise<T> {
  const folder = tempFolder()
  const stack = {
    name: 'a',
    provider: 'fake',
    repository: 'infra',
    path: '.',
    labels: {},
    timeoutMs,
    minCoverage: 0,
    options: {},
  }
  const detect = () => Promise.reject(new Error('nobody scans here'))
  const provider = { ...fakeProvider(detect), ...(prepare && { prepare }) }
  const checkout = { root: folder, commit: 'c0ffee', mode: 'worktree' } as const
  const environment = { env: { A: 'scan' }, secrets: ['hunter22'], warnings: [] }
  const job: ScanJob = {
    stack,
    provider,
    openCheckout: async () => checkout,
    engineEnvironment: async () => environment,
    signal: NO_SIGNAL,
    following: null,
  }
  const applyEnvironment = async () => ({ env: { A: 'apply' }, secrets: ['hunter23'], warnings: [] })
  const scope = { action: 'revert' as const, addresses: [], hosts: [] }
  return holdPlan(job, toolsIn(folder), { checkout, scope, applyEnvironment }, use)
}

function preparing(
  apply: Prepared['apply'],
  seen: (request: PrepareRequest) => void = () => undefined,
): NonNullable<Provider['prepare']> {
  return async (request) => {
    seen(request)
    return { proposal: buildProposal(), apply }
  }
}

describe('holdPlan', () => {
  it('plans with the rights of a scan, and applies with those for it alone', async () => {
    const seen: unknown[] = []
    const prepare = preparing(
      async ({ env }) => {
        seen.push(env)
        return { status: 'applied', changed: [], message: null }
      },
      ({ env, baseline, scope }) => seen.push([env, baseline, scope.action]),
    )
    const outcome = await hold(prepare, (plan) => plan.apply({ signal: NO_SIGNAL, onEngine: async () => {} }))
    expect(outcome.status).toBe('applied')
    expect(seen).toEqual([[{ A: 'scan' }, 'the baseline', 'revert'], { A: 'apply' }])
  })

  it('keeps what a provider forgot to scrub out of proposal, outcome and errors (T17)', async () => {
    const changes = [
      buildPlannedChange({
        address: 'x["hunter22"]',
        attributes: [{ path: ['tags', 'hunter22'], before: { a: 'hunter22' }, sensitive: false }],
      }),
    ]
    const proposal = buildProposal({
      changes,
      unpreviewed: ['hunter22'],
      warnings: ['hunter22'],
      bindings: { a: 'hunter22' },
    })
    const apply = async () => ({
      status: 'failed' as const,
      changed: [],
      message: 'token hunter23 was refused',
    })
    const found = await hold(
      async () => ({ proposal, apply }),
      async (plan) => [plan.proposal, await plan.apply({ signal: NO_SIGNAL, onEngine: async () => {} })],
    )
    expect(JSON.stringify(found)).not.toContain('hunter2')
    const failing = hold(
      () => Promise.reject(new DriftError('PLAN_FAILED', 'no hunter22')),
      async () => null,
    )
    await expect(failing).rejects.toMatchObject({ code: 'PLAN_FAILED', message: 'no (sensitive)' })
  })

  it('gives a scan no more time than its timeout, and carrying out as long as it takes', async () => {
    const slow: NonNullable<Provider['prepare']> = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    await expect(hold(slow, async () => null, 20)).rejects.toMatchObject({ code: 'TIMEOUT' })
    let planSignal = NO_SIGNAL
    const prepare = preparing(
      async () => ({ status: 'applied', changed: [], message: null }),
      ({ signal }) => {
        planSignal = signal
      },
    )
    const started = Date.now()
    await hold(
      prepare,
      async () => {
        await expect.poll(() => Date.now() - started, { timeout: 10_000, interval: 20 }).toBeGreaterThan(300)
      },
      200,
    )
    expect(planSignal.aborted).toBe(false)
  })

  it('gives the plan up and leaves no file, whatever becomes of it', async () => {
    let released = 0
    let scratch = ''
    const prepare: NonNullable<Provider['prepare']> = async ({ scratchFolder }) => {
      scratch = scratchFolder
      const release = async (): Promise<void> => void released++
      return { proposal: buildProposal(), apply: () => Promise.reject(new Error('never')), release }
    }
    await expect(hold(prepare, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
    expect([released, existsSync(scratch)]).toEqual([1, false])
  })

  it('says REMEDIATION_UNSUPPORTED of a provider that cannot', async () => {
    await expect(hold(undefined, async () => null)).rejects.toMatchObject({ code: 'REMEDIATION_UNSUPPORTED' })
  })
})
