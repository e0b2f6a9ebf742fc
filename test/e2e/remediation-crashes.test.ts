import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProcessStat } from '../../src/lib/process-stat.js'
import { createRemediationLab, type RemediationLab } from '../helpers/remediation-lab.js'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'

/** A driftd of its own that advances the stack; `failAt`: where it kills itself. */
function startAdvance(lab: RemediationLab, failAt: string | null) {
  const program = join(REPOSITORY_ROOT, 'test/helpers/programs/advance-remediation.ts')
  const args = ['--import', import.meta.resolve('tsx'), program, lab.configFile, 'prod/file']
  const env = { PATH: process.env.PATH ?? '', HOME: lab.folder, ...(failAt && { DRIFTD_FAIL_AT: failAt }) }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const ended = once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal, stdout }))
  return { child, ended }
}

async function killedAt(lab: RemediationLab, failAt: string): Promise<void> {
  expect((await startAdvance(lab, failAt).ended).signal).toBe('SIGKILL')
}

/** Something new has drifted, and its request is approved and merged. */
async function approved(lab: RemediationLab, text: string): Promise<number> {
  lab.drift(text)
  expect(await lab.advance({ again: true })).toMatchObject({ status: 'proposed' })
  await lab.approve('alice')
  await lab.merge('squash')
  return lab.applied().filter((line) => line.startsWith('began')).length
}

const begun = (lab: RemediationLab): number => lab.applied().filter((line) => line.startsWith('began')).length

describe('a driftd that is killed', () => {
  it('while it proposes, goes on with the same request', async () => {
    const lab = await createRemediationLab()
    for (const [index, point] of ['recorded', 'pull-request-opened'].entries()) {
      lab.drift(`${point}\n`)
      await killedAt(lab, `remediate.${point}`)
      expect(await lab.advance()).toMatchObject({ status: 'proposed' })
      expect(await lab.advance()).toMatchObject({ status: 'waiting' })
      expect(await lab.requests()).toHaveLength(index + 1)
    }
  })

  it.each([[['before-claim', 'claimed']], [['planned', 'before-journal']]])(
    'before it has written the journal carries it out afterwards, once: %s',
    async (points) => {
      const lab = await createRemediationLab()
      for (const point of points) {
        const before = await approved(lab, `${point}\n`)
        await killedAt(lab, `remediate.${point}`)
        expect(begun(lab)).toBe(before)
        expect(await lab.advance()).toMatchObject({ status: 'applied' })
        expect(begun(lab)).toBe(before + 1)
        expect(await lab.store.ledger.leases()).toEqual([])
      }
    },
  )

  it('after it has written the journal is unknown, and nothing is tried again by itself', async () => {
    const lab = await createRemediationLab()
    for (const point of ['begun', 'engine-started']) {
      const before = await approved(lab, `${point}\n`)
      await killedAt(lab, `remediate.${point}`)
      expect(await lab.advance()).toMatchObject({
        status: 'unknown',
        receipt: { verification: 'not-converged' },
      })
      expect(begun(lab)).toBe(before)
      expect(await lab.advance()).toMatchObject({ status: 'proposed' })
      expect(begun(lab)).toBe(before)
    }
    expect(
      (await lab.store.alerts.openNotices(50)).filter(({ severity }) => severity === 'critical'),
    ).toHaveLength(2)
  })

  it('after the engine has ended is unknown until a scan says what is left; after the receipt it is done, and verified', async () => {
    const lab = await createRemediationLab()
    await approved(lab, 'applied\n')
    await killedAt(lab, 'remediate.applied')
    expect(await lab.advance()).toMatchObject({ status: 'unknown', receipt: { verification: 'converged' } })
    for (const point of ['finished', 'verified']) {
      await approved(lab, `${point}\n`)
      await killedAt(lab, `remediate.${point}`)
      // only the scan is made again
      expect(await lab.advance()).toMatchObject({ status: 'applied', receipt: { verification: 'converged' } })
      expect(await lab.advance()).toMatchObject({ status: 'in-sync' })
      expect((await lab.requests()).at(-1)?.state).toBe('applied')
    }
    expect(begun(lab)).toBe(3)
    expect(await lab.remediation.verifyAudit()).toMatchObject({ status: 'whole' })
  })

  it('while the engine runs leaves no engine, no lock, and an outcome that nobody knows', async () => {
    const lab = await createRemediationLab()
    const hold = join(lab.folder, 'hold')
    writeFileSync(hold, '')
    await approved(lab, 'half\n')
    const { child, ended } = startAdvance(lab, null)
    await expect.poll(() => begun(lab), { timeout: 60_000 }).toBe(1)
    child.kill('SIGKILL')
    await ended
    const [lease] = await lab.store.ledger.leases()
    const group = lease?.engine?.pid ?? 0
    expect(isAlive(group)).toBe(true)
    expect(await lab.advance()).toMatchObject({ status: 'unknown' })
    expect(isAlive(group)).toBe(false)
    rmSync(hold)
    expect(lab.applied().filter((line) => line === 'ended')).toEqual([])
    expect(await lab.store.ledger.leases()).toEqual([])
    expect(await lab.advance()).toMatchObject({ status: 'proposed' })
  })
})

describe('several driftds at once', () => {
  it('carry a request out once: one wins', async () => {
    const lab = await createRemediationLab()
    await approved(lab, 'race\n')
    const racers = [startAdvance(lab, null), startAdvance(lab, null)]
    const outcomes = await Promise.all(racers.map(({ ended }) => ended))
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect(begun(lab)).toBe(1)
    const states = (await lab.requests()).map(({ state }) => state)
    expect(states).toEqual(['applied'])
  })
})

/** Nobody may have reaped it yet. */
function isAlive(pid: number): boolean {
  return readProcessStat(pid)?.isDead === false
}
