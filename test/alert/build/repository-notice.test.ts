import { describe, expect, it } from 'vitest'
import { createRepositoryReport } from '../../../src/alert/report-repositories.js'
import type { Notice } from '../../../src/domain/notice.js'
import type { RepositoryObservation } from '../../../src/domain/repository-state.js'
import { HOUR_MS, MINUTE_MS, NOW, NOW_MS } from '../../helpers/build-alert.js'
import { createFakeClock } from '../../helpers/fake-clock.js'

/** What is handed in for these observations, a minute apart; the clock may be moved before each. */
async function reported(steps: readonly (RepositoryObservation | number)[]): Promise<readonly Notice[]> {
  const notices: Notice[] = []
  const clock = createFakeClock(NOW)
  const report = createRepositoryReport({ notify: async (notice) => void notices.push(notice) }, clock)
  for (const step of steps) {
    if (typeof step === 'number') clock.step(step)
    else await report('infra', step)
  }
  return notices
}

const gone = (sinceMs = NOW_MS): RepositoryObservation => ({
  status: 'unreachable',
  since: new Date(sinceMs).toISOString(),
  code: 'REPOSITORY_UNREACHABLE',
  message: 'no route\nto host',
})
const back: RepositoryObservation = { status: 'unchanged', commit: 'a' }

describe('what is told of a repository', () => {
  it('is nothing of what is as it should be', async () => {
    expect(await reported([back, { status: 'moved', from: 'a', to: 'b' }])).toEqual([])
  })

  it('is that its history was rewritten, under one id however often it is seen', async () => {
    const rewritten = { status: 'rewritten', from: 'a'.repeat(40), to: 'b'.repeat(40) } as const
    const [first, again] = await reported([rewritten, MINUTE_MS, rewritten])
    expect(first).toMatchObject({ severity: 'high', reason: 'repository', repository: 'infra', stack: null })
    expect(first?.summary).toBe('History rewritten: repository infra')
    expect(again?.id).toBe(first?.id)
  })

  it('is that its newest commit is not signed', async () => {
    const unsigned = {
      status: 'unsigned',
      tip: 'c'.repeat(40),
      problem: 'has no signature',
      since: NOW,
    } as const
    const [none] = await reported([{ ...unsigned, commit: null }])
    expect(none?.explanation).toBe(
      'Its newest commit cccccccccc has no signature: there is no signed one to compare with.',
    )
    const [one] = await reported([{ ...unsigned, commit: 'd'.repeat(40) }])
    expect(one?.explanation).toMatch(/scans compare with dddddddddd\.$/)
  })

  it('is that it is gone for an hour, and that it is back', async () => {
    expect(await reported([gone(), 59 * MINUTE_MS, gone(), back])).toEqual([])
    const notices = await reported([gone(), HOUR_MS, gone(), MINUTE_MS, gone(), HOUR_MS, back, back])
    expect(notices.map(({ summary }) => summary)).toEqual([
      'Unreachable: repository infra, REPOSITORY_UNREACHABLE',
      'Unreachable: repository infra, REPOSITORY_UNREACHABLE',
      'Reachable again: repository infra',
    ])
    expect(new Set(notices.map(({ id }) => id)).size).toBe(2)
    expect(new Set(notices.map(({ key }) => key)).size).toBe(1)
    expect(notices[0]?.paragraphs).toEqual(['no route\\nto host'])
    expect(notices[2]?.explanation).toMatch(/after 2 h/)
  })
})
