import { describe, expect, it } from 'vitest'
import { decideMailOutcome } from '../../../src/alert/email/decide-mail-outcome.js'
import type { MailResult } from '../../../src/alert/email/mail-result.js'
import { createReachedRecipients } from '../../../src/alert/email/reached-recipients.js'

const answered = (
  accepted: readonly string[],
  refused: readonly (readonly [address: string, reply: string])[],
): MailResult => ({
  status: 'answered',
  accepted,
  refused: refused.map(([address, reply]) => ({ address, reply, isPermanent: reply.startsWith('5') })),
})
const decide = (result: MailResult, before: readonly string[] = []) => {
  const { outcome, reached } = decideMailOutcome(result, new Set(before))
  return { ...outcome, reached: [...reached] }
}

describe('decideMailOutcome', () => {
  it('has delivered where everybody took it', () => {
    expect(decide(answered(['a', 'b'], []))).toEqual({
      status: 'delivered',
      receipt: null,
      warning: null,
      reached: ['a', 'b'],
    })
  })

  it('tries again for who was put off, and remembers everybody who has it by now', () => {
    expect(decide(answered(['b'], [['c', '451 later']]), ['a'])).toEqual({
      status: 'retry',
      problem: '1 of 3 recipients refused: c (451 later)',
      retryAfterMs: null,
      reached: ['a', 'b'],
    })
  })

  it('tries again where one was put off and another refused for good', () => {
    expect(
      decide(
        answered(
          [],
          [
            ['a', '550 no'],
            ['b', '451 later'],
          ],
        ),
      ).status,
    ).toBe('retry')
  })

  it('has delivered where the rest can never have it and somebody has', () => {
    expect(decide(answered([], [['b', '550 no']]), ['a'])).toMatchObject({
      status: 'delivered',
      warning: '1 of 2 recipients refused: b (550 no)',
    })
  })

  it('gives up where nobody has it and nobody can', () => {
    expect(decide(answered([], [['a', '550 no']])).status).toBe('rejected')
  })

  it.each([
    [true, [], 'rejected'],
    [false, [], 'retry'],
    [true, ['a'], 'delivered'],
    [false, ['a'], 'retry'],
  ] as const)(
    'takes a failure (for good: %s) after which %j have it as %s',
    (isPermanent, before, status) => {
      const result = decide({ status: 'failed', problem: 'why', isPermanent }, before)
      expect(result).toMatchObject({ status, reached: before })
    },
  )

  it('names a few of many', () => {
    const many = Array.from({ length: 200 }, (_, index) => [`r${index}`, '550 no'] as const)
    expect(decide(answered([], many))).toMatchObject({
      problem: expect.stringMatching(/r4 \(550 no\), 195 more$/),
    })
  })
})

describe('the memory of recipients', () => {
  it('is bounded, and forgets what is done', () => {
    const memory = createReachedRecipients()
    for (let index = 0; index <= 1_000; index++) memory.note(`m${index}`, new Set(['a']))
    expect([...memory.of('m0')]).toEqual([])
    expect([...memory.of('m1')]).toEqual(['a'])
    memory.note('m1', new Set())
    expect([...memory.of('m1')]).toEqual([])
  })
})
