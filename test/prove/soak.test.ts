import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { buildPackage } from '../helpers/built-package.js'
import { openDaemonLab, type RunningDaemon } from '../helpers/daemon-lab.js'
import { get } from '../helpers/raw-http.js'

const STACKS = ['net', 'web', 'data']
const MINUTES = Number(process.env.SOAK_MINUTES ?? 5)
const SAMPLE_MS = 2_000
/** Commits: each is a checkout that must go again. */
const COMMIT_EVERY = 15
const MOST_GROWTH_MIB = 25
const MOST_NEW_FILES = 10
/** Of the dozen commits: that of now, and those that scans are leaving. */
const MOST_WORKTREES = 4

interface Sample {
  readonly rssMiB: number
  readonly heapMiB: number
  readonly openFiles: number
  readonly scans: number
}

describe('a daemon that is never left alone', () => {
  it('keeps its memory, its open files and its checkouts, over hundreds of scans', async ({ task }) => {
    const built = buildPackage()
    const program = [process.execPath, join(built.bin, 'driftd')]
    const lab = openDaemonLab({ stacks: STACKS, program })
    const daemon = lab.start()
    try {
      const samples: Sample[] = []
      const url = await daemon.url()
      for (let turn = 0; turn * SAMPLE_MS < MINUTES * 60_000; turn += 1) {
        if (turn % COMMIT_EVERY === COMMIT_EVERY - 1) lab.push({ 'notes.md': `turn ${turn}\n` })
        for (const stack of STACKS) lab.paint(stack, turn % 20 < 10 ? 'green' : 'red')
        samples.push(await takeSample(url))
        await sleep(SAMPLE_MS)
      }
      const growth = growthOf(samples)
      expect(growth.scans).toBeGreaterThan(MINUTES * 10)
      expect(growth.rssMiB).toBeLessThanOrEqual(MOST_GROWTH_MIB)
      expect(growth.heapMiB).toBeLessThanOrEqual(MOST_GROWTH_MIB)
      expect(growth.openFiles).toBeLessThanOrEqual(MOST_NEW_FILES)
      expect(worktrees(lab.folder)).toBeLessThanOrEqual(MOST_WORKTREES)
      await stop(daemon)
      expect(lab.leftovers()).toEqual([])
      const rssMiB = Math.max(...samples.map((sample) => sample.rssMiB))
      const proof = `${growth.scans} scans in ${MINUTES} min, at most ${rssMiB.toFixed(0)} MiB, ${growth.rssMiB.toFixed(0)} MiB more in the last third than in the second`
      Object.assign(task.meta, { proof })
    } finally {
      daemon.kill('SIGKILL')
      await daemon.ended
      lab.close()
      built.remove()
    }
  })
})

async function takeSample(url: string): Promise<Sample> {
  const { body } = await get(url, '/metrics')
  const sum = (name: string): number =>
    [...body.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+]+)$`, 'gm'))]
      .map(([, value]) => Number(value))
      .reduce((total, value) => total + value, 0)
  const rssMiB = sum('process_resident_memory_bytes') / 2 ** 20
  const heapMiB = sum('nodejs_heap_size_used_bytes') / 2 ** 20
  return { rssMiB, heapMiB, openFiles: sum('process_open_fds'), scans: sum('driftd_scans_total') }
}

/** From the second third to the last: the least of each, which no moment of collecting garbage or scanning shifts. */
function growthOf(samples: readonly Sample[]): Sample {
  const third = Math.floor(samples.length / 3)
  const least = (some: readonly Sample[], key: keyof Sample): number =>
    Math.min(...some.map((one) => one[key]))
  // in the first third code is loaded and compiled still
  const [second, last] = [samples.slice(third, 2 * third), samples.slice(-third)]
  const growth = (key: keyof Sample): number => least(last, key) - least(second, key)
  return {
    rssMiB: growth('rssMiB'),
    heapMiB: growth('heapMiB'),
    openFiles: growth('openFiles'),
    scans: samples.at(-1)?.scans ?? 0,
  }
}

/** Checkouts of commits beside the store. */
function worktrees(folder: string): number {
  const names = readdirSync(join(folder, '.driftd'), { recursive: true, encoding: 'utf8' })
  const commits = names.flatMap((name) => /(?:^|\/)worktrees\/([0-9a-f]{40})$/.exec(name)?.[1] ?? [])
  return new Set(commits).size
}

async function stop(daemon: RunningDaemon): Promise<void> {
  daemon.kill('SIGTERM')
  const { exitCode } = await daemon.ended
  expect(exitCode).toBe(0)
}
