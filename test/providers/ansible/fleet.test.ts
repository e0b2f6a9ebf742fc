import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { tempFolder } from '../../lib/temp-folder.js'

const execute = promisify(execFile)
const PROGRAM = fileURLToPath(new URL('./programs/read-fleet.ts', import.meta.url))
const HOSTS = 500
const TASKS = 300
/** Issue 3: 500 hosts x 300 tasks of generated events in at most 250 MB. */
const MAX_RSS_MIB = 250

it('reads 500 hosts with 300 tasks in at most 250 MB', async () => {
  const file = join(tempFolder(), 'events.jsonl')
  await pipeline(lines(), createWriteStream(file))
  const { stdout } = await execute(process.execPath, ['--import', 'tsx', PROGRAM, file])
  const read = JSON.parse(stdout) as Readonly<Record<string, number | string | null>>
  expect(read).toMatchObject({
    code: null,
    findings: HOSTS,
    verified: HOSTS * (TASKS - 30),
    applicable: HOSTS * TASKS,
    unverified: HOSTS * 30,
    ratio: 0.9,
  })
  expect(read.maxRssMiB).toBeLessThanOrEqual(MAX_RSS_MIB)
}, 120_000)

/** What the callback writes: every tenth task is blind, one of each host has drifted, the rest is in sync. */
function* lines(): Generator<string> {
  const hosts = Array.from({ length: HOSTS }, (_, index) => `web${index}.example.com`)
  yield line({ t: 'start', v: 1, core: '2.14.18', python: '3.11.2', unmatchedLimits: [] })
  yield line({ t: 'play', name: 'all', hosts })
  for (let task = 0; task < TASKS; task++) {
    const name = `task ${task} of the fleet`
    yield line({
      t: 'task',
      id: task,
      module: 'ansible.builtin.copy',
      file: '/repository/site.yml',
      line: task + 1,
      name,
    })
    yield hosts.map((host) => line(resultOf(task, host))).join('')
  }
  const counts = { failures: 0, unreachable: 0, rescued: 0, ignored: 0 }
  yield line({
    t: 'stats',
    hosts: Object.fromEntries(hosts.map((host) => [host, counts])),
    unmatchedTags: [],
  })
}

function resultOf(task: number, host: string): object {
  const args = `${task}`.padStart(24, 'a')
  const result = { t: 'result', task, host, args, res: ['dest', `/etc/app/file-${task}.conf`] }
  if (task % 10 === 0) return { ...result, s: 'skipped', msg: 'Command would have run if not in check mode' }
  if (task === 7) return { ...result, s: 'ok', changed: true, compared: true, diff: [drift(host)] }
  const hash = (name: string) => `${name}${task}`.padStart(24, 'b')
  const state = { mode: hash('m'), owner: hash('o'), group: hash('g'), state: hash('s'), content: hash('c') }
  return { ...result, s: 'ok', compared: true, state }
}

function drift(host: string): object {
  const before = `# ${host}\n${'option = by hand\n'.repeat(40)}`
  const after = `# ${host}\n${'option = declared\n'.repeat(40)}`
  const hashes = { bh: host.padStart(24), ah: 'x'.repeat(24), bc: host.padStart(24), ac: 'y'.repeat(24) }
  return { k: 'text', ...hashes, bs: before.length, as: after.length, b: before, a: after }
}

function line(event: object): string {
  return `${JSON.stringify(event)}\n`
}
