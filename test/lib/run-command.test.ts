import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CommandOutcome, type CommandRequest, runCommand } from '../../src/lib/run-command.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftd-run-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

function shell(script: string, overrides: Partial<CommandRequest> = {}): Promise<CommandOutcome> {
  const env = { PATH: process.env.PATH ?? '' }
  return runCommand({
    command: 'sh',
    args: ['-c', script],
    cwd: folder,
    env,
    stdout: { kind: 'text' },
    ...overrides,
  })
}

async function isAlive(pidFile: string): Promise<boolean> {
  const pid = Number(await readFile(join(folder, pidFile), 'utf8'))
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')
  return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3))
}

describe('runCommand', () => {
  it('hands over what the program is to read, and bears that it reads nothing', async () => {
    const text = `ä${'x'.repeat(300_000)}`
    expect((await shell('cat', { stdin: text })).stdout).toBe(text)
    expect(await shell('exec 0<&-; echo done', { stdin: text })).toMatchObject({
      exitCode: 0,
      stdout: 'done\n',
    })
    expect((await shell('cat')).stdout).toBe('')
  })

  it('gives exit code, output and errors of a program that fails', async () => {
    const outcome = await shell('echo out; echo err >&2; exit 3')
    expect(outcome).toMatchObject({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
      wasStopped: false,
    })
  })

  it('passes on the given environment and nothing of our own', async () => {
    process.env.DRIFTD_TEST_LEAK = 'leak'
    const outcome = await shell('echo "$GIVEN-$DRIFTD_TEST_LEAK-$HOME"', {
      env: { PATH: process.env.PATH ?? '', GIVEN: 'x' },
    })
    delete process.env.DRIFTD_TEST_LEAK
    expect(outcome.stdout).toBe('x--\n')
  })

  it('gives the program no standard input to wait for', async () => {
    expect((await shell('cat; echo done')).stdout).toBe('done\n')
  })

  it('keeps both ends of an output that is too long, and drains the rest', async () => {
    const outcome = await shell('echo first; head -c 3000000 /dev/zero | tr "\\0" x; echo last', {
      maxOutputBytes: 1000,
    })
    expect(outcome.isTruncated).toBe(true)
    expect(outcome.stdout).toMatch(/^first\n/)
    expect(outcome.stdout).toMatch(/last\n$/)
    expect(outcome.exitCode).toBe(0)
  })

  it('does not wait for a background child that holds the pipe, and ends it', async () => {
    const outcome = await shell('sleep 60 & echo $! > child; echo done')
    expect(outcome.durationMs).toBeLessThan(20_000)
    expect(outcome.stdout).toBe('done\n')
    expect(await isAlive('child')).toBe(false)
  })

  it('goes through the stop procedure up to the group, and leaves nothing', async () => {
    const controller = new AbortController()
    const script =
      'trap "" INT TERM; (trap "" INT TERM; sleep 60; sleep 60) & echo $! > child; echo ready; wait; wait; sleep 60'
    const outcome = await shell(script, {
      stdout: { kind: 'lines', maxLineBytes: 100, onLine: () => controller.abort() },
      signal: controller.signal,
      stop: [
        { signal: 'SIGINT', target: 'process', waitMs: 100 },
        { signal: 'SIGTERM', target: 'group', waitMs: 100 },
        { signal: 'SIGKILL', target: 'group', waitMs: 5_000 },
      ],
    })
    expect(outcome).toMatchObject({ exitCode: null, signal: 'SIGKILL', wasStopped: true })
    expect(await isAlive('child')).toBe(false)
  })

  it('lets a program that ends well on the first signal say so', async () => {
    const controller = new AbortController()
    const outcome = await shell('trap "echo bye; exit 7" INT; echo ready; while :; do sleep 0.05; done', {
      stdout: { kind: 'lines', maxLineBytes: 100, onLine: () => controller.abort() },
      signal: controller.signal,
      stop: [{ signal: 'SIGINT', target: 'process', waitMs: 10_000 }],
    })
    expect(outcome).toMatchObject({ exitCode: 7, wasStopped: true })
  })

  it('stops the program and rethrows when the reader of its output fails', async () => {
    const consume = async (stdout: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of stdout) throw new Error(`cannot read ${chunk.length} bytes`)
    }
    const running = shell('echo $$ > child; echo x; sleep 60', { stdout: { kind: 'stream', consume } })
    await expect(running).rejects.toThrow('cannot read 2 bytes')
    expect(await isAlive('child')).toBe(false)
  })

  it('loses nothing of a program that has ended before its output is read', async () => {
    const read: Buffer[] = []
    const consume = async (stdout: AsyncIterable<Buffer>): Promise<void> => {
      await vi.waitUntil(() => existsSync(join(folder, 'child')), { timeout: 30_000 })
      const pid = readFileSync(join(folder, 'child'), 'utf8').trim()
      await vi.waitUntil(() => !existsSync(`/proc/${pid}`), { timeout: 30_000 })
      await nextTurn()
      for await (const chunk of stdout) read.push(chunk)
    }
    await shell('echo $$ > new; mv new child; echo all of it', { stdout: { kind: 'stream', consume } })
    expect(Buffer.concat(read).toString()).toBe('all of it\n')
  })

  it('names a program that is missing, and one that may not be run', async () => {
    const request = { args: [], cwd: folder, env: {}, stdout: { kind: 'text' } } as const
    await expect(runCommand({ ...request, command: 'driftd-no-such-program' })).rejects.toMatchObject({
      code: 'ENGINE_MISSING',
    })
    await writeFile(join(folder, 'tool'), '#!/bin/sh\n', { mode: 0o600 })
    await expect(runCommand({ ...request, command: join(folder, 'tool') })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
  })
})
