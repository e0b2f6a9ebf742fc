import { describe, expect, it } from 'vitest'
import { decideExitCode } from '../../src/cli/exit-code.js'
import type { Scan } from '../../src/domain/scan.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'

const DEFAULT = { failOn: null, isPendingDrift: false }
const inSync = buildScan()
const drifted = buildScan({ status: 'drifted', records: [buildRecord()] })
const pending = buildScan({ status: 'pending', records: [buildRecord({ kind: 'pending' })] })
const incomplete = buildScan({ status: 'incomplete' })
const failed = withError('PLAN_FAILED')
const interrupted = withError('INTERRUPTED')

function withError(code: 'PLAN_FAILED' | 'INTERRUPTED'): Scan {
  return buildScan({ status: 'failed', error: { code, phase: 'plan', message: 'x', retryable: true } })
}

describe('decideExitCode', () => {
  it.each([
    ['in sync', [inSync], 0],
    ['pending', [pending], 0],
    ['drift', [drifted], 2],
    ['a failure', [failed], 1],
    ['incomplete', [incomplete], 4],
    ['an interruption', [interrupted, failed, drifted], 130],
    ['a failure beside drift', [drifted, failed, incomplete], 1],
    ['drift beside incomplete', [incomplete, drifted, inSync], 2],
    ['incomplete beside in sync', [inSync, incomplete], 4],
    ['no stack', [], 0],
  ] as const)('gives for %s', (_, scans, code) => {
    expect(decideExitCode(scans, DEFAULT)).toBe(code)
  })

  it('counts unapplied code when asked', () => {
    expect(decideExitCode([pending], { ...DEFAULT, isPendingDrift: true })).toBe(2)
  })

  it('counts only the kinds of --fail-on', () => {
    expect(decideExitCode([drifted], { ...DEFAULT, failOn: ['deleted'] })).toBe(0)
    expect(decideExitCode([drifted], { ...DEFAULT, failOn: ['deleted', 'changed'] })).toBe(2)
  })

  it('stays incomplete when drift that does not count hides a dead host', () => {
    const unverified = [{ what: 'db1: any', reason: 'host-unreachable' }] as const
    const scan = buildScan({ ...drifted, coverage: { ...drifted.coverage, unverified } })
    expect(decideExitCode([scan], { ...DEFAULT, failOn: ['deleted'] })).toBe(4)
  })
})
