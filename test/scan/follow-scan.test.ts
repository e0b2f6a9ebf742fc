import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acknowledge } from '../../src/domain/acknowledge.js'
import { DriftError } from '../../src/domain/errors.js'
import type { IgnoreRule } from '../../src/domain/ignore-rule.js'
import type { DriftRecord } from '../../src/domain/record.js'
import type { Scan } from '../../src/domain/scan.js'
import type { Clock } from '../../src/lib/clock.js'
import type { Detection, DetectRequest } from '../../src/scan/provider.js'
import type { Following, ScanJob } from '../../src/scan/scan-job.js'
import { scanStack } from '../../src/scan/scan-stack.js'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import { buildRecord } from '../helpers/build-record.js'
import { buildScanJob, buildScanTools } from '../helpers/build-scan-job.js'
import { buildDetection, buildFollowing } from '../helpers/fake-provider.js'
import { tempFolder } from '../lib/temp-folder.js'

const HOUR_MS = 60 * 60_000

let folder: string
let store: OpenedStore
let nowMs: number
let count: number

beforeEach(async () => {
  folder = tempFolder()
  store = await openStore(`sqlite:${folder}/driftd.db`)
  nowMs = Date.parse('2026-11-24T10:00:00.000Z')
  count = 0
})
afterEach(() => store.close())

/** Every scan begins an hour after the one before. */
const clock: Clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs }

const newId = (): string => `01J${`${++count}`.padStart(23, '0')}`

function scan(
  found: readonly DriftRecord[] | ((request: DetectRequest) => Promise<Detection>),
  {
    following,
    ...job
  }: { readonly following?: Partial<Following> } & Partial<Omit<ScanJob, 'following'>> = {},
): Promise<Scan> {
  nowMs += HOUR_MS
  const findings = typeof found === 'function' ? [] : found.map(({ severity: _, ...finding }) => finding)
  const detect = typeof found === 'function' ? found : async () => buildDetection({ findings })
  return scanStack(
    buildScanJob(folder, detect, { ...job, following: buildFollowing(following) }),
    buildScanTools(folder, { store, clock, newId }),
  )
}

async function told(): Promise<readonly string[]> {
  const events = await store.drift.eventsAfter(null, 100)
  return events.map(({ type, resolution }) => [type, resolution].filter(Boolean).join(' '))
}

async function openCount(): Promise<number> {
  const [summary] = await store.stackSummaries(['prod/network'])
  return Object.values(summary?.openDrift ?? {}).reduce((sum, one) => sum + one, 0)
}

const rule: IgnoreRule = {
  key: 'one',
  match: 'address aws_vpc.*',
  reason: 'on purpose',
  owner: 'platform',
  until: '2027-03-31',
}

describe('a scan with a store', () => {
  it('follows a difference from first sight to resolution', async () => {
    await scan([])
    const opened = await scan([buildRecord()])
    expect(await openCount()).toBe(1)
    await scan([buildRecord()])
    await scan([])
    expect(await told()).toEqual(['opened', 'resolved vanished'])
    expect(await openCount()).toBe(0)
    expect(await store.drift.drifts(['prod/network'])).toMatchObject([
      { state: 'resolved', openedScan: opened.id, openedCommit: 'c0ffee' },
    ])
    const [event] = await store.drift.eventsAfter(null, 1)
    expect(event).toMatchObject({ scan: opened.id, at: opened.startedAt, since: '2026-11-24T11:00:00.000Z' })
  })

  it('changes nothing of drift where it fails', async () => {
    await scan([buildRecord()])
    const failed = await scan(async () => Promise.reject(new DriftError('PLAN_FAILED', 'no')))
    expect(failed.status).toBe('failed')
    expect(await told()).toEqual(['opened'])
    expect(await openCount()).toBe(1)
  })

  it('keeps what a rule accepts out of status and counts, and counts the hits of the rule', async () => {
    await store.drift.saveIgnoreRules('infra', [rule], '2026-11-24T00:00:00.000Z')
    const other = buildRecord({ id: 'bbbbbbbbbbbb', fingerprint: 'sha256:01', address: 'aws_subnet.a' })
    const isVpc = { ...rule, address: (address: string) => address.startsWith('aws_vpc.') }
    const following = { rules: [isVpc] }
    const ignored = await scan([buildRecord()], { following })
    expect(ignored).toMatchObject({ status: 'in-sync', records: [{ ignored: { owner: 'platform' } }] })
    const both = await scan([buildRecord(), other], { following })
    expect(both.status).toBe('drifted')
    expect(await told()).toEqual(['ignored', 'opened'])
    expect(await openCount()).toBe(1)
    expect(await store.drift.ignoreRules(['infra'])).toMatchObject([{ hits: 2, lastHitAt: both.startedAt }])
  })

  it('warns of a rule that has expired while what it accepted is still there', async () => {
    const following = { rules: [{ ...rule, until: '2026-11-23' }] }
    const scanned = await scan([buildRecord()], { following })
    expect(scanned.status).toBe('drifted')
    expect(scanned.warnings).toMatchObject([{ code: 'IGNORE_RULE_EXPIRED' }])
    expect(scanned.warnings[0]?.message).toContain('address aws_vpc.* (owner platform) ended on 2026-11-23')
    expect((await scan([], { following })).warnings).toEqual([])
  })

  it('waits for confirmation, or takes what is there at first for granted, as the stack says', async () => {
    const confirmed = { following: { confirm: 2, firstScan: 'baseline' as const } }
    await scan([buildRecord()], confirmed)
    const later = buildRecord({ id: 'bbbbbbbbbbbb', fingerprint: 'sha256:01' })
    await scan([buildRecord(), later], confirmed)
    expect(await told()).toEqual(['acknowledged'])
    await scan([buildRecord(), later], confirmed)
    expect(await told()).toEqual(['acknowledged', 'opened'])
  })

  it('tells an adopted value from one that vanished by the code of the stack, not by the commit', async () => {
    const code = (digest: string) => ({ following: { codeDigest: async () => digest } })
    const openCheckout = async () => ({ root: folder, commit: 'decade', mode: 'worktree' as const })
    await scan([buildRecord()], code('hmac:a'))
    await scan([], { ...code('hmac:a'), openCheckout })
    await scan([buildRecord()], code('hmac:a'))
    await scan([], code('hmac:b'))
    await scan([buildRecord()], code('hmac:b'))
    await scan([], { ...code('hmac:b'), remediated: ['sha256:00'] })
    const ends = (await told()).filter((event) => event.startsWith('resolved'))
    expect(ends).toEqual(['resolved vanished', 'resolved adopted', 'resolved remediated'])
  })

  it('tells the provider which code the stack has', async () => {
    let seen: DetectRequest | undefined
    const detect = async (request: DetectRequest) => {
      seen = request
      return buildDetection()
    }
    await scan(detect, { following: { codeDigest: async () => 'hmac:a' } })
    expect(seen).toMatchObject({ code: 'hmac:a', hasGoodScan: false })
    await scan(detect)
    expect(seen).toMatchObject({ code: null, hasGoodScan: true })
  })

  it('loses no acknowledgement that is given while it scans', async () => {
    await scan([buildRecord()])
    const acknowledgeMeanwhile = async () => {
      const request = { by: 'alice', reason: 'known', now: clock.now().toISOString(), newId }
      await store.drift.changeDrift('prod/network', 'sha256:00', (drift) => acknowledge(drift, request))
      const { severity: _, ...finding } = buildRecord()
      return buildDetection({ findings: [finding] })
    }
    await scan(acknowledgeMeanwhile)
    expect(await store.drift.drifts(['prod/network'])).toMatchObject([
      { state: 'acknowledged', acknowledgement: { by: 'alice' }, seenInRow: 2 },
    ])
    expect(await told()).toEqual(['opened', 'acknowledged'])
  })

  it('writes no drift of a scan that could not be stored', async () => {
    await scan([buildRecord()])
    // the id of a scan that is there already
    count = 0
    const twice = await scan([])
    expect(twice).toMatchObject({ status: 'failed', error: { phase: 'store' } })
    expect(await told()).toEqual(['opened'])
    expect(await openCount()).toBe(1)
  })
})
