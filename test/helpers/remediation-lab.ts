import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { HandWish, Remediation } from '../../src/compose/remediation.js'
import type { ExplainedRequest, RemediationOutcome } from '../../src/domain/remediation-outcome.js'
import type { LedgerRequest } from '../../src/remediate/ledger.js'
import type { OpenedStore } from '../../src/store/open-store.js'
import type { MergeMethod } from '../contracts/forge-world.js'
import { tempFolder } from '../lib/temp-folder.js'
import type { TestRepository } from './git-repository.js'
import { type BareRemote, createBareRemote, mergeBranch } from './git-world.js'
import { HAND_WISH, openLabRemediation } from './open-lab-remediation.js'
import { createApprover, signBytes } from './signed-files-world.js'

const STACK = 'prod/file'

/** Everything on one machine: a bare remote, a stack whose world is a file, people with keys, driftd.yaml. */
export interface RemediationLab {
  readonly folder: string
  readonly configFile: string
  readonly dataFolder: string
  readonly remote: string
  readonly clone: TestRepository
  /** The path of what the stack is about, and its content now. */
  readonly world: string
  readWorld(): string
  drift(text?: string): void
  /** Lines that the engine wrote when it carried out. */
  applied(): readonly string[]
  advance(wish?: Partial<HandWish>): Promise<RemediationOutcome>
  explain(id: string): Promise<ExplainedRequest>
  readonly remediation: Remediation
  readonly store: OpenedStore
  requests(): Promise<readonly LedgerRequest[]>
  /** The open request, signed by these people on its branch. */
  approve(...people: readonly string[]): Promise<LedgerRequest>
  merge(method?: MergeMethod): Promise<void>
  /** A commit on the tracked branch. */
  push(files: Readonly<Record<string, string>>): void
  /** Somebody changes the branch of the open request. */
  pushToBranch(files: Readonly<Record<string, string>>): Promise<void>
  sign(content: string | Buffer, person: string, namespace?: string): string
}

/** Where a lab's requests go: a remote, and the forge as driftd.yaml has it. */
export interface LabPlace extends BareRemote {
  readonly forge: string
}

/** The remote of a lab, for a forge that must be there before the lab is. */
export function createLabRemote(): BareRemote {
  return createBareRemote({ 'live/file/declared': 'as declared\n', 'README.md': 'x' })
}

/** A lab in which nothing differs yet; `lines` are added to `remediation` of driftd.yaml. Default: plain Git. */
export async function createRemediationLab(
  lines = '',
  place: LabPlace = {
    ...createLabRemote(),
    forge: '{ type: signed-files, allowedSigners: allowed_signers }',
  },
): Promise<RemediationLab> {
  const folder = tempFolder()
  const world = join(folder, 'world')
  const { remote, clone, forge } = place
  writeFileSync(world, 'as declared\n')
  const people = ['alice', 'bob@acme.io', 'rita'].map((name) => createApprover(name))
  writeFileSync(join(folder, 'allowed_signers'), people.map(({ allowed }) => allowed).join(''))
  const configFile = join(folder, 'driftd.yaml')
  writeFileSync(configFile, configText({ remote, forge, world, folder }) + lines.replace(/^(?=.)/gm, '  '))
  const dataFolder = join(folder, '.driftd')
  const opened = await openLabRemediation(configFile)
  onTestFinished(() => opened.store.close())
  const { desk, store } = opened
  const watcher = { signal: new AbortController().signal, onEvent: () => undefined }
  const keyOf = (name: string): string => people.find((one) => one.name === name)?.keyFile ?? ''

  const requests = async () => (await store.ledger.requestsOf(STACK, 50)).toReversed()
  const open = async (): Promise<LedgerRequest> => {
    const found = (await requests()).findLast(({ state }) => state === 'proposed')
    if (found === undefined) throw new Error('no request is open')
    return found
  }
  const onBranch = (branch: string, change: () => void): void => {
    clone.git('fetch', '--quiet', 'origin')
    clone.git('checkout', '--quiet', '-B', branch, `origin/${branch}`)
    change()
    clone.git('push', '--quiet', 'origin', branch)
    clone.git('checkout', '--quiet', 'main')
  }
  const sign: RemediationLab['sign'] = (content, person, namespace) =>
    signBytes(content, keyOf(person), namespace)
  return {
    folder,
    configFile,
    dataFolder,
    remote,
    clone,
    world,
    readWorld: () => readFileSync(world, 'utf8'),
    drift: (text = 'changed by hand\n') => writeFileSync(world, text),
    applied: () => linesOf(`${world}.log`),
    remediation: desk,
    store,
    advance: (wish = {}) => desk.remediate(STACK, { ...HAND_WISH, ...wish }, watcher),
    explain: (id) => desk.explain(id, watcher),
    requests,
    sign,
    async approve(...names) {
      const request = await open()
      onBranch(request.branch, () => {
        const bytes = readFileSync(join(clone.path, request.path))
        for (const name of names) clone.commit({ [`${request.path}.${name}.sig`]: sign(bytes, name) })
      })
      return request
    },
    merge: async (method = 'merge') => mergeBranch(clone, (await open()).branch, method),
    push(files) {
      clone.git('fetch', '--quiet', 'origin')
      clone.git('checkout', '--quiet', 'main')
      clone.git('reset', '--quiet', '--hard', 'origin/main')
      clone.commit(files)
      clone.git('push', '--quiet', 'origin', 'main')
    },
    pushToBranch: async (files) => onBranch((await open()).branch, () => void clone.commit(files)),
  }
}

function configText(of: Record<'remote' | 'forge' | 'world' | 'folder', string>): string {
  const { remote, forge, world, folder } = of
  return `version: 1
repositories:
  - name: infra
    url: ${remote}
    ref: main
    trustCommitters: true
    stacks:
      - name: ${STACK}
        provider: file
        path: live/file
        world: ${world}
        holdFile: ${join(folder, 'hold')}
        applyEnv: { APPLY_TOKEN: { env: APPLY_SECRET } }
remediation:
  enabled: true
  forge: ${forge}
  approvals: { minimum: 1, approvers: [alice, bob@acme.io] }
`
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}
