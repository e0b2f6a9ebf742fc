import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { repositoryRoot } from '../../scripts/lab/tool-folder.js'

const stateSchema = z.object({ number: z.number(), records: z.number() })
const outcomeSchema = z.object({
  saved: z.number(),
  code: z.string().nullable(),
  whileFull: stateSchema,
  afterwards: z.string().nullable(),
  last: stateSchema,
})

/** A disk of three megabytes, in a mount namespace of its own; `-r`: whoever is not root may have one too. */
const SCRIPT = `mount -t tmpfs -o size=3m driftd "$1" && exec "$2" --import tsx test/lib/programs/fill-disk.ts "$1"`

it('loses nothing on a full disk, and goes on when there is room again', ({ task }) => {
  const folder = mkdtempSync(join(tmpdir(), 'driftd-prove-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const rights = process.getuid?.() === 0 ? '-m' : '-rm'
  const text = execFileSync('unshare', [rights, 'sh', '-c', SCRIPT, 'sh', folder, process.execPath], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    timeout: 600_000,
  })
  const outcome = outcomeSchema.parse(JSON.parse(text))
  expect(outcome.saved).toBeGreaterThan(0)
  expect(outcome.code).toBe('DISK_FULL')
  expect(outcome.whileFull).toEqual({ number: outcome.saved, records: 100 })
  expect(outcome.afterwards).toBeNull()
  expect(outcome.last).toEqual({ number: outcome.saved + 1, records: 100 })
  Object.assign(task.meta, { proof: `${outcome.saved} scans of 100 records on a disk of 3 MiB` })
})
