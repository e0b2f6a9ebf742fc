import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchGroupMemory } from '../../src/lib/group-memory.js'

const MEGABYTE = 1024 * 1024

/** Takes so many megabytes, says so, and stays; with a child of its own, outside its group, that takes as many. */
const TAKE = `
const [mega, depth] = process.argv.slice(1).map(Number)
const block = Buffer.alloc(mega * 1024 * 1024, 1)
const done = () => process.stdout.write(String(block.length))
if (depth === 0) done()
else {
  const { spawn } = require('node:child_process')
  const child = spawn(process.execPath, [...process.execArgv, '-e', process.env.TAKE, mega, depth - 1], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdout.once('data', done)
  process.stdin.on('end', () => child.kill())
}
process.stdin.resume()
process.stdin.on('end', () => process.exit())
`

describe.runIf(process.platform === 'linux')('watchGroupMemory', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('sums what the processes of a group take, and those that came from it', async () => {
    const alone = await peakOf(120, 0)
    const together = await peakOf(120, 1)
    expect(alone).toBeGreaterThan(120 * MEGABYTE)
    expect(alone).toBeLessThan(220 * MEGABYTE)
    expect(together).toBeGreaterThan(240 * MEGABYTE)
    expect(together).toBeLessThan(440 * MEGABYTE)
  })

  it('tells nothing of a group that is gone before it was looked at', () => {
    expect(watchGroupMemory(2 ** 22 - 1).end()).toBeNull()
  })
})

async function peakOf(megabytes: number, depth: number): Promise<number> {
  const child = spawn(process.execPath, ['-e', TAKE, String(megabytes), String(depth)], {
    detached: true,
    env: { ...process.env, TAKE },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const memory = watchGroupMemory(child.pid ?? 0)
  await once(child.stdout, 'data')
  vi.advanceTimersByTime(1_000)
  const peakBytes = memory.end()
  await end(child)
  return peakBytes ?? 0
}

async function end(child: ChildProcess): Promise<void> {
  child.stdin?.end()
  await once(child, 'exit')
}
