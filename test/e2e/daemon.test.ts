import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DaemonLab,
  labConfig,
  openDaemonLab,
  type RunningDaemon,
  readApi,
  stackCode,
  until,
} from '../helpers/daemon-lab.js'
import { type Receiver, startReceiver } from '../helpers/http-receiver.js'
import { get, send } from '../helpers/raw-http.js'

interface Status {
  readonly stacks: readonly {
    readonly name: string
    readonly status: string
    readonly commit: string
    readonly nextScanAt: string | null
    readonly openDrift: Readonly<Record<string, number>>
  }[]
  readonly daemon: { readonly pid: number } | null
}

const STACKS = ['net', 'web']

/** A commit is scanned, a changed reality found at the next slot, its way back too: real Git, real Terraform, a real daemon. */
describe('driftd serve', () => {
  let lab: DaemonLab
  let daemon: RunningDaemon
  let url: string
  let receiver: Receiver

  beforeAll(async () => {
    receiver = await startReceiver(() => ({ status: 204 }))
    const hook = { type: 'webhook', url: receiver.origin, allowPrivate: true }
    const alerts = { channels: { hook }, groupWait: '1s', groupInterval: '1s' }
    const server = { listen: '127.0.0.1:0', webhookSecret: { env: 'HOOK_SECRET' } }
    lab = openDaemonLab({ stacks: STACKS, more: { alerts, server } })
    daemon = lab.start({ HOOK_SECRET: 'canary-hook-secret' })
    url = await daemon.url()
  })

  afterAll(async () => {
    daemon.kill('SIGKILL')
    await daemon.ended
    lab.close()
    await receiver.close()
  })

  const statusOf = async (name: string) => {
    const { stacks } = await readApi<Status>(url, '/api/v1/status')
    return stacks.find((stack) => stack.name === name)
  }

  const told = (reason: string): boolean =>
    receiver.requests.some(({ body }) => {
      const alert = JSON.parse(body)
      return alert.stack === 'net' && alert.reason === reason
    })

  it('is ready, and scans every stack on its schedule', async () => {
    for (const stack of STACKS) await daemon.logged('scan finished', { stack, status: 'in-sync' })
    await until('it is ready', async () => (await get(url, '/readyz')).status === 200)
    const net = await statusOf('net')
    expect(net).toMatchObject({ status: 'in-sync' })
    expect(Date.parse(net?.nextScanAt ?? '')).toBeGreaterThan(Date.now() - 60_000)
    const { body } = await get(url, '/metrics')
    expect(body).toContain('driftd_stack_status{stack="net",status="in-sync"} 1')
    expect(body).toContain('terradiff_plan_exit_code{stack="web"} 0')
    expect(body).toMatch(/^driftd_leader 1$/m)
    expect(body).toMatch(/^driftd_repository_reachable\{repository="infra"\} 1$/m)
    expect(body).toMatch(/^driftd_store_size_bytes [1-9]\d+$/m)
  })

  it('opens drift when reality changes, and resolves it when it changes back', async () => {
    lab.paint('net', 'red')
    await until('drift opens', async () => (await statusOf('net'))?.status === 'drifted')
    expect((await statusOf('net'))?.openDrift).not.toEqual((await statusOf('web'))?.openDrift)
    const { body } = await get(url, '/metrics')
    expect(body).toMatch(/^driftd_open_records\{stack="net",kind="check",severity="[a-z]+"\} 1$/m)
    expect(body).toContain('terradiff_plan_exit_code{stack="net"} 2')
    await until('somebody is told', async () => told('first-drift'))
    lab.paint('net', 'green')
    await until('drift is resolved', async () => (await statusOf('net'))?.status === 'in-sync')
    expect((await get(url, '/metrics')).body).not.toContain('driftd_open_records{stack="net"')
    await until('somebody is told that it is over', async () => told('resolved'))
    expect((await get(url, '/metrics')).body).toMatch(
      /^driftd_alerts_total\{channel="hook",result="delivered"\} [1-9]/m,
    )
    const history = await get(url, '/api/v1/stacks/net/history')
    expect(history.body).toContain('"opened"')
    expect(history.body).toContain('"resolved"')
  })

  it('follows a commit that was pushed', async () => {
    const commit = lab.push({ 'net/main.tf': stackCode(lab.folder, 'net', 'blue') })
    await daemon.logged('commits touch stacks', { to: commit })
    await until('the commit is scanned', async () => (await statusOf('net'))?.commit === commit)
    expect((await statusOf('net'))?.status).toBe('drifted')
    const touching = daemon
      .events()
      .find(({ event, to }) => event === 'commits touch stacks' && to === commit)
    expect(touching?.stacks).toEqual(['net'])
    lab.push({ 'net/main.tf': stackCode(lab.folder, 'net') })
    await until('the code is mended', async () => (await statusOf('net'))?.status === 'in-sync')
  })

  it('takes signed webhooks of its forge, and no others', async () => {
    const deliver = (token: string) =>
      send(url, { method: 'POST', path: '/hooks/forge', headers: { 'x-gitlab-token': token }, body: '{}' })
    expect((await deliver('canary-hook-secret')).status).toBe(202)
    expect((await deliver('canary')).status).toBe(401)
  })

  it('does what is asked by hand, and shows itself', async () => {
    const scan = await lab.run('scan', 'w*', '-o', 'json')
    expect(scan.exitCode, scan.stderr).toBe(0)
    const { scans } = JSON.parse(scan.stdout)
    expect(scans.map(({ stack, status }: { stack: string; status: string }) => [stack, status])).toEqual([
      ['web', 'in-sync'],
    ])
    // its own words: the daemon scanned, not the command
    expect(daemon.events().some(({ event, scan }) => event === 'scan finished' && scan === scans[0].id)).toBe(
      true,
    )
    const unknown = await lab.run('scan', 'nothing')
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('STACK_UNKNOWN') })
    const shown = await lab.run('show', 'net', '-o', 'json')
    const served = await readApi<object>(url, '/api/v1/stacks/net')
    expect(Object.keys(served)).toEqual(Object.keys(JSON.parse(shown.stdout)))
    const status = await lab.run('status')
    expect(status.stdout).toMatch(new RegExp(`daemon: .*:${daemon.child.pid}, since `))
  })

  it('keeps the last good configuration, and takes a mended one over', async () => {
    lab.configure('version: 1\nrepositories: []\nnonsense: true\n')
    daemon.kill('SIGHUP')
    const problem = await daemon.logged('the configuration has a problem; the last good one stays')
    expect(problem.problem).toMatch(/driftd\.yaml:\d+:\d+/)
    await daemon.logged('scan finished', { stack: 'web', status: 'in-sync' })
    lab.configure(labConfig({ stacks: ['net'], schedule: '* * * * * *' }))
    daemon.kill('SIGHUP')
    await daemon.logged('configuration in force')
    await until('the stack is gone', async () => (await statusOf('web')) === undefined)
    expect((await get(url, '/metrics')).body).not.toContain('stack="web"')
    lab.configure(labConfig({ stacks: STACKS }))
    daemon.kill('SIGHUP')
    await until('the stack is back', async () => (await statusOf('web'))?.status === 'in-sync')
  })

  it('stops within its grace, and leaves nothing behind', async () => {
    daemon.kill('SIGTERM')
    const { exitCode, stdout } = await daemon.ended
    expect(exitCode).toBe(0)
    expect(stdout).toBe(`driftd listens on ${url}\n`)
    expect(lab.leftovers()).toEqual([])
    const status = await lab.run('status')
    expect(status.stdout).toContain('no daemon runs')
    // what was under way is no failure: it goes on next time
    expect(status.stdout).not.toContain('failed')
  })
})
