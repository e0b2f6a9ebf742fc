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

describe('renderProofDocument', () => {
  it('shows what was proven with its figures, and what was not', () => {
    const document = renderProofDocument(parseProofResults(report), 'Measured at commit abc.')
    expect(document).toContain('| survives kills | proven | 40 rounds | 61 s |')
    expect(document).toContain('| reads big plans | **NOT proven** |  | 1 s |')
    expect(document).toContain('Measured at commit abc.')
  })
})
