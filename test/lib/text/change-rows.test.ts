import { describe, expect, it } from 'vitest'
import type { Change } from '../../../src/domain/record.js'
import { changeRows } from '../../../src/lib/text/change-rows.js'

function contentOf(change: Partial<Change>) {
  const [row] = changeRows([{ path: ['content'], cause: 'outside', sensitive: false, ...change }])
  return row?.content
}

describe('a change that is not kept whole', () => {
  it('says how much there was of a long text', () => {
    expect(contentOf({ truncated: true, declaredBytes: 70_000, actualBytes: 1 })).toMatchObject({
      kind: 'note',
      text: expect.stringMatching(/^\(too long to be kept whole: Git says .* bytes, actual 1 byte\)$/),
    })
  })

  it('calls nothing long that was never seen, such as a binary file', () => {
    expect(contentOf({ truncated: true })).toEqual({
      kind: 'note',
      text: 'differs; what it holds cannot be shown',
    })
  })
})
