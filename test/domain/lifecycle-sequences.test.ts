import { describe, expect, it } from 'vitest'
import { type Drift, type DriftEvent, isOpenDrift } from '../../src/domain/drift.js'
import type { DriftRecord } from '../../src/domain/record.js'
import type { ScanStatus } from '../../src/domain/scan.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { beginStory, type Story } from '../helpers/drift-story.js'

const SEQUENCES = 300
const SCANS = 60
const FINGERPRINTS = ['sha256:0', 'sha256:1', 'sha256:2']
const RULE = { reason: 'on purpose', owner: 'platform', until: '2027-03-31' }
const DAY_MS = 24 * 60 * 60_000

describe('any sequence of scans', () => {
  it('never opens twice without an end between, and says of each drift what is true', () => {
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      const random = randomFrom(seed)
      const confirm = 1 + Math.floor(random() * 3)
      const story = beginStory({ confirm, firstScan: random() < 0.5 ? 'alert' : 'baseline' })
      for (let scan = 0; scan < SCANS; scan++) {
        const before = story.drifts
        const status = scanOnce(story, random)
        if (random() < 0.1) story.acknowledge(pick(FINGERPRINTS, random), 'known')
        expect(wrongDrifts(story, before, status), `seed ${seed}, scan ${scan}`).toEqual([])
      }
      const wrong = FINGERPRINTS.flatMap((one) => wrongOrder(story, one))
      expect(wrong, `seed ${seed}`).toEqual([])
    }
  })

  it('comes to every state and every event', () => {
    const types = new Set<string>()
    const states = new Set<string>()
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      const random = randomFrom(seed)
      const story = beginStory({ confirm: 1 + (seed % 2) })
      for (let scan = 0; scan < SCANS; scan++) {
        scanOnce(story, random)
        for (const { state } of story.drifts) states.add(state)
        if (random() < 0.1) story.acknowledge(pick(FINGERPRINTS, random), 'known')
      }
      for (const { type } of story.events) types.add(type)
    }
    expect([...types].sort()).toEqual(
      ['acknowledged', 'changed', 'flapping', 'ignored', 'opened', 'quarantined', 'reopened'].concat(
        'resolved',
        'unignored',
      ),
    )
    expect([...states].sort()).toEqual(['acknowledged', 'ignored', 'open', 'resolved', 'unconfirmed'])
  })
})

function scanOnce(story: Story, random: () => number): ScanStatus {
  const isFailed = random() < 0.1
  const isPartial = random() < 0.1
  const records = isFailed ? [] : FINGERPRINTS.flatMap((one) => maybeRecord(one, random))
  const unverified = isPartial ? [{ what: 'a.sha256:0', reason: 'denied' as const }] : []
  const status = isFailed ? 'failed' : records.length > 0 ? 'drifted' : 'in-sync'
  story.scan({
    records,
    code: random() < 0.05 ? `hmac:${random()}` : 'hmac:same',
    remediated: random() < 0.1 ? FINGERPRINTS : [],
    afterMs: Math.floor(random() ** 4 * 3 * DAY_MS) + 60_000,
    scan: { status, coverage: { ...buildScan().coverage, unverified } },
  })
  return status
}

function maybeRecord(fingerprint: string, random: () => number): readonly DriftRecord[] {
  if (random() < 0.3) return []
  const isRestless = fingerprint === 'sha256:2'
  const contentHash = isRestless ? `hmac:${random()}` : `hmac:${random() < 0.9 ? 'same' : 'other'}`
  const kind = random() < 0.9 ? 'changed' : pick(['pending', 'informational'] as const, random)
  const ignored = random() < 0.15 ? { ignored: RULE } : {}
  return [buildRecord({ fingerprint, address: `a.${fingerprint}`, contentHash, kind, ...ignored })]
}

/** What cannot be true of drift after a scan. */
function wrongDrifts(story: Story, before: readonly Drift[], status: ScanStatus): readonly string[] {
  const wrong = story.drifts.flatMap((drift): readonly string[] => {
    const isOpen = isOpenDrift(drift)
    return [
      isOpen && drift.openedAt === null ? 'open, but never opened' : '',
      isOpen && drift.resolvedAt !== null ? 'open, but resolved' : '',
      drift.state === 'resolved' && drift.resolution === null ? 'resolved, but not how' : '',
      (drift.state === 'ignored') !== (drift.rule !== null) ? 'ignored without a rule, or the reverse' : '',
      drift.state === 'acknowledged' && drift.acknowledgement === null ? 'acknowledged by nobody' : '',
      drift.state === 'open' && drift.acknowledgement !== null ? 'open in spite of somebody' : '',
      drift.firstSeenAt > drift.lastSeenAt ? 'seen first after it was seen last' : '',
    ].filter((text) => text !== '')
  })
  const lost = before.filter(
    (drift) =>
      isOpenDrift(drift) && !story.drifts.some(({ fingerprint }) => fingerprint === drift.fingerprint),
  )
  const isTouched = status === 'failed' && story.changes.drifts.length + story.changes.events.length > 0
  return [
    ...wrong,
    ...lost.map(() => 'open drift was forgotten'),
    ...(isTouched ? ['a failed scan did something'] : []),
  ]
}

/** Events of one drift in an order that cannot be. */
function wrongOrder(story: Story, fingerprint: string): readonly string[] {
  const events = story.events.filter((event) => event.fingerprint === fingerprint)
  let isOpen = false
  return events.flatMap((event, index) => {
    const wrong = wrongHere(event, isOpen)
    if (event.type === 'opened') isOpen = true
    if (event.type === 'resolved') isOpen = false
    return wrong === null ? [] : [`${index}: ${wrong}`]
  })
}

function wrongHere({ type, resolution, since, at }: DriftEvent, isOpen: boolean): string | null {
  if (type === 'opened' && isOpen) return 'opened twice'
  if ((type === 'resolved') !== (resolution !== null)) return 'a resolution belongs to resolved'
  if (since !== null && since > at) return 'measured from later'
  return null
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
