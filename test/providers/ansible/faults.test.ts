import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeFailure } from '../../../providers/ansible/failure.js'
import { type AnsibleLab, openAnsibleLab } from './lab.js'

const START = { t: 'start', v: 1, core: '2.14.18', python: '3.11.2', unmatchedLimits: [] }
const PLAY = { t: 'play', name: 'all', hosts: ['web1'] }
const TASK = { t: 'task', id: 0, module: 'ansible.builtin.copy', file: '/x/site.yml', line: 1, name: 'copy' }
const RESULT = { t: 'result', task: 0, host: 'web1', s: 'ok', args: 'a' }
const COUNTS = { failures: 0, unreachable: 0, rescued: 0, ignored: 0 }
const STATS = { t: 'stats', hosts: { web1: COUNTS }, unmatchedTags: [] }

/** An engine that writes these lines where the callback would, and exits 0. */
async function engineSaying(lab: AnsibleLab, lines: readonly (object | string)[]): Promise<string> {
  const text = lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join('')
  await lab.write({ 'site.yml': '- hosts: all\n  tasks: []\n', 'events.jsonl': text })
  const engine = join(lab.folder, 'fake-playbook')
  await writeFile(
    engine,
    '#!/bin/sh\ncp events.jsonl "$(dirname "$DRIFTD_CALLBACK_SETTINGS")/events.jsonl"\n',
  )
  await chmod(engine, 0o755)
  return engine
}

describe('faults of a run', () => {
  it('reads a run that is whole', async () => {
    const lab = await openAnsibleLab()
    const engine = await engineSaying(lab, [START, PLAY, TASK, RESULT, STATS])
    expect((await lab.detect({ options: { engine } })).coverage).toMatchObject({ verified: 1, applicable: 1 })
  })

  it.each([
    [
      'an event was lost',
      [START, PLAY, { t: 'broken', where: 'result', error: 'KeyError' }, STATS],
      'OUTPUT_INVALID',
    ],
    ['the disk is full', [{ t: 'broken', where: 'write', error: 'OSError', errno: 28 }], 'DISK_FULL'],
    ['a line is cut', [START, PLAY, TASK, '{"t":"result","ta\n', RESULT, STATS], 'OUTPUT_INVALID'],
    ['a line is of another kind', [START, PLAY, TASK, { t: 'surprise' }, RESULT, STATS], 'OUTPUT_INVALID'],
    ['the last line is cut', [START, PLAY, TASK, RESULT, '{"t":"stats","ho'], 'NO_STATS'],
    ['there is no end', [START, PLAY, TASK, RESULT], 'NO_STATS'],
    ['the core is too old', [{ ...START, core: '2.9.27' }, PLAY, TASK, RESULT, STATS], 'ENGINE_TOO_OLD'],
    ['events are of another version', [{ ...START, v: 2 }, PLAY, TASK, RESULT, STATS], 'OUTPUT_INVALID'],
    ['no host was processed', [START, PLAY, { ...STATS, hosts: {} }], 'NOTHING_CHECKED'],
    ['there is nothing at all', [], 'NO_STATS'],
  ])('has no verdict where %s', async (_, lines, code) => {
    const lab = await openAnsibleLab()
    const engine = await engineSaying(lab, lines)
    expect((await lab.failure({ options: { engine } })).code).toBe(code)
  })

  it('is partial where an expected host was never processed', async () => {
    const lab = await openAnsibleLab()
    const engine = await engineSaying(lab, [START, { ...PLAY, hosts: ['web1', 'web2'] }, TASK, RESULT, STATS])
    expect((await lab.detect({ options: { engine } })).isPartial).toBe(true)
  })
})

describe('the words of an engine that failed', () => {
  const outcome = (stderr: string, exitCode: number | null) => ({
    ...{ exitCode, signal: null, stdout: '', stderr, isTruncated: false, durationMs: 1, wasStopped: false },
  })

  it.each([
    ["ERROR! couldn't resolve module/action 'a.b.c'. This often", 4, 'COLLECTION_MISSING'],
    ["[ERROR]: couldn't resolve module/action 'nope'. This often", 4, 'MODULE_MISSING'],
    ["[ERROR]: the role 'x' was not found in /y", 1, 'ROLE_MISSING'],
    ['ERROR! Attempting to decrypt but no vault secrets found', 1, 'VAULT_PASSWORD_MISSING'],
    [
      '[WARNING]: Unable to parse /x/inventory as an\ninventory source\nERROR! No inventory was parsed',
      1,
      'INVENTORY_INVALID',
    ],
    ['ERROR! something else', 1, 'PLAYBOOK_INVALID'],
    ['ERROR! Unexpected Exception, this is probably a bug: x', 250, 'ENGINE_FAILED'],
    ['ERROR: Ansible requires the locale encoding to be UTF-8; Detected ISO8859-1.', 1, 'ENGINE_FAILED'],
    ['usage: ansible-playbook\nansible-playbook: error: unrecognized arguments: --x', 2, 'ENGINE_FAILED'],
    ['', 0, 'NO_STATS'],
  ])('%s', (stderr, exitCode, code) => {
    expect(describeFailure(outcome(stderr, exitCode)).code).toBe(code)
  })

  it('quotes no line of the playbook', () => {
    const stderr = `ERROR! We were unable to read\n\nThe error appears to be in '/x/site.yml': line 3, column 5\n\nThe offending line appears to be:\n\n    password: hunter2\n    ^ here\n`
    const { message } = describeFailure(outcome(stderr, 4))
    expect(message).toContain('line 3, column 5')
    expect(message).not.toContain('hunter2')
  })
})
