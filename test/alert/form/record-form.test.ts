import { describe, expect, it } from 'vitest'
import { formRecord } from '../../../src/alert/form/record-form.js'
import type { AlertRecord } from '../../../src/domain/alert-message.js'
import { ago, HOUR_MS, NOW } from '../../helpers/build-alert.js'
import { buildAlertRecord } from '../../helpers/build-message.js'
import { buildRecord } from '../../helpers/build-record.js'

const DETAIL = { maxRows: 10, maxValueLength: 100, maxHunkLines: 10 }
const form = (overrides: Partial<AlertRecord>) => formRecord(buildAlertRecord(overrides), DETAIL, NOW)

describe('a record in words', () => {
  it('says first why it has its severity, on one line that nothing obeys', () => {
    const record = buildRecord({ severity: 'critical' })
    expect(form({ record, severityReason: 'it decides\n who may do what' }).notes[0]).toBe(
      'critical, since it decides\\n who may do what',
    )
    expect(form({ record, severityReason: null }).notes.join()).not.toContain('since')
  })

  it.each([
    ['vanished', 'RESOLVED', /: it is as declared again$/],
    ['accepted', 'ACCEPTED', /: a rule accepts it$/],
    ['unconfigured', 'CLOSED', /: its stack is configured no longer, so nobody looks$/],
  ] as const)('says of one that is over how that came about: %s', (resolution, badge, end) => {
    const over = form({ resolution, resolvedAt: ago(HOUR_MS), severityReason: 'it is gone' })
    expect(over).toMatchObject({ isOver: true, badge, notes: [] })
    expect(over.history).toMatch(end)
  })
})
