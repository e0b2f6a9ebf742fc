import { describe, it } from 'vitest'
import { proveCrashes } from '../helpers/crash-rounds.js'

const STACKS = ['net', 'web', 'data', 'edge']

/** The short form is test/daemon/crash.test.ts. */
describe('kill -9 of the daemon, 200 times', () => {
  it('never leaves a store that lies, a scan that runs for ever or an engine', async ({ task }) => {
    const kills = await proveCrashes({ stacks: STACKS, killsInTime: 200 })
    Object.assign(task.meta, { proof: `${kills} kills of a daemon with ${STACKS.length} stacks` })
  })
})
