import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { identifyProcess, stateOfProcess } from '../../src/lib/process-identity.js'
import { readProcessStat } from '../../src/lib/process-stat.js'

describe('stateOfProcess', () => {
  it('knows this process', () => {
    expect(stateOfProcess(identifyProcess())).toBe('alive')
  })

  it('knows another process of this machine until it ends', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' })
    const identity = identifyProcess(child.pid)
    expect(stateOfProcess(identity)).toBe('alive')
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    expect(stateOfProcess(identity)).toBe('gone')
  })

  it('tells a later process with the same number from the one that was noted', () => {
    const identity = identifyProcess()
    const former = identity.startedAs?.replace(/\d+$/, '1') ?? null
    expect(stateOfProcess({ ...identity, startedAs: former })).toBe('gone')
  })

  it('takes a process from before a reboot as gone', () => {
    const identity = identifyProcess()
    const before = identity.startedAs?.replace(/^\S+/, '00000000-0000-0000-0000-000000000000') ?? null
    expect(stateOfProcess({ ...identity, startedAs: before })).toBe('gone')
  })

  it('does not judge processes of other machines and containers', () => {
    const identity = identifyProcess()
    expect(stateOfProcess({ ...identity, host: 'somewhere-else' })).toBe('elsewhere')
    const contained = identity.startedAs?.replace(/pid:\[\d+\]/, 'pid:[1]') ?? null
    expect(stateOfProcess({ ...identity, startedAs: contained })).toBe('elsewhere')
  })

  it('believes the number where nothing else is known', () => {
    expect(stateOfProcess({ ...identifyProcess(), startedAs: null })).toBe('alive')
  })
})

describe('readProcessStat', () => {
  it('reads a process whose name is made to confuse', async () => {
    const child = spawn('sh', ['-c', 'printf "a) Z 1 2" > /proc/self/comm; echo ready; read line'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    })
    await once(child.stdout, 'data')
    expect(readProcessStat(child.pid ?? 0)).toMatchObject({ groupId: child.pid, isDead: false })
    child.stdin.end()
    await once(child, 'exit')
  })

  it('knows of no process that is not there', () => {
    expect(readProcessStat(2 ** 22 + 1)).toBeNull()
  })
})
