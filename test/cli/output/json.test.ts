import { describe, expect, it } from 'vitest'
import { renderRecordsJson, renderScansJson, renderStatusJson } from '../../../src/cli/output/json.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'

const VIEW = { columns: 80, isColored: false, isAll: false }

describe('renderScansJson', () => {
  it('is the document of product.md, keys in its order', () => {
    const scan = buildScan({ status: 'drifted', durationMs: 4811.6, records: [buildRecord()] })
    const document = JSON.parse(renderScansJson([scan], VIEW))
    expect(Object.keys(document)).toEqual(['schemaVersion', 'scans'])
    expect(document.schemaVersion).toBe(1)
    expect(Object.keys(document.scans[0])).toEqual([
      'id',
      'stack',
      'provider',
      'repository',
      'commit',
      'status',
      'startedAt',
      'durationMs',
      'phases',
      'coverage',
      'error',
      'warnings',
      'records',
    ])
    expect(document.scans[0].durationMs).toBe(4812)
    expect(Object.keys(document.scans[0].coverage)).toEqual([
      'verified',
      'applicable',
      'unverified',
      'executed',
    ])
    expect(Object.keys(document.scans[0].records[0])).toEqual([
      'id',
      'fingerprint',
      'contentHash',
      'kind',
      'action',
      'correctable',
      'severity',
      'address',
      'resourceType',
      'host',
      'source',
      'changes',
      'detail',
    ])
    expect(document.scans[0].records[0].changes).toEqual(buildRecord().changes)
  })

  it('has no values of a sensitive change, whatever the record holds', () => {
    const changes = [
      { path: ['password'], cause: 'outside' as const, sensitive: true, declared: 'hunter2', actual: 'x' },
    ]
    const text = renderScansJson([buildScan({ records: [buildRecord({ changes })] })], VIEW)
    expect(JSON.parse(text).scans[0].records[0].changes).toEqual([
      { path: ['password'], cause: 'outside', sensitive: true },
    ])
    expect(text).not.toContain('hunter2')
  })

  it('keeps null apart from what is not known', () => {
    const changes = [{ path: ['a'], cause: 'code' as const, sensitive: false, actual: null }]
    const text = renderScansJson([buildScan({ records: [buildRecord({ changes })] })], VIEW)
    expect(JSON.parse(text).scans[0].records[0].changes).toEqual(changes)
  })

  it('means the same text and gives a terminal nothing to obey', () => {
    const address = 'a\u001b[31m\u202e\u009b\u2028\ufeff\u{e0041}名😀'
    const text = renderScansJson([buildScan({ records: [buildRecord({ address })] })], VIEW)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(text).scans[0].records[0].address).toBe(address)
  })

  it('is a document also without scans', () => {
    expect(JSON.parse(renderScansJson([], VIEW))).toEqual({ schemaVersion: 1, scans: [] })
  })
})

describe('renderRecordsJson', () => {
  it('gives the scans with these records alone', () => {
    const records = ['a', 'b', 'c'].map((name) => buildRecord({ id: name.repeat(12) }))
    const scan = buildScan({ records })
    const seen = records.slice(0, 2).map((record) => ({ record, scan }))
    const document = JSON.parse(renderRecordsJson(seen, VIEW))
    expect(document.scans).toHaveLength(1)
    expect(document.scans[0].records.map((record: { id: string }) => record.id)).toEqual([
      'a'.repeat(12),
      'b'.repeat(12),
    ])
  })
})

describe('renderStatusJson', () => {
  it('is the document of product.md', () => {
    const stack = {
      name: 'prod/new',
      provider: 'terraform',
      status: 'unknown',
      stale: true,
      openDrift: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
      coverage: null,
      lastScanAt: null,
      lastGoodScanAt: null,
      nextScanAt: null,
      commit: null,
    } as const
    const daemon = {
      daemon: null,
      queue: { waiting: 2, running: 1, oldestQueuedAt: null },
      alerts: { waiting: 1, dead: 2 },
      rules: { expired: 1, dead: 2 },
    }
    expect(JSON.parse(renderStatusJson([stack], { daemon }))).toEqual({
      schemaVersion: 1,
      stacks: [stack],
      ...daemon,
    })
    expect(JSON.parse(renderStatusJson([stack], { daemon: null }))).toEqual({
      schemaVersion: 1,
      stacks: [stack],
    })
  })
})
