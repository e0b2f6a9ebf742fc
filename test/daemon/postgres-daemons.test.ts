import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DaemonLab,
  labConfig,
  openDaemonLab,
  type RunningDaemon,
  readApi,
  until,
} from '../helpers/daemon-lab.js'
import { hasPostgres, type PostgresServer, startPostgres } from '../helpers/postgres-server.js'
import { get } from '../helpers/raw-http.js'

interface Status {
  readonly stacks: readonly { readonly name: string; readonly openDrift: Readonly<Record<string, number>> }[]
}

/** Two folders stand for two machines: each has a mirror of its own, both have the store and the key. */
describe.runIf(hasPostgres)('two daemons on PostgreSQL', () => {
  let server: PostgresServer
  let lab: DaemonLab
  const started: RunningDaemon[] = []

  beforeAll(async () => {
    server = await startPostgres()
    lab = openDaemonLab({ stacks: ['net'] })
  })

  afterAll(async () => {
    for (const daemon of started) {
      daemon.kill('SIGKILL')
      await daemon.ended
    }
    lab.close()
    await server.stop()
  })

  it('take turns, and the second knows what the first found', async () => {
    const url = await server.newDatabase()
    const configs = ['one', 'two'].map((machine) => {
      const folder = join(lab.folder, machine)
      mkdirSync(folder)
      const config = JSON.parse(labConfig({ stacks: ['net'], more: { store: { env: 'STORE' } } }))
      config.repositories[0].url = join(lab.folder, 'remote.git')
      const file = join(folder, 'driftd.yaml')
      writeFileSync(file, JSON.stringify(config))
      return file
    })
    const start = (config = ''): RunningDaemon => {
      const env = { STORE: url, DRIFTD_KEY_FILE: join(lab.folder, 'shared-key') }
      const daemon = lab.start(env, ['--config', config])
      started.push(daemon)
      return daemon
    }
    lab.paint('net', 'red')
    const first = start(configs[0])
    await first.logged('scan finished', { status: 'drifted' })
    const metrics = await get(await first.url(), '/metrics')
    expect(metrics.body).toMatch(/^driftd_store_size_bytes [1-9]\d{5,}$/m)
    const second = start(configs[1])
    await second.logged('standing by')
    first.kill('SIGKILL')
    await first.ended
    const api = await second.url()
    const { stacks } = await readApi<Status>(api, '/api/v1/status')
    // a scan that the kill interrupted may be the last one; it takes no drift away
    expect(stacks.map(({ name, openDrift }) => [name, sum(Object.values(openDrift))])).toEqual([['net', 1]])
    lab.paint('net', 'green')
    await second.logged('scan finished', { status: 'in-sync' })
    const history = await get(api, '/api/v1/stacks/net/history')
    expect(history.body).toMatch(/"type":"resolved"[\s\S]*"type":"opened"/)
    await until('it is ready', async () => (await get(api, '/readyz')).status === 200)
    second.kill('SIGTERM')
    const { exitCode, stderr } = await second.ended
    expect(exitCode).toBe(0)
    expect(stderr).not.toContain(server.password)
  })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
