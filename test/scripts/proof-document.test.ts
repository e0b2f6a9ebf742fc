import { describe, expect, it } from 'vitest'
import { parseProofResults, renderProofDocument } from '../../scripts/proof-document.js'

const report = JSON.stringify({
  testResults: [
    {
      assertionResults: [
        { title: 'survives kills', status: 'passed', duration: 61_000, meta: { proof: '40 rounds' } },
        { title: 'reads big plans', status: 'failed', duration: 1_000 },
      ],
    },
  ],
})

const run = (more: string, former = '') =>
  renderProofDocument(parseProofResults(more), {
    moment: 'today at commit abc',
    machine: 'Measured.',
    former,
  })

describe('renderProofDocument', () => {
  it('shows what was proven with its figures, and what was not', () => {
    const document = run(report)
    expect(document).toContain('| survives kills | proven | 40 rounds | 61 s | today at commit abc |\n')
    expect(document).toContain('| reads big plans | **NOT proven** |  | 1 s | today at commit abc |\n')
    expect(document).toContain('The last run: Measured.')
  })

  it('leaves what was not run as it was, and has each proof once', () => {
    const former = run(report).replaceAll('today at commit abc', 'long ago at commit 123')
    const again = JSON.stringify({
      testResults: [{ assertionResults: [{ title: 'reads big plans', status: 'passed', duration: 2_000 }] }],
    })
    const document = run(again, former)
    expect(document.split('\n').filter((line) => /^\| (survives|reads)/.test(line))).toEqual([
      '| survives kills | proven | 40 rounds | 61 s | long ago at commit 123 |',
      '| reads big plans | proven |  | 2 s | today at commit abc |',
    ])
  })
})
