import { describe, expect, it } from 'vitest'
import { keysOfNextStart } from '../../src/compose/keys-of-next-start.js'

const FORMER = {
  store: 'sqlite:a.db',
  server: { listen: { host: '127.0.0.1', port: 7780 }, hosts: [] },
  leaderLeaseMs: 15_000,
  shutdownGraceMs: 25_000,
}

describe('keysOfNextStart', () => {
  it('names what a daemon keeps until it is started again, as driftd.yaml calls it', () => {
    const next = {
      ...FORMER,
      server: { ...FORMER.server, hosts: ['metrics.acme.io'] },
      leaderLeaseMs: 30_000,
    }
    expect(keysOfNextStart(FORMER, next)).toEqual(['server', 'leaderLease'])
  })

  it('names nothing where those keys are the same', () => {
    expect(keysOfNextStart(FORMER, structuredClone(FORMER))).toEqual([])
  })
})
