import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findProgram } from '../../scripts/lab/find-program.js'
import { createConfigSchema } from '../../src/config/schema.js'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'
import { tempFolder } from '../lib/temp-folder.js'

const unit = readFileSync(join(REPOSITORY_ROOT, 'packaging/systemd/driftd.service'), 'utf8')
const settings = new Map(
  [...unit.matchAll(/^([A-Za-z]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
)

describe('packaging/systemd/driftd.service', () => {
  it('stops driftd as it wants to be stopped, with time to spare', () => {
    const config = createConfigSchema({ providers: [], channels: [], forges: [] }).parse({
      version: 1,
      repositories: [{ name: 'a', url: 'a' }],
    })
    const seconds = Number(/^(\d+)s$/.exec(settings.get('TimeoutStopSec') ?? '')?.[1])
    expect(seconds * 1_000).toBeGreaterThanOrEqual(config.shutdownGraceMs + 15_000)
    // SIGTERM to driftd alone: engines that got it too would be stopped behind its back
    expect(settings.get('KillMode')).toBe('mixed')
  })

  it('runs without rights, and starts again whatever ends it', () => {
    expect(Object.fromEntries(settings)).toMatchObject({
      User: 'driftd',
      NoNewPrivileges: 'yes',
      CapabilityBoundingSet: '',
      ProtectSystem: 'strict',
      UMask: '0077',
      StateDirectoryMode: '0700',
      Restart: 'always',
      StartLimitIntervalSec: '0',
      OOMPolicy: 'continue',
    })
  })

  it('starts and reloads it by commands that driftd has', () => {
    expect(settings.get('ExecStart')).toBe('/usr/local/bin/driftd serve --config /etc/driftd/driftd.yaml')
    expect(settings.get('ExecReload')).toBe('/bin/kill -HUP $MAINPID')
  })

  it('is what systemd reads', () => {
    const sections = [...unit.matchAll(/^\[(.*)\]$/gm)].map(([, name]) => name)
    expect(sections).toEqual(['Unit', 'Service', 'Install'])
    // its own checker is not on every machine; what matters most is checked above everywhere
    const analyze = findProgram('systemd-analyze')
    if (analyze === null) return
    const root = tempFolder()
    for (const path of ['usr/local/bin', 'etc/systemd/system', 'bin'])
      mkdirSync(join(root, path), { recursive: true })
    for (const program of ['usr/local/bin/driftd', 'bin/kill']) {
      writeFileSync(join(root, program), '#!/bin/sh\n')
      chmodSync(join(root, program), 0o755)
    }
    const file = join(root, 'driftd.service')
    writeFileSync(file, unit.replaceAll(/=\/(usr\/local\/bin\/driftd|bin\/kill)/g, `=${root}/$1`))
    const { status, stderr } = spawnSync(analyze, ['verify', '--man=no', file], { encoding: 'utf8' })
    // what it says of units of the machine is no matter of ours
    const ours = stderr.split('\n').filter((line) => line.includes('driftd.service'))
    expect(ours).toEqual([])
    expect(status, stderr).toBe(0)
  })
})
