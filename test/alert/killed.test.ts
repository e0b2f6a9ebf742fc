import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openAlertLab, recordOf } from '../helpers/alert-lab.js'
import { fakeChannel } from '../helpers/fake-channel.js'
import { tempFolder } from '../lib/temp-folder.js'

const PROGRAM = fileURLToPath(new URL('./programs/deliver-to-file.ts', import.meta.url))
const STACKS = ['a', 'b', 'c']

/** Runs the program until it ends by itself or dies at a failpoint; returns the signal. */
async function run(path: string, file: string, failAt: string | null): Promise<string | null> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, path, file, ...STACKS], {
    env: { ...process.env, ...(failAt === null ? {} : { DRIFTD_FAIL_AT: failAt }) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [exitCode, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (exitCode !== null) expect(exitCode).toBe(0)
  return signal
}

const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []

it('delivers everything though it is killed at every point, and one message twice at most, with one id', async () => {
  const folder = tempFolder()
  const path = join(folder, 'driftd.db')
  const file = join(folder, 'arrived')
  const lab = await openAlertLab({ channels: [fakeChannel('none')], storePath: path })
  for (const stack of STACKS) await lab.scan(stack, [recordOf(stack)])

  for (const point of ['alert.before-commit', 'alert.after-commit', 'alert.before-send']) {
    expect(await run(path, file, point)).toBe('SIGKILL')
    expect(linesOf(file)).toEqual([])
  }
  // sent, and nobody wrote it down: it is sent again, and told as the same
  expect(await run(path, file, 'alert.after-send')).toBe('SIGKILL')
  expect(await run(path, file, 'alert.after-record')).toBe('SIGKILL')
  const [first, again, ...none] = linesOf(file)
  expect([again, none]).toEqual([first, []])

  expect(await run(path, file, null)).toBeNull()
  const lines = linesOf(file)
  expect(lines).toHaveLength(4)
  expect([...new Set(lines)].map((line) => line.split(' ')[1])).toEqual(STACKS)
}, 120_000)
