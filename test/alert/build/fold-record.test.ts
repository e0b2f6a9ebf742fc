import { describe, expect, it } from 'vitest'
import { foldRecord } from '../../../src/alert/build/fold-record.js'
import { buildRecord } from '../../helpers/build-record.js'

const LONG = 'x'.repeat(100_000)
const change = {
  path: ['a'],
  cause: 'outside' as const,
  declared: LONG,
  actual: { list: [LONG] },
  sensitive: false,
}

describe('foldRecord', () => {
  it('leaves a short record as it is', () => {
    expect(foldRecord(buildRecord())).toEqual(buildRecord())
  })

  it('cuts names, values and texts, and says so', () => {
    const lines = Array.from({ length: 5_000 }, () => `-${LONG.slice(0, 2_000)}`)
    const hunks = [{ oldStart: 1, newStart: 1, lines }]
    const text = { path: ['content'], cause: 'outside' as const, sensitive: false, hunks }
    const changes = [change, text, ...Array.from({ length: 500 }, () => change)]
    const record = foldRecord(buildRecord({ address: LONG, host: LONG, detail: LONG, changes }))
    expect(JSON.stringify(record).length).toBeLessThan(60_000)
    expect(record.changes).toHaveLength(20)
    expect(record.changes[0]).toMatchObject({ truncated: true, declaredBytes: 100_002 })
    expect(record.changes[1]).toMatchObject({ truncated: true })
    expect(record.changes[1]?.hunks?.[0]?.lines).toHaveLength(40)
    expect(record.detail).toMatch(/482 more of its attributes differ$/)
  })

  it('cuts no character in two', () => {
    const record = foldRecord(buildRecord({ changes: [{ ...change, declared: '😀'.repeat(1_000) }] }))
    expect(JSON.stringify(record)).not.toMatch(/\\ud83d(?!\\ude00)/)
    expect(String(record.changes[0]?.declared).isWellFormed()).toBe(true)
  })
})
