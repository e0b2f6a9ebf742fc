import { expect, it } from 'vitest'
import { unknownStack } from '../../src/compose/unknown-stack.js'

it('says once what was meant by a name, and where the names are where nothing is near', () => {
  const known = ['prod/network']
  expect(unknownStack('prod/netwrok', known).message).toBe(
    'no stack is named "prod/netwrok": did you mean prod/network?',
  )
  expect(unknownStack('web', known).message).toContain('`driftd status` lists the names')
})
