import { describe, expect, it } from 'vitest'
import { renderPerformanceDocument } from '../../bench/performance-document.js'

describe('renderPerformanceDocument', () => {
  it('replaces the measured part and keeps the others, in order', () => {
    const first = renderPerformanceDocument('', [
      { part: 'plan', text: '## Plan\n\nold plan' },
      { part: 'stacks', text: '## Stacks\n\nold stacks' },
    ])
    const second = renderPerformanceDocument(first, [
      { part: 'plan', text: '## Plan\n\nnew plan' },
      { part: 'builtin', text: '## Built-in\n\nnew' },
    ])
    expect(second.match(/^## .*$/gm)).toEqual(['## Stacks', '## Built-in', '## Plan'])
    expect(second).toContain('old stacks')
    expect(second).toContain('new plan')
    expect(second).not.toContain('old plan')
  })

  it('gives the same document when nothing was measured', () => {
    const document = renderPerformanceDocument('', [{ part: 'stacks', text: '## Stacks' }])
    expect(renderPerformanceDocument(document, [])).toBe(document)
  })
})
