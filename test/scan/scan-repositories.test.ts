import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DriftError } from '../../src/domain/errors.js'
import { systemClock } from '../../src/lib/clock.js'
import type { Detection } from '../../src/scan/provider.js'
import type { ConfiguredStack, OpenedRepository, RepositorySource } from '../../src/scan/repository-source.js'
import { scanFoldersIn } from '../../src/scan/scan-folders.js'
import { type ScanOutcome, scanRepositories } from '../../src/scan/scan-repositories.js'
import { buildDetection, buildFollowing, fakeProvider } from '../helpers/fake-provider.js'

let folder: string
let released: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftd-repositories-'))
  released = []
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

function configured(
  name: string,
  detect = async (): Promise<Detection> => buildDetection(),
): ConfiguredStack {
  const stack = {
    name,
    provider: 'fake',
    repository: 'infra',
    path: '.',
    labels: {},
    timeoutMs: 60_000,
    minCoverage: 0.6,
    options: {},
  }
  const engineEnvironment = async () => ({ env: {}, secrets: [], warnings: [] })
  return { stack, provider: fakeProvider(detect), following: buildFollowing(), engineEnvironment }
}

function source(name: string, stacks: readonly ConfiguredStack[]): RepositorySource<OpenedRepository> {
  return {
    name,
    lastKnown: async () => [],
    open: async () => ({
      name,
      stacks,
      checkoutOf: async () => ({ root: folder, commit: 'c0ffee', mode: 'worktree' }),
      release: async () => void released.push(name),
    }),
  }
}

/** A repository whose remote is gone, with what is known of its stacks. */
function goneSource(name: string, lastKnown: readonly ConfiguredStack[]): RepositorySource<OpenedRepository> {
  const open = async (): Promise<never> => {
    throw new DriftError('REPOSITORY_UNREACHABLE', 'nobody answers')
  }
  return { name, open, lastKnown: async () => lastKnown }
}

function scan(
  sources: readonly RepositorySource<OpenedRepository>[],
  patterns: readonly string[] = [],
): Promise<ScanOutcome> {
  const join = (opened: readonly OpenedRepository[]) => ({
    stacks: opened
      .flatMap(({ stacks }) => stacks.map(({ stack }) => stack))
      .filter(({ name }) => name !== 'left-out'),
    problems: [],
  })
  const tools = {
    clock: systemClock,
    admission: { admit: async () => ({ release: () => undefined }) },
    folders: scanFoldersIn(folder),
    key: Buffer.alloc(32),
    severityRules: [],
    store: null,
    journal: null,
    newId: () => '01J00000000000000000000000',
    onEvent: () => undefined,
  }
  return scanRepositories(sources, { patterns, signal: new AbortController().signal, join }, tools)
}

function verdicts({ scans }: ScanOutcome): readonly string[] {
  return scans.map(({ stack, status, error }) => `${stack} ${error?.code ?? status}`)
}

describe('scanRepositories', () => {
  it('scans the stacks of all repositories, sorted by name', async () => {
    const outcome = await scan([
      source('b', [configured('b/x')]),
      source('a', [configured('a/y'), configured('a/x')]),
    ])
    expect(verdicts(outcome)).toEqual(['a/x in-sync', 'a/y in-sync', 'b/x in-sync'])
    expect(outcome.problems).toEqual([])
    expect(released.sort()).toEqual(['a', 'b'])
  })

  it('scans what the patterns name, and refuses one that names nothing', async () => {
    const sources = [source('a', [configured('prod/x'), configured('prod/y'), configured('dev/x')])]
    expect(verdicts(await scan(sources, ['prod/*']))).toEqual(['prod/x in-sync', 'prod/y in-sync'])
    await expect(scan(sources, ['prod/*', 'staging'])).rejects.toMatchObject({ code: 'STACK_UNKNOWN' })
    expect(released).toEqual(['a', 'a'])
  })

  it('goes on when one stack fails', async () => {
    const broken = configured('b', async () => {
      throw new DriftError('PLAN_FAILED', 'no')
    })
    expect(verdicts(await scan([source('a', [configured('a'), broken, configured('c')])]))).toEqual([
      'a in-sync',
      'b PLAN_FAILED',
      'c in-sync',
    ])
  })

  it('fails the known stacks of a repository that is gone, and scans the others', async () => {
    const outcome = await scan([goneSource('a', [configured('a/x')]), source('b', [configured('b/x')])])
    expect(verdicts(outcome)).toEqual(['a/x REPOSITORY_UNREACHABLE', 'b/x in-sync'])
    expect(outcome.scans[0]?.error?.phase).toBe('checkout')
  })

  it('tells of a repository that is gone and of which no stack is known', async () => {
    const outcome = await scan([goneSource('a', []), source('b', [configured('b/x')])])
    expect(outcome.problems.map(({ code }) => code)).toEqual(['REPOSITORY_UNREACHABLE'])
  })

  it('calls a repository without stacks a problem, since nothing of it was checked', async () => {
    expect((await scan([source('a', [])])).problems.map(({ code }) => code)).toEqual(['NO_STACKS'])
  })

  it('leaves out stacks that cannot stand beside another', async () => {
    expect(verdicts(await scan([source('a', [configured('left-out'), configured('x')])]))).toEqual([
      'x in-sync',
    ])
  })
})
