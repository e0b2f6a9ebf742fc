import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { APPLY_SECRET, HAND_WISH, openLabRemediation } from '../helpers/open-lab-remediation.js'
import { createRemediationLab, type RemediationLab } from '../helpers/remediation-lab.js'

/** On one machine: a bare remote, plain Git, ssh signatures, an engine that really changes something. */
describe('a remediation from drift to receipt', () => {
  it('proposes, waits, and carries out what was approved and merged, exactly that, once', async () => {
    const lab = await createRemediationLab()
    expect(await lab.advance()).toMatchObject({ status: 'in-sync' })
    lab.drift()
    const proposed = await lab.advance()
    expect(proposed).toMatchObject({
      status: 'proposed',
      request: { branch: expect.stringMatching(/^drift\//) },
    })
    expect(proposed.nextSteps.map(({ command }) => command)).toEqual([
      `git fetch && git log ..origin/${proposed.request?.branch}`,
      'driftd remediate prod/file',
    ])
    const text = lab.clone.git('ls-remote', 'origin', 'refs/heads/drift/*')
    expect(text.split('\n')).toHaveLength(1)

    expect((await lab.advance()).message).toContain('waits for 1 more of alice, bob@acme.io')
    await lab.approve('rita', 'bob@acme.io')
    const waiting = await lab.advance()
    expect(waiting).toMatchObject({
      status: 'waiting',
      message: expect.stringContaining('waits for its merge'),
    })
    expect(waiting.message).toContain('not counted: rita asked for it')
    expect(lab.readWorld()).toBe('changed by hand\n')

    await lab.merge()
    const explained = await lab.explain(proposed.request?.id ?? '')
    expect(explained).toMatchObject({ verdict: 'open', decidedAt: null })
    const done = await lab.advance()
    expect(done).toMatchObject({ status: 'applied', receipt: { verification: 'converged', unexpected: [] } })
    expect(done.checks.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(lab.readWorld()).toBe('as declared\n')
    expect(lab.applied()).toEqual([`began ${APPLY_SECRET}`, 'ended'])

    expect(await lab.advance()).toMatchObject({ status: 'in-sync' })
    expect(await lab.remediation.verifyAudit()).toMatchObject({ status: 'whole', rows: 6 })
    // nothing but what people merged is on the tracked branch
    expect(lab.clone.git('ls-remote', 'origin', 'main')).toContain(lab.clone.git('rev-parse', 'main'))
    expect(await findCanary(lab)).toEqual([])
  })

  it('is stopped by the kill switch until it is lifted', async () => {
    const lab = await createRemediationLab()
    lab.drift()
    await lab.advance()
    await lab.approve('alice')
    await lab.merge('squash')
    await lab.remediation.saveFreeze({ reason: 'incident', by: 'ann' })
    expect(await lab.advance()).toMatchObject({
      status: 'not-now',
      message: expect.stringContaining('ann froze'),
    })
    expect(await lab.remediation.lift('ann')).toBe(true)
    expect(await lab.advance()).toMatchObject({ status: 'applied' })
  })

  it('limits itself to a record, and takes a closed branch for a no', async () => {
    const lab = await createRemediationLab()
    lab.drift()
    await expect(lab.advance({ records: ['filefile'] })).rejects.toMatchObject({ code: 'RECORD_UNKNOWN' })
    await lab.advance()
    const [request] = await lab.requests()
    lab.clone.git('push', '--quiet', 'origin', `:${request?.branch}`)
    expect(await lab.advance()).toMatchObject({ status: 'refused', checks: [{ name: 'not-declined' }] })
    expect(await lab.advance({ again: true })).toMatchObject({ status: 'proposed' })
  })

  it('does nothing where it is switched off, or the repository is none that people can approve in', async () => {
    const lab = await createRemediationLab()
    const text = readFileSync(lab.configFile, 'utf8')
    const watcher = { signal: new AbortController().signal, onEvent: () => undefined }
    const withoutForge = text.replace(/^ {2}forge: .*\n/m, '').replace('enabled: true', 'enabled: false')
    expect(withoutForge).not.toContain('forge')
    writeFileSync(lab.configFile, withoutForge)
    const off = await openLabRemediation(lab.configFile)
    lab.drift()
    expect(await off.desk.remediate('prod/file', HAND_WISH, watcher)).toMatchObject({
      status: 'refused',
      checks: [{ name: 'remediation-enabled' }],
    })
    await expect(off.desk.explain('01KAV3', watcher)).rejects.toMatchObject({ code: 'REQUEST_UNKNOWN' })
    writeFileSync(lab.configFile, text.replace('ref: main', `ref: ${lab.clone.git('rev-parse', 'HEAD')}`))
    const commit = await openLabRemediation(lab.configFile)
    await expect(commit.desk.remediate('prod/file', HAND_WISH, watcher)).rejects.toMatchObject({
      code: 'REMEDIATION_UNSUPPORTED',
    })
    await expect(commit.desk.remediate('prod/none', HAND_WISH, watcher)).rejects.toMatchObject({
      code: 'STACK_UNKNOWN',
    })
    await off.store.close()
    await commit.store.close()
    writeFileSync(lab.configFile, text)
  })
})

/** Files of the lab, and commits of the remote, in which the secret of `applyEnv` stands; the engine's own log left out (T17). */
async function findCanary(lab: RemediationLab): Promise<readonly string[]> {
  const files = readdirSync(lab.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => file !== `${lab.world}.log` && readFileSync(file).includes(APPLY_SECRET))
  const commits = lab.clone.git('log', '--all', '--format=%B', '-p')
  const rows = JSON.stringify([
    await lab.store.ledger.auditAfter(0, 100),
    await lab.requests(),
    await lab.store.alerts.openNotices(100),
  ])
  return [...files, ...[commits, rows].filter((text) => text.includes(APPLY_SECRET))]
}
