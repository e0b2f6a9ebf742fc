import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { isOpenDrift } from '../../src/domain/drift.js'
import { stateOfProcess } from '../../src/lib/process-identity.js'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import { buildPackage } from './built-package.js'
import { type DaemonLab, openDaemonLab, type RunningDaemon, until } from './daemon-lab.js'
import { REPOSITORY_ROOT } from './source-tree.js'

/** How one round ends: at a named point, at a moment after it began to run or to scan, or told to stop and dying of it. */
type Kill =
  | { readonly kind: 'failpoint'; readonly name: string; readonly isStopping: boolean }
  | { readonly kind: 'after-start' | 'after-scan'; readonly delayMs: number }

/** Points that are passed only while the daemon stops. */
const STOPPING: ReadonlySet<string> = new Set(['daemon.stopped'])

/**
 * Kills a built daemon at every named point of its own and of scans, and so many times in between. Returns how often.
 */
export async function proveCrashes(request: {
  readonly stacks: readonly string[]
  readonly killsInTime: number
}): Promise<number> {
  const { stacks, killsInTime: count } = request
  const built = buildPackage()
  const program = [process.execPath, join(built.bin, 'driftd')]
  // the next daemon takes what a dead one had claimed once the lease ran out
  const lab = openDaemonLab({ stacks, program, more: { leaderLease: '1s' } })
  try {
    const kills = [...killsAtFailpoints(['daemon', 'scan']), ...killsInTime(count)]
    await runCrashRounds(lab, stacks, kills)
    await checkRecovery(lab, stacks)
    return kills.length
  } finally {
    lab.close()
    built.remove()
  }
}

/** Every failpoint of these rooms, one kill each. */
function killsAtFailpoints(rooms: readonly string[]): readonly Kill[] {
  const texts = rooms.flatMap((room) =>
    readdirSync(join(REPOSITORY_ROOT, 'src', room))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(REPOSITORY_ROOT, 'src', room, name), 'utf8')),
  )
  const names = texts.flatMap((text) =>
    [...text.matchAll(/failpoint\('([^']+)'\)/g)].map(([, name = '']) => name),
  )
  return [...new Set(names)]
    .sort()
    .map((name) => ({ kind: 'failpoint', name, isStopping: STOPPING.has(name) }))
}

/** Kills spread over a start of a daemon and over what it does afterwards. */
function killsInTime(count: number): readonly Kill[] {
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 0.5) / count
    return index % 2 === 0
      ? { kind: 'after-start', delayMs: 1_500 * share }
      : { kind: 'after-scan', delayMs: 1_000 * share }
  })
}

/** Kills a daemon in each way, one after the other; after each, the store must be sound. Reality changes in between. */
async function runCrashRounds(
  lab: DaemonLab,
  stacks: readonly string[],
  kills: readonly Kill[],
): Promise<void> {
  for (const [round, kill] of kills.entries()) {
    lab.paint(stacks[0] ?? '', round % 2 === 0 ? 'red' : 'green')
    const what = `round ${round}: ${JSON.stringify(kill)}`
    await killDaemon(lab, kill, what)
    await withStore(lab, (store) => checkStore(store, stacks, what))
  }
}

/** After all kills: a daemon starts, tells the truth about every stack, stops, and leaves nothing behind. */
async function checkRecovery(lab: DaemonLab, stacks: readonly string[]): Promise<void> {
  for (const color of ['red', 'green']) {
    lab.paint(stacks[0] ?? '', color)
    const daemon = lab.start()
    const startedAt = performance.now()
    await daemon.url()
    expect(performance.now() - startedAt).toBeLessThan(30_000)
    const status = color === 'red' ? 'drifted' : 'in-sync'
    await daemon.logged('scan finished', { stack: stacks[0], status })
    daemon.kill('SIGTERM')
    expect((await daemon.ended).exitCode).toBe(0)
    await withStore(lab, async (store) => {
      await checkStore(store, stacks, `after all rounds, ${color}`)
      expect(await store.schedule.runningScans()).toEqual([])
      const open = (await store.drift.drifts(stacks)).filter(isOpenDrift)
      expect(open.map(({ stack }) => stack)).toEqual(color === 'red' ? [stacks[0]] : [])
    })
  }
  await until('no program is left', () => lab.leftovers().length === 0)
}

async function killDaemon(lab: DaemonLab, kill: Kill, what: string): Promise<void> {
  const daemon = lab.start(kill.kind === 'failpoint' ? { DRIFTD_FAIL_AT: kill.name } : {})
  if (kill.kind === 'failpoint') {
    if (kill.isStopping) {
      await daemon.logged('scan finished')
      daemon.kill('SIGTERM')
    }
  } else {
    if (kill.kind === 'after-scan') await daemon.logged('scan phase')
    await Promise.race([sleep(kill.delayMs), daemon.ended])
    daemon.kill('SIGKILL')
  }
  const { signal, stderr } = await endedInTime(daemon, what)
  expect(signal, `${what}\n${stderr.slice(-2_000)}`).toBe('SIGKILL')
}

async function endedInTime(daemon: RunningDaemon, what: string): ReturnType<() => RunningDaemon['ended']> {
  const giveUp = new AbortController()
  const late = sleep(60_000, undefined, { signal: giveUp.signal }).then(
    () => {
      daemon.kill('SIGKILL')
      throw new Error(`${what}: it did not die\n${JSON.stringify(daemon.events().slice(-10))}`)
    },
    () => daemon.ended,
  )
  const outcome = await Promise.race([daemon.ended, late])
  giveUp.abort()
  return outcome
}

/** What must hold at any instant (P1, P3, P5). */
async function checkStore(store: OpenedStore, stacks: readonly string[], what: string): Promise<void> {
  for (const { owner } of await store.schedule.runningScans())
    expect(stateOfProcess(owner), `${what}: nothing runs any more`).toBe('gone')
  const drifts = await store.drift.drifts(stacks)
  const states = await store.stackStates(stacks)
  for (const { stack, lastScan } of states) {
    const scans = await store.drift.pastScans(stack, 10_000)
    for (const { status, coverage, error } of scans) {
      // P3: nothing is called in sync of which not all was seen
      if (status === 'in-sync') expect(coverage, what).toMatchObject({ verified: 1, applicable: 1 })
      if (status === 'failed')
        expect(error?.code, `${what} of ${stack}: ${error?.message}`).toBe('INTERRUPTED')
    }
    const lastGood = scans.find(({ status }) => status !== 'failed')
    const open = drifts.filter((drift) => drift.stack === stack && isOpenDrift(drift))
    const events = await store.drift.eventsOf(stack, 10_000)
    // P1: the drift of a scan is there with the scan, and so is what happened to it
    expect(open.length, `${what}: open drift of ${stack} beside ${lastGood?.status}`).toBe(
      lastGood?.status === 'drifted' ? 1 : 0,
    )
    checkEvents(events.map(({ type }) => type).toReversed(), what)
    for (const { scan } of events)
      expect(
        scans.map(({ id }) => id),
        what,
      ).toContain(scan)
    if (lastScan?.status === 'drifted') expect(lastScan.records, what).toHaveLength(1)
  }
}

/** Opened and resolved in turns: nothing is told twice, nothing left out. */
function checkEvents(types: readonly string[], what: string): void {
  let isOpen = false
  for (const type of types.filter((one) => one !== 'flapping')) {
    expect(['opened', 'reopened', 'resolved'], what).toContain(type)
    expect(type === 'resolved', `${what}: ${types.join(', ')}`).toBe(isOpen)
    isOpen = type !== 'resolved'
  }
}

async function withStore(lab: DaemonLab, check: (store: OpenedStore) => Promise<void>): Promise<void> {
  const path = join(lab.folder, '.driftd', 'driftd.db')
  const store = await openStore(`sqlite:${path}`)
  try {
    await check(store)
  } finally {
    await store.close()
  }
  const database = new Database(path, { readonly: true })
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  database.close()
}
