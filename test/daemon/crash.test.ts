import { describe, expect, it } from 'vitest'
import { proveCrashes } from '../helpers/crash-rounds.js'

describe('kill -9 of the daemon', () => {
  // `make prove` kills 200 times in between
  it('at every named point and at any other leaves a store that tells the truth', {
    timeout: 600_000,
  }, async () => {
    const kills = await proveCrashes({ stacks: ['net', 'web'], killsInTime: 6 })
    expect(kills).toBeGreaterThanOrEqual(20)
  })
})
