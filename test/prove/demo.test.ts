import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { repositoryRoot } from '../../scripts/lab/tool-folder.js'

/** Those in which programs run: applies, a scan, a shown scan, a proposal, the deed, the last scan. */
const INTERRUPTED_STEPS = [1, 2, 4, 5, 7, 8]
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Into the step, so that what it starts runs; where it did not, less is proven, and nothing fails. */
const INTO_STEP_MS = 3_000

describe('the demo', () => {
  it('finds every edit, and puts one stack right as it was approved', async ({ task }) => {
    const demo = startDemo()
    await once(demo.child, 'close')
    expect(demo.output()).toContain('Done in')
    expect(demo.child.exitCode).toBe(0)
    expect(await demo.leftBehind()).toEqual([])
    const took = /Done in ([\d.]+ s)/.exec(demo.output())?.[1]
    Object.assign(task.meta, { proof: `13 edits named, 4 of them approved and undone, in ${took}` })
  })

  it('leaves nothing behind when it is interrupted, whatever it is at', async ({ task }) => {
    for (const [index, step] of INTERRUPTED_STEPS.entries()) {
      const demo = startDemo()
      const closed = once(demo.child, 'close')
      while (!demo.output().includes(`\n${step}/8  `) && demo.child.exitCode === null) await sleep(50)
      await sleep(INTO_STEP_MS)
      demo.child.kill(SIGNALS[index % SIGNALS.length])
      await closed
      expect({ step, exitCode: demo.child.exitCode }).toEqual({ step, exitCode: 130 })
      expect(await demo.leftBehind()).toEqual([])
    }
    Object.assign(task.meta, { proof: `interrupted in steps ${INTERRUPTED_STEPS.join(', ')} of 8` })
  })
})

interface RunningDemo {
  readonly child: ChildProcessByStdio<null, Readable, null>
  readonly output: () => string
  /** Files of its temporary folder, and processes that know of it. */
  readonly leftBehind: () => Promise<readonly string[]>
}

function startDemo(): RunningDemo {
  const folder = mkdtempSync(join(tmpdir(), 'driftd-prove-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/demo/demo.ts'], {
    cwd: repositoryRoot,
    env: { ...process.env, TMPDIR: folder, KEEP: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  return {
    child,
    output: () => Buffer.concat(chunks).toString('utf8'),
    async leftBehind() {
      // a killed group takes a moment to be gone from the list of processes
      for (let tries = 0; tries < 100 && processesAt(folder).length > 0; tries += 1) await sleep(100)
      // the cache of tsx, and the slots that every driftd of this account shares
      const files = readdirSync(folder).filter((name) => !/^tsx-|^driftd-\d+$/.test(name))
      return [...files, ...processesAt(folder)]
    },
  }
}

/** Command lines of processes whose environment or command line names a folder. */
function processesAt(folder: string): readonly string[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return ids.flatMap((id) => {
    const commandLine = readProcess(id, 'cmdline')
    const isAt = `${commandLine}${readProcess(id, 'environ')}`.includes(folder)
    return isAt ? [`${id} ${commandLine.replaceAll('\0', ' ')}`] : []
  })
}

function readProcess(id: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(join('/proc', id, file), 'utf8')
  } catch {
    // gone, or somebody else's
    return ''
  }
}
