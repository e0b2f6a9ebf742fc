import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DriftError } from '../../src/domain/errors.js'
import { lookUpAccount } from '../../src/lib/account.js'
import { readProcessStat } from '../../src/lib/process-stat.js'
import type { DetectRequest, Prepared } from '../../src/scan/provider.js'
import { fakeProvider } from '../helpers/fake-provider.js'
import {
  accountsIn,
  hostFromSource,
  mayBecomeOther,
  OTHER_ACCOUNT,
  openFolder,
} from '../helpers/other-account.js'
import { asNobody, tempFolder } from '../lib/temp-folder.js'

const FAKE_HOST = 'test/engine-host/programs/fake-host.ts'
const TIMEOUT = { timeout: 120_000 }
const scope = { action: 'revert', addresses: [], hosts: [] } as const

/** A stack whose engine is a shell script, run as another account. `shared` may be written by all. */
function hosted(script: string, part: Partial<DetectRequest> = {}) {
  const folder = openFolder()
  const [root, shared] = [join(folder, 'checkout'), join(folder, 'shared')]
  mkdirSync(root)
  mkdirSync(shared)
  chmodSync(shared, 0o777)
  writeFileSync(join(root, 'script'), `shared='${shared}'\n${script}\n`)
  const engines: number[] = []
  const phases: string[] = []
  const request: DetectRequest = {
    stack: {
      name: 'a',
      provider: 'fake',
      repository: null,
      path: '.',
      labels: {},
      timeoutMs: 1,
      minCoverage: 0,
      options: { script: 'script' },
    },
    checkout: { root, commit: null, mode: 'worktree' },
    baseline: 'before',
    hasGoodScan: true,
    env: { PATH: process.env.PATH ?? '' },
    secrets: ['hunter2'],
    key: Buffer.alloc(32, 7),
    cacheFolder: '/of/driftd/cache',
    dataFolder: '/of/driftd/stacks/a-123',
    scratchFolder: '/of/driftd/scratch',
    signal: new AbortController().signal,
    onPhase: (phase) => void phases.push(phase),
    onEngine: (groupId) => void engines.push(groupId),
    ...part,
  }
  const bare = {
    ...fakeProvider(() => Promise.reject(new Error('not here'))),
    prepare: () => Promise.reject(new Error('not here')),
  }
  const provider = accountsIn(folder, FAKE_HOST).providerAs(bare, OTHER_ACCOUNT)
  return { folder, shared, request, provider, engines, phases, detect: () => provider.detect(request) }
}

const isGone = (pid: number): boolean => readProcessStat(pid)?.isDead ?? true

/** Waits until the script has said who it is. */
async function untilStarted(shared: string): Promise<number> {
  const file = join(shared, 'pid')
  await expect
    .poll(() => existsSync(file) && readFileSync(file, 'utf8').trim(), { timeout: 60_000 })
    .toBeTruthy()
  return Number(readFileSync(file, 'utf8'))
}

const HANGS = 'sleep 600 & echo $$ > "$shared/new"; mv "$shared/new" "$shared/pid"; sleep 600; sleep 600'

describe.runIf(mayBecomeOther)('an engine that runs as another account', TIMEOUT, () => {
  it('is that account, with folders and a home of its own, and tells what any other tells', async () => {
    const run = hosted(
      'id -un; id -Gn; id -u; umask; sed -n "s/^Cap\\(Prm\\|Eff\\|Amb\\)://p" /proc/self/status; echo "$HOME $USER $LOGNAME"; cd "$HOME" && pwd',
    )
    const { findings, nextBaseline } = await run.detect()
    const account = await lookUpAccount(OTHER_ACCOUNT, process.env.PATH)
    const work = join(run.folder, 'data-engines/nobody/work')
    const home = join(work, 'home')
    const lines = findings[0]?.detail?.trim().split('\n') ?? []
    expect(lines.filter((_, index) => index !== 1)).toEqual([
      'nobody',
      `${account.uid}`,
      '0077',
      ...Array(3).fill('\t0000000000000000'),
      `${home} nobody nobody`,
      home,
    ])
    expect(lines[1]?.split(' ')).not.toContain('root')
    expect(findings[1]?.address.split(' ')).toEqual([
      join(work, 'stacks/a-123'),
      join(work, 'cache'),
      expect.stringContaining(join(work, 'scratch/scratch-')),
    ])
    const { env, ...seen } = JSON.parse(nextBaseline ?? '')
    expect(seen).toEqual({
      baseline: 'before',
      hasGoodScan: true,
      key: '07'.repeat(32),
      secrets: ['hunter2'],
    })
    expect(run.phases).toEqual(['plan'])
    expect(readdirSync(join(work, 'scratch'))).toEqual([])
    expect(statSync(join(work, 'stacks/a-123/kept'))).toMatchObject({ uid: account.uid })
  })

  it('cannot look into the process that runs it, nor into what driftd keeps', async () => {
    const looks = [
      'cat /proc/$PPID/environ',
      'cat /proc/$PPID/maps',
      'ls /proc/$PPID/fd',
      'ls .. ',
      'ls "$HOME/../.."',
      'ls ../data',
    ]
    const run = hosted(
      `${looks.map((look) => `${look} > /dev/null 2>&1 && echo '${look}'`).join('\n')}\necho end`,
    )
    mkdirSync(join(run.folder, 'data'), { mode: 0o700 })
    const { findings } = await run.detect()
    expect(findings[0]?.detail).toBe('end\n')
  })

  it('fails with the code of its provider', async () => {
    await expect(hosted('exit 3').detect()).rejects.toMatchObject({
      code: 'PLAN_FAILED',
      message: 'the script ended with 3',
    })
  })

  it('is ended with all it started when the scan is stopped', async () => {
    const controller = new AbortController()
    const run = hosted(HANGS, { signal: controller.signal })
    const scan = run.detect()
    const pid = await untilStarted(run.shared)
    await expect.poll(() => run.engines).toEqual([pid])
    const reason = new DriftError('TIMEOUT', 'too long')
    controller.abort(reason)
    await expect(scan).rejects.toBe(reason)
    expect(isGone(pid)).toBe(true)
    expect(membersOf(pid)).toEqual([])
  })

  it('is ended though the process that ran it was killed', async () => {
    const run = hosted(HANGS)
    const scan = run.detect()
    const pid = await untilStarted(run.shared)
    process.kill(parentOf(pid), 'SIGKILL')
    await expect(scan).rejects.toMatchObject({ code: 'ENGINE_KILLED' })
    await expect.poll(() => membersOf(pid), { timeout: 30_000 }).toEqual([])
  })

  it('is ended when driftd itself is gone', async () => {
    const run = hosted(HANGS)
    const account = await lookUpAccount(OTHER_ACCOUNT, process.env.PATH)
    const work = join(run.folder, 'work')
    mkdirSync(work)
    chownSync(work, account.uid, account.gid)
    const { command, args } = hostFromSource(FAKE_HOST)
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'inherit'], env: {} })
    const { key, ...request } = run.request
    const message = {
      type: 'run',
      as: { account, work },
      provider: 'fake',
      request: { ...request, key: '', dataName: 'a', scope: null },
    }
    child.stdin.write(`${JSON.stringify(message)}\n`)
    const pid = await untilStarted(run.shared)
    const ended = once(child, 'exit')
    child.stdin.end()
    await ended
    expect(membersOf(pid)).toEqual([])
  })

  it('carries out what was prepared, once driftd has written its group down', async () => {
    const run = hosted('echo "$STEP" >> "$shared/steps"')
    const prepared = await prepare(run, { STEP: 'prepare' })
    expect(prepared.proposal).toEqual({ digest: 'sha256:1' })
    const groups: number[] = []
    const outcome = await prepared.apply({
      env: { PATH: process.env.PATH ?? '', STEP: 'apply', ACCOUNT_OF_APPLY: 'x' },
      secrets: [],
      signal: run.request.signal,
      async onStart(groupId) {
        expect(readFileSync(join(run.shared, 'steps'), 'utf8')).toBe('prepare\n')
        groups.push(groupId)
      },
    })
    expect(outcome).toEqual({ status: 'applied', changed: [], message: 'x' })
    expect(groups).toHaveLength(1)
    expect(readFileSync(join(run.shared, 'steps'), 'utf8')).toBe('prepare\napply\n')
    expect(isGone(groups[0] ?? 0)).toBe(true)
    await prepared.release?.()
  })

  it('carries nothing out where its group could not be written down, nor where it is given up', async () => {
    const run = hosted('echo "$STEP" >> "$shared/steps"')
    const refused = await prepare(run, { STEP: 'prepare' })
    const onStart = () => Promise.reject(new DriftError('STORE_LOCKED', 'not now'))
    const outcome = await refused.apply({
      env: { STEP: 'apply' },
      secrets: [],
      signal: run.request.signal,
      onStart,
    })
    expect(outcome).toMatchObject({ status: 'unknown', message: 'not now' })
    await (await prepare(run, { STEP: 'again' })).release?.()
    expect(readFileSync(join(run.shared, 'steps'), 'utf8')).toBe('prepare\nagain\n')
  })

  it('leads nothing that runs as root through a link that it left', async () => {
    const run = hosted('true')
    await run.detect()
    const stacks = join(run.folder, 'data-engines/nobody/work/stacks')
    const closed = tempFolder()
    await asNobody(async () => {
      writeFileSync(join(stacks, '..', 'moved'), '')
      const { renameSync } = await import('node:fs')
      renameSync(stacks, `${stacks}-moved`)
      symlinkSync(closed, stacks)
    })
    await expect(run.detect()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    expect(readdirSync(closed)).toEqual([])
  })

  it('is not run where the account may not come near the code', async () => {
    const run = hosted('true')
    chmodSync(run.folder, 0o700)
    const attempt = run.detect()
    await expect(attempt).rejects.toMatchObject({ code: 'RUNAS_UNAVAILABLE' })
    await expect(attempt).rejects.toThrow('may not enter')
  })
})

function prepare(
  { provider, request }: ReturnType<typeof hosted>,
  env: Record<string, string>,
): Promise<Prepared> {
  const prepared = provider.prepare?.({ ...request, env: { ...request.env, ...env }, scope })
  if (prepared === undefined) throw new Error('the fake provider prepares')
  return prepared
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** The living processes of a group. */
function membersOf(groupId: number): readonly number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  return pids.filter((pid) => {
    const stat = readProcessStat(pid)
    return stat !== null && stat.groupId === groupId && !stat.isDead
  })
}
