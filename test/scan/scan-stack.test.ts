import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DriftError } from '../../src/domain/errors.js'
import type { Scan } from '../../src/domain/scan.js'
import type { Detection, DetectRequest } from '../../src/scan/provider.js'
import { scanFoldersIn } from '../../src/scan/scan-folders.js'
import type { ScanEvent, ScanJob, ScanTools } from '../../src/scan/scan-job.js'
import { scanStack } from '../../src/scan/scan-stack.js'
import type { ScanResult } from '../../src/store/store.js'
import { buildRecord } from '../helpers/build-record.js'
import { buildScanJob, buildScanTools } from '../helpers/build-scan-job.js'
import { buildDetection } from '../helpers/fake-provider.js'
import { memoryStore } from '../helpers/memory-store.js'

let folder: string
let saved: ScanResult[]
let events: ScanEvent[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftd-scan-'))
  saved = []
  events = []
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

function buildTools(overrides: Partial<ScanTools> = {}): ScanTools {
  return buildScanTools(folder, {
    store: memoryStore(saved),
    onEvent: (event) => events.push(event),
    ...overrides,
  })
}

function buildJob(
  detect: (request: DetectRequest) => Promise<Detection>,
  overrides: Partial<ScanJob> = {},
): ScanJob {
  return buildScanJob(folder, detect, overrides)
}

function scan(
  detect: (request: DetectRequest) => Promise<Detection>,
  overrides: { readonly job?: Partial<ScanJob>; readonly tools?: Partial<ScanTools> } = {},
): Promise<Scan> {
  return scanStack(buildJob(detect, overrides.job), buildTools(overrides.tools))
}

describe('scanStack', () => {
  it('stores a scan in sync together with the next baseline', async () => {
    const result = await scan(async () => buildDetection({ nextBaseline: 'next' }))
    expect(result).toMatchObject({ status: 'in-sync', commit: 'c0ffee', repository: 'infra', error: null })
    expect(saved).toMatchObject([{ scan: result, nextBaseline: 'next' }])
  })

  it('keeps the old baseline when the stack has drifted', async () => {
    const { severity: _, ...finding } = buildRecord()
    const result = await scan(async () => buildDetection({ findings: [finding], nextBaseline: 'next' }))
    expect(result.status).toBe('drifted')
    expect(saved).toMatchObject([{ scan: result, nextBaseline: null }])
  })

  it('hands the provider its baseline, environment, folders and key', async () => {
    let seen: DetectRequest | undefined
    await scan(async (request) => {
      seen = request
      await writeFile(join(request.scratchFolder, 'x'), '')
      return buildDetection()
    })
    expect(seen).toMatchObject({
      baseline: 'the baseline',
      hasGoodScan: false,
      env: { A: 'b' },
      secrets: ['hunter22'],
    })
  })

  it('removes the scratch folder also after a failure', async () => {
    let scratch = ''
    await scan(async (request) => {
      scratch = request.scratchFolder
      await writeFile(join(scratch, 'plan.json'), 'secret')
      throw new DriftError('PLAN_FAILED', 'no')
    })
    await expect(access(scratch)).rejects.toThrow()
    const left = await readdir(scanFoldersIn(folder).scratch)
    expect(left.filter((name) => !name.endsWith('.lock'))).toEqual([])
  })

  it('turns a failure into a failed scan that names phase and code, and stores it', async () => {
    const result = await scan(async (request) => {
      request.onPhase('plan')
      throw new DriftError('ENDPOINT_UNREACHABLE', 'nobody there')
    })
    expect(result).toMatchObject({
      status: 'failed',
      error: { code: 'ENDPOINT_UNREACHABLE', phase: 'plan', message: 'nobody there', retryable: true },
      coverage: { verified: 0, applicable: 0 },
    })
    expect(saved).toHaveLength(1)
  })

  it('calls a defect of ours a failure too, never a verdict', async () => {
    const result = await scan(async () => {
      throw new TypeError('x is undefined')
    })
    expect(result).toMatchObject({ status: 'failed', error: { code: 'INTERNAL' } })
  })

  it('lets no secret through in the message of an error', async () => {
    const result = await scan(async () => {
      throw new DriftError('PLAN_FAILED', 'token hunter22 was refused')
    })
    expect(result.error?.message).toBe('token (sensitive) was refused')
  })

  it('fails in the phase checkout when there is no checkout', async () => {
    const openCheckout = async (): Promise<never> => {
      throw new DriftError('REF_NOT_FOUND', 'no branch main')
    }
    const result = await scan(async () => buildDetection(), { job: { openCheckout } })
    expect(result).toMatchObject({
      status: 'failed',
      commit: null,
      error: { phase: 'checkout', code: 'REF_NOT_FOUND' },
    })
  })

  it('stops a detection that takes longer than the timeout of the stack', async () => {
    const detect = (request: DetectRequest): Promise<Detection> =>
      new Promise((_, reject) => {
        const stop = (): void => reject(request.signal.reason)
        // on a busy machine the time is over before we are asked
        if (request.signal.aborted) stop()
        request.signal.addEventListener('abort', stop)
      })
    const stack = { ...buildJob(detect).stack, timeoutMs: 20 }
    expect((await scan(detect, { job: { stack } })).error).toMatchObject({ code: 'TIMEOUT', retryable: true })
  })

  it('is interrupted, not failed by a defect, when the caller gives up', async () => {
    const controller = new AbortController()
    controller.abort(new DriftError('INTERRUPTED', 'stopped'))
    const result = await scan(async () => buildDetection(), { job: { signal: controller.signal } })
    expect(result.error?.code).toBe('INTERRUPTED')
  })

  it('has no verdict when it could not be stored', async () => {
    const saveScan = async (): Promise<never> => {
      throw new DriftError('DISK_FULL', 'no space')
    }
    const result = await scan(async () => buildDetection(), {
      tools: { store: memoryStore(saved, { saveScan }) },
    })
    expect(result).toMatchObject({ status: 'failed', error: { code: 'DISK_FULL', phase: 'store' } })
  })

  it('never scans one stack twice at the same time', async () => {
    let running = 0
    let most = 0
    const detect = async (): Promise<Detection> => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return buildDetection()
    }
    await Promise.all([scan(detect), scan(detect)])
    expect(most).toBe(1)
  })

  it('gives severities by the user first, then by the provider', async () => {
    const { severity: _, ...finding } = buildRecord()
    const detection = buildDetection({ findings: [finding] })
    const result = await scan(async () => detection, {
      tools: { severityRules: [{ severity: 'high', why: 'all are' }] },
    })
    expect(result.records.map((record) => record.severity)).toEqual(['high'])
  })

  it('tells what goes on in order', async () => {
    await scan(async (request) => {
      request.onPhase('plan')
      return buildDetection()
    })
    const told = events.map((event) => (event.type === 'phase' ? event.phase : event.type))
    expect(told).toEqual(['waiting', 'checkout', 'started', 'plan', 'store', 'finished'])
  })
})

describe('the slot of a scan', () => {
  it('is held while engines run, and free for the next stack while the scan is stored', async () => {
    const told: string[] = []
    const admission = {
      async admit() {
        told.push('admitted')
        return { release: () => void told.push('released') }
      },
    }
    const store = memoryStore(saved, { saveScan: async () => void told.push('stored') })
    await scan(
      async () => {
        told.push('detected')
        return buildDetection()
      },
      { tools: { admission, store } },
    )
    // given back once more at the end, which does nothing
    expect(told).toEqual(['admitted', 'detected', 'released', 'stored', 'released'])
  })

  it('comes back where the detection fails', async () => {
    const told: string[] = []
    const admission = { admit: async () => ({ release: () => void told.push('released') }) }
    await scan(async () => Promise.reject(new Error('no')), { tools: { admission } })
    expect(told).toEqual(['released'])
  })
})

describe('the journal of a scan', () => {
  const journal = (written: string[]) => ({
    begin: async ({ id, commit }: { id: string; commit: string | null }) =>
      void written.push(`begin ${id} ${commit}`),
    noteEngine: async ({ phase }: { phase: string }, groupId: number) =>
      void written.push(`engine ${groupId} in ${phase}`),
    abandon: async (id: string) => void written.push(`abandon ${id}`),
  })

  it('is begun once the commit is known, has every engine, and is complete before the scan is stored', async () => {
    const written: string[] = []
    const store = memoryStore(saved, { saveScan: async () => void written.push('saved') })
    await scan(
      async ({ onPhase, onEngine }) => {
        onPhase('plan')
        onEngine(99)
        return buildDetection()
      },
      { tools: { store, journal: journal(written) } },
    )
    const id = '01J00000000000000000000000'
    expect(written).toEqual([`begin ${id} c0ffee`, 'engine 99 in plan', 'saved'])
  })

  it('gives up a scan that nobody could store', async () => {
    const written: string[] = []
    const store = memoryStore(saved, { saveScan: () => Promise.reject(new Error('the disk is full')) })
    const { error } = await scan(async () => buildDetection(), {
      tools: { store, journal: journal(written) },
    })
    expect(error).toMatchObject({ phase: 'store' })
    expect(written.at(-1)).toBe('abandon 01J00000000000000000000000')
  })
})
