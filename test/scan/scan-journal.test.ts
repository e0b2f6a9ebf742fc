import { describe, expect, it } from 'vitest'
import { beginNotes, createScanJournal, type ScanJournal } from '../../src/scan/scan-journal.js'

const owner = { host: 'a', pid: 1, startedAs: 'boot ns 7' }
const scan = {
  id: '01J0',
  stack: 'prod/network',
  provider: 'fake',
  repository: 'infra',
  commit: 'c0ffee',
  startedAt: '2026-11-20T10:17:00.000Z',
  overdueAt: '2026-11-20T10:42:00.000Z',
}

describe('the journal', () => {
  it('says whose scan it is, under which lead, and which process its engine', async () => {
    const written: unknown[] = []
    const journal = createScanJournal({
      schedule: {
        startScan: async (...it) => void written.push(it),
        noteEngine: async (it) => void written.push(it),
        abandonScan: async (it) => void written.push(it),
      },
      fence: { token: 3 },
      owner,
      identify: (pid) => ({ host: 'a', pid, startedAs: `boot ns ${pid}` }),
    })
    const notes = await beginNotes(journal, scan, () => 'plan')
    notes.onEngine(99)
    await notes.settle()
    await journal.abandon('01J0')
    expect(written).toEqual([
      [{ ...scan, owner, phase: 'checkout' }, { token: 3 }],
      { scan: '01J0', phase: 'plan', leader: { host: 'a', pid: 99, startedAs: 'boot ns 99' } },
      '01J0',
    ])
  })

  it('lets a scan go on whose engine could not be noted, but none begin that could not', async () => {
    const broken: ScanJournal = {
      begin: async () => undefined,
      noteEngine: () => Promise.reject(new Error('locked')),
      abandon: async () => undefined,
    }
    const notes = await beginNotes(broken, scan, () => 'plan')
    notes.onEngine(99)
    await notes.settle()
    const refusing = { ...broken, begin: () => Promise.reject(new Error('the lead is lost')) }
    await expect(beginNotes(refusing, scan, () => 'plan')).rejects.toThrow('the lead is lost')
  })

  it('notes nothing where nobody keeps one', async () => {
    const notes = await beginNotes(null, scan, () => 'plan')
    notes.onEngine(99)
    await notes.settle()
  })
})
