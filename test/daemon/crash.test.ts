import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltPackage, buildPackage } from '../helpers/built-package.js'
import { checkRecovery, killsAtFailpoints, killsInTime, runCrashRounds } from '../helpers/crash-rounds.js'
import { type DaemonLab, openDaemonLab } from '../helpers/daemon-lab.js'

const STACKS = ['net', 'web']

/** `make prove` does 200 more. */
const KILLS_IN_TIME = 6

describe('kill -9 of the daemon', () => {
  let built: BuiltPackage
  let lab: DaemonLab

  beforeAll(() => {
    built = buildPackage()
    const program = [process.execPath, join(built.bin, 'driftd')]
    // the next daemon takes what a dead one had claimed once the lease ran out
    lab = openDaemonLab({ stacks: STACKS, program, more: { leaderLease: '1s' } })
  })

  afterAll(() => {
    lab.close()
    built.remove()
  })

  it('at every named point and at any other leaves a store that tells the truth', {
    timeout: 600_000,
  }, async () => {
    const kills = [...killsAtFailpoints(['daemon', 'scan']), ...killsInTime(KILLS_IN_TIME)]
    expect(kills.length).toBeGreaterThanOrEqual(20)
    await runCrashRounds(lab, STACKS, kills)
    await checkRecovery(lab, STACKS)
  })
})
