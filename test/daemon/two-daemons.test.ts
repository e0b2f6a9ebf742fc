import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from '../../src/store/open-store.js'
import { type DaemonLab, labConfig, openDaemonLab, type RunningDaemon, until } from '../helpers/daemon-lab.js'
import { get } from '../helpers/raw-http.js'
import { FAKE_TERRAFORM } from '../helpers/terraform-stack.js'

function openLab(stacks: readonly string[]): DaemonLab {
  const lab = openDaemonLab({ stacks })
  onTestFinished(() => lab.close())
  return lab
}

function start(lab: DaemonLab): RunningDaemon {
  const daemon = lab.start()
  onTestFinished(async () => {
    daemon.kill('SIGKILL')
    daemon.kill('SIGCONT')
    await daemon.ended
  })
  return daemon
}

const eventsOf = (daemon: RunningDaemon, event: string): number =>
  daemon.events().filter((one) => one.event === event).length

describe('two daemons on one store', () => {
  it('lead in turns: one stands by, takes over, and the other is refused what it still writes', async () => {
    const lab = openLab(['net'])
    const first = start(lab)
    await first.logged('scan finished', { status: 'in-sync' })
    const second = start(lab)
    const standby = await second.logged('standing by')
    expect(standby.leader).toMatch(new RegExp(`:${first.child.pid}$`))
    expect(eventsOf(second, 'listening')).toBe(0)

    // paused while it scans: the lease runs out, and the other one takes over
    const plans = eventsOf(first, 'scan phase')
    await until('the first scans again', () => eventsOf(first, 'scan phase') > plans)
    first.kill('SIGSTOP')
    const finished = eventsOf(first, 'scan finished')
    const url = await second.url()
    expect((await get(url, '/healthz')).status).toBe(200)
    first.kill('SIGCONT')
    await first.logged('the lead is lost')
    await until('the first stands by', () => eventsOf(first, 'standing by') === 1)
    // what it had begun is for the other one to find out
    expect(eventsOf(first, 'scan finished')).toBe(finished)
    await until('it does not listen any more', async () =>
      get(await first.url(), '/healthz').then(
        () => false,
        () => true,
      ),
    )
    await until('the second scans', () => eventsOf(second, 'scan finished') > 1)

    // killed: its lease is void at once
    second.kill('SIGKILL')
    await second.ended
    await until('the first leads again', () => eventsOf(first, 'leading') === 2)
    const before = eventsOf(first, 'scan finished')
    await until('the first scans', () => eventsOf(first, 'scan finished') > before)
    first.kill('SIGTERM')
    expect((await first.ended).exitCode).toBe(0)
    expect(first.events().filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('what a killed daemon leaves running', () => {
  it('is ended by the next one, and its scan counts as failed', async () => {
    const lab = openLab(['net'])
    const scenario = join(lab.folder, 'scenario.json')
    const version = { stdout: '{"terraform_version":"1.11.4"}' }
    writeFileSync(scenario, JSON.stringify({ version, init: { hang: true } }))
    const hanging = JSON.parse(labConfig({ stacks: ['net'] }))
    Object.assign(hanging.repositories[0].stacks[0], {
      engine: FAKE_TERRAFORM,
      env: { FAKE_TERRAFORM: scenario },
    })
    lab.configure(JSON.stringify(hanging))
    const first = start(lab)
    await first.logged('scan phase', { phase: 'init' })
    await until('the engine runs and is noted', async () => (await engines(lab)).length > 0)
    first.kill('SIGKILL')
    await first.ended
    expect(lab.leftovers()).not.toEqual([])

    lab.configure(labConfig({ stacks: ['net'] }))
    const second = start(lab)
    await second.logged('a scan was left behind and counts as failed', { stack: 'net' })
    await second.logged('an engine was left running and is ended')
    await second.logged('scan finished', { status: 'in-sync' })
    second.kill('SIGTERM')
    expect((await second.ended).exitCode).toBe(0)
    expect(lab.leftovers()).toEqual([])
    const store = await openStore(`sqlite:${join(lab.folder, '.driftd', 'driftd.db')}`)
    const scans = await store.drift.pastScans('net', 100)
    await store.close()
    expect(scans.at(-1)).toMatchObject({ status: 'failed', error: { code: 'INTERRUPTED', phase: 'init' } })
  })

  it('is nothing where the daemon was told to stop: engines that do not hear it are killed in time', async () => {
    const lab = openLab(['net'])
    const scenario = join(lab.folder, 'scenario.json')
    const version = { stdout: '{"terraform_version":"1.11.4"}' }
    writeFileSync(scenario, JSON.stringify({ version, init: { hang: 'stubborn' } }))
    const stubborn = JSON.parse(labConfig({ stacks: ['net'], more: { shutdownGrace: '4s' } }))
    Object.assign(stubborn.repositories[0].stacks[0], {
      engine: FAKE_TERRAFORM,
      env: { FAKE_TERRAFORM: scenario },
    })
    lab.configure(JSON.stringify(stubborn))
    const daemon = start(lab)
    await daemon.logged('scan phase', { phase: 'init' })
    await until('the engine runs', async () => (await engines(lab)).length > 0)
    daemon.kill('SIGTERM')
    expect((await daemon.ended).exitCode).toBe(0)
    expect(eventsOf(daemon, 'engines did not end in time and are killed')).toBe(1)
    expect(lab.leftovers()).toEqual([])
    // a scan that was stopped is not stored as failed: it waits to go on
    const { stdout } = await lab.run('status', '-o', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ stacks: [{ status: 'unknown' }], queue: { waiting: 1 } })
  })
})

/** Scans that are written down as running. */
async function engines(lab: DaemonLab): Promise<readonly unknown[]> {
  const store = await openStore(`sqlite:${join(lab.folder, '.driftd', 'driftd.db')}`)
  try {
    return (await store.schedule.runningScans()).filter(({ phase }) => phase === 'init')
  } finally {
    await store.close()
  }
}
