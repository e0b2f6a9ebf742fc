import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type BuiltPackage, buildPackage } from '../helpers/built-package.js'
import { checkRecovery, killsAtFailpoints, killsInTime, runCrashRounds } from '../helpers/crash-rounds.js'
import { type DaemonLab, openDaemonLab } from '../helpers/daemon-lab.js'

const STACKS = ['net', 'web', 'data', 'edge']
const KILLS_IN_TIME = 200

/** The short form is test/daemon/crash.test.ts. */
describe('kill -9 of the daemon, 200 times', () => {
  let built: BuiltPackage
  let lab: DaemonLab

  beforeAll(() => {
    built = buildPackage()
    const program = [process.execPath, join(built.bin, 'driftd')]
    lab = openDaemonLab({ stacks: STACKS, program, more: { leaderLease: '1s' } })
  })

  afterAll(() => {
    lab.close()
    built.remove()
  })

  it('never leaves a store that lies, a scan that runs for ever or an engine', async ({ task }) => {
    const kills = [...killsAtFailpoints(['daemon', 'scan']), ...killsInTime(KILLS_IN_TIME)]
    await runCrashRounds(lab, STACKS, kills)
    await checkRecovery(lab, STACKS)
    Object.assign(task.meta, { proof: `${kills.length} kills of a daemon with ${STACKS.length} stacks` })
  })
})
