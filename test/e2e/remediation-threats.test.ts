import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RemediationOutcome } from '../../src/domain/remediation-outcome.js'
import { HAND_WISH, openLabRemediation } from '../helpers/open-lab-remediation.js'
import { createRemediationLab, type RemediationLab } from '../helpers/remediation-lab.js'

/** Merges what is open, and names the checks that refused it; nothing may have been carried out. */
async function refusalOf(lab: RemediationLab): Promise<readonly string[]> {
  const before = lab.applied().length
  const outcome = await lab.advance()
  expect(outcome.status).toBe('refused')
  expect(lab.applied()).toHaveLength(before)
  return failedIn(outcome)
}

function failedIn({ checks }: RemediationOutcome): readonly string[] {
  return checks.filter(({ status }) => status === 'failed').map(({ name }) => name)
}

/** A stack that has drifted, and a request of it that waits; `again` after every refusal. */
async function propose(lab: RemediationLab, text?: string): Promise<void> {
  lab.drift(text)
  expect(await lab.advance({ again: true })).toMatchObject({ status: 'proposed' })
}

describe('attempts on a merged request, over real Git', () => {
  it('are refused by name: people who do not count (T5, T6, T8)', async () => {
    const lab = await createRemediationLab()
    await propose(lab)
    await lab.approve('rita')
    await lab.merge()
    expect(await refusalOf(lab)).toEqual(['approved'])

    await propose(lab)
    const [, request] = await lab.requests()
    const stolen = lab.sign(request?.content ?? '', 'rita')
    await lab.pushToBranch({ [`${request?.path}.alice.sig`]: stolen })
    await lab.merge('rebase')
    expect(await refusalOf(lab)).toEqual(['approved'])

    await propose(lab)
    const third = (await lab.requests()).at(-1)
    lab.push({ [third?.path ?? '']: third?.content ?? '' })
    expect(await refusalOf(lab)).toEqual(['approved'])
  })

  it('are refused by name: bytes that were not proposed (T1, T4, T14)', async () => {
    const lab = await createRemediationLab()
    await propose(lab)
    const [request] = await lab.requests()
    const forged = request?.content.replace('"allowIrreversible": false', '"allowIrreversible": true') ?? ''
    expect(forged).not.toBe(request?.content)
    await lab.pushToBranch({ [request?.path ?? '']: forged })
    await lab.approve('alice')
    await lab.merge('squash')
    expect(await refusalOf(lab)).toEqual(
      expect.arrayContaining(['signed-by-this-store', 'proposed-by-this-store']),
    )

    const id = '01KAZZZZZZZZZZZZZZZZZZZZZZ'
    const path = `.drift/requests/prod/file/${id}.json`
    const stranger = request?.content.replace(request.id, id) ?? ''
    lab.push({ [path]: stranger, [`${path}.alice.sig`]: lab.sign(stranger, 'alice') })
    const explained = await lab.explain(id)
    expect(explained).toMatchObject({ request: null, verdict: 'refused' })
    expect(explained.checks.filter(({ status }) => status === 'failed').map(({ name }) => name)).toContain(
      'proposed-by-this-store',
    )
    await expect(lab.explain('01KAYYYYYYYYYYYYYYYYYYYYYY')).rejects.toMatchObject({ code: 'REQUEST_UNKNOWN' })
  })

  it('are refused by name: what came along (T7, T12, T13)', async () => {
    const lab = await createRemediationLab()
    await propose(lab)
    await lab.pushToBranch({ 'live/file/declared': 'evil\n' })
    await lab.approve('alice')
    // code of the branch is not even looked at before it is merged
    expect((await lab.advance()).status).toBe('waiting')
    await lab.merge()
    expect(await refusalOf(lab)).toEqual(['nothing-else-merged'])

    lab.push({ 'live/file/declared': 'as declared\n' })
    await propose(lab)
    await lab.pushToBranch({ '.driftd.yaml': 'version: 1\n' })
    await lab.approve('alice')
    await lab.merge('squash')
    expect(await refusalOf(lab)).toEqual(['nothing-else-merged'])
  })

  it('are refused by name: a world, or code, that is another one (T1, T2, T3)', async () => {
    const lab = await createRemediationLab()
    await propose(lab)
    await lab.approve('alice')
    await lab.merge()
    lab.drift('changed once more\n')
    const outcome = await lab.advance()
    expect(failedIn(outcome)).toEqual(['plan-unchanged'])
    expect(outcome).toMatchObject({ status: 'refused', proposedInstead: { state: 'proposed' } })

    await lab.approve('alice')
    await lab.merge('fast-forward')
    lab.push({ 'live/file/declared': 'newly declared\n' })
    expect(failedIn(await lab.advance())).toEqual(['code-unchanged', 'plan-unchanged'])
    expect(lab.applied()).toEqual([])
  })

  it('are refused by name: the same request once more (T9)', async () => {
    const lab = await createRemediationLab()
    await propose(lab)
    await lab.approve('alice')
    const backup = join(lab.folder, 'backup.db')
    for (const ending of ['', '-wal'])
      cpSync(join(lab.dataFolder, `driftd.db${ending}`), `${backup}${ending}`)
    await lab.merge()
    expect(await lab.advance()).toMatchObject({ status: 'applied' })
    const [request] = await lab.requests()
    lab.drift()
    const explained = await lab.explain(request?.id ?? '')
    expect(explained.checks.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual([
      'not-used-before',
    ])
    expect(await lab.advance()).toMatchObject({ status: 'proposed' })

    await lab.store.close()
    for (const ending of ['', '-wal'])
      cpSync(`${backup}${ending}`, join(lab.dataFolder, `driftd.db${ending}`))
    const restored = await openLabRemediation(lab.configFile)
    const watcher = { signal: new AbortController().signal, onEvent: () => undefined }
    expect(await restored.desk.remediate('prod/file', HAND_WISH, watcher)).toMatchObject({
      status: 'proposed',
    })
    expect(restored.warnings).toEqual([expect.stringContaining('restored from a backup')])
    expect(await restored.store.ledger.request(request?.id ?? '')).toMatchObject({ state: 'closed' })
    expect(lab.applied()).toHaveLength(2)
    await restored.store.close()
  })

  it('are refused by name: a request that is too old (T10)', async () => {
    const lab = await createRemediationLab('expiresAfter: 1s\n')
    await propose(lab)
    const [request] = await lab.requests()
    lab.push({
      [request?.path ?? '']: request?.content ?? '',
      [`${request?.path}.alice.sig`]: lab.sign(request?.content ?? '', 'alice'),
    })
    await expect.poll(() => Date.now() > Date.parse(request?.expiresAt ?? ''), { timeout: 30_000 }).toBe(true)
    const outcome = await lab.advance()
    expect(failedIn(outcome)).toEqual(['not-expired'])
    expect(outcome).toMatchObject({ status: 'refused', proposedInstead: { state: 'proposed' } })
  })

  it('are refused by name: a branch that was rewritten (T11)', async () => {
    const lab = await createRemediationLab()
    await propose(lab)
    await lab.approve('alice')
    await lab.merge()
    const merged = readFileSync(join(lab.clone.path, '.git/refs/heads/main'), 'utf8').trim()
    lab.clone.git('commit', '--quiet', '--amend', '--message', 'rewritten', '--date', '2001-01-01T00:00:00Z')
    lab.push({ 'README.md': 'y' })
    // the merge is seen, then taken back
    await lab.explain((await lab.requests())[0]?.id ?? '')
    lab.clone.git('reset', '--quiet', '--hard', merged)
    lab.clone.git('push', '--quiet', '--force', 'origin', 'main')
    const frozen = await lab.advance()
    expect(frozen).toMatchObject({ status: 'not-now' })
    expect(failedIn(frozen)).toEqual(['history-intact'])
    expect(await lab.remediation.unfreeze('infra', { reason: 'it was me', by: 'ann' })).toBe(true)
    expect(await lab.remediation.unfreeze('infra', { reason: 'it was me', by: 'ann' })).toBe(false)
    expect(await lab.advance()).toMatchObject({ status: 'applied' })
  })

  it('are no yes where nobody answers (T16)', async () => {
    const lab = await createRemediationLab()
    await propose(lab)
    lab.clone.git('-C', lab.remote, 'config', 'core.repositoryformatversion', '99')
    await expect(lab.advance()).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    writeFileSync(
      join(lab.remote, 'config'),
      readFileSync(join(lab.remote, 'config'), 'utf8').replace('= 99', '= 0'),
    )
    expect(await lab.advance()).toMatchObject({ status: 'waiting' })
  })

  it('are refused by name: a fourth time on one day (T20)', async () => {
    const lab = await createRemediationLab()
    for (const text of ['one\n', 'two\n', 'three\n']) {
      await propose(lab, text)
      await lab.approve('alice')
      await lab.merge('squash')
      expect(await lab.advance()).toMatchObject({ status: 'applied' })
    }
    lab.drift('four\n')
    const outcome = await lab.advance()
    expect(outcome).toMatchObject({
      status: 'refused',
      message: expect.stringContaining('something is fighting us'),
    })
    expect(failedIn(outcome)).toEqual(['not-fought'])
  })
})
