import { execFileSync } from 'node:child_process'
import type { MergeMethod } from '../contracts/forge-world.js'
import { type BareRemote, createGitWorld, type GitWorld, mergeBranch } from './git-world.js'
import type { Receiver, Reply } from './http-receiver.js'

/** Somebody, or a robot, on a forge. */
export interface Account {
  readonly id: number
  readonly login: string
  readonly isBot: boolean
}

/** Something that was said, in the order of time. */
export interface Word {
  /** Null once the account is deleted. */
  account: Account | null
  kind: 'approved' | 'changes-requested' | 'comment' | 'withdrawn'
  readonly commit: string
  readonly at: string
}

/** A pull or merge request as a forge with accounts keeps it; what Git knows is read from the remote. */
export interface HostedPull {
  readonly number: number
  readonly id: number
  readonly branch: string
  readonly base: string
  readonly author: Account
  readonly isFromFork: boolean
  state: 'open' | 'closed' | 'merged'
  mergedAt: string | null
  /** The base and the head at its merge; null before. */
  frozen: { readonly base: string; readonly head: string } | null
  /** Commits of the base that came with the merge. */
  brought: readonly string[]
  words: Word[]
  readonly pushes: { readonly after: string; readonly actor: Account | null; readonly at: string }[]
  readonly notes: { readonly id: number; body: string }[]
}

/** Accounts, pull requests and what becomes of them, over a real bare repository. */
export interface HostedForge {
  readonly git: GitWorld
  readonly pulls: HostedPull[]
  /** Who may do what; who is not named may read. */
  readonly rights: Map<Account, 'write' | 'read'>
  open(of: Pick<HostedPull, 'branch' | 'base' | 'author' | 'isFromFork'>): HostedPull
  pullOf(branch: string): HostedPull
  say(branch: string, login: string, kind: Word['kind']): void
  /** Changes a branch as somebody. */
  push(branch: string, login: string, change: () => void): void
  merge(branch: string, method: MergeMethod): Promise<string>
  /** What was said stays, by nobody. */
  deleteAccount(login: string): void
  accountOf(login: string): Account
  headOf(pull: HostedPull): string
  /** Its commits, oldest first, and who made them. */
  commitsOf(pull: HostedPull): readonly { id: string; parents: readonly string[]; author: Account }[]
  filesOf(pull: HostedPull): readonly { path: string; letter: string }[]
  blobAt(commit: string, path: string): string | null
  now(): string
}

/** A forge on loopback, and what it answers instead of the usual. */
export interface ForgeServer {
  readonly receiver: Receiver
  readonly faults: Record<string, Reply>
}

const person = (id: number, login: string): Account => ({ id, login, isBot: false })
/** Whose token driftd has, people, and a robot. */
export const ACCOUNTS = {
  driftd: person(1, 'driftd'),
  mallory: person(2, 'mallory'),
  alice: person(3, 'alice'),
  bob: person(4, 'bob'),
  carol: person(5, 'carol'),
  dave: person(6, 'dave'),
  erin: person(7, 'erin'),
  frank: person(8, 'frank'),
  grace: person(9, 'grace'),
  heidi: person(10, 'heidi'),
  rita: person(11, 'rita'),
  robot: { id: 12, login: 'robot', isBot: true },
}
/** The approver list that driftd has: everybody but mallory, some of them by mistake. */
export const LISTED: readonly string[] = Object.keys(ACCOUNTS).filter((name) => name !== 'mallory')
const READERS: ReadonlySet<Account> = new Set([ACCOUNTS.rita])

/** An empty one. `dropsApprovalsOnPush`: a push takes back what was approved. */
export async function createHostedForge(options: {
  readonly dropsApprovalsOnPush: boolean
  /** Default: one of its own. */
  readonly bare?: BareRemote
}): Promise<HostedForge> {
  const git = await createGitWorld(options.bare)
  const { run, tryRun } = gitIn(git.remote)
  const pulls: HostedPull[] = []
  let ticks = 0
  const now = (): string => {
    ticks += 1
    return new Date(Date.UTC(2026, 10, 24, 10, 0, ticks)).toISOString().replace('.000Z', 'Z')
  }
  const accounts = Object.values(ACCOUNTS)
  const rights = new Map(accounts.map((one) => [one, READERS.has(one) ? 'read' : 'write'] as const))
  const accountOf = (login: string): Account => {
    const found = accounts.find((one) => one.login === login)
    if (found === undefined) throw new Error(`there is no ${login}`)
    return found
  }
  const pullOf = (branch: string): HostedPull => {
    const found = pulls.find((one) => one.branch === branch)
    if (found === undefined) throw new Error(`nothing was opened for ${branch}`)
    return found
  }
  const headOf = ({ frozen, branch }: HostedPull): string =>
    frozen?.head ?? run('rev-parse', `refs/heads/${branch}`)
  const baseOf = ({ frozen, base }: HostedPull): string => frozen?.base ?? run('rev-parse', base)
  const forge: HostedForge = {
    git,
    pulls,
    rights,
    accountOf,
    pullOf,
    headOf,
    now,
    open(of) {
      const number = pulls.length + 1
      const before = { state: 'open', mergedAt: null, frozen: null, brought: [] } as const
      const pull: HostedPull = {
        ...of,
        ...before,
        number,
        id: 9000 + number,
        words: [],
        pushes: [],
        notes: [],
      }
      pull.pushes.push({ after: headOf(pull), actor: of.author, at: now() })
      pulls.push(pull)
      return pull
    },
    say(branch, login, kind) {
      const pull = pullOf(branch)
      pull.words.push({ account: accountOf(login), kind, commit: headOf(pull), at: now() })
    },
    push(branch, login, change) {
      git.onBranch(branch, change)
      const pull = pullOf(branch)
      pull.pushes.push({ after: headOf(pull), actor: accountOf(login), at: now() })
      if (options.dropsApprovalsOnPush) pull.words = pull.words.filter(({ kind }) => kind !== 'approved')
    },
    async merge(branch, method) {
      const pull = pullOf(branch)
      const frozen = { base: baseOf(pull), head: headOf(pull) }
      mergeBranch(git.clone, branch, method)
      const tip = await git.fetch()
      const brought = run('rev-list', `${frozen.base}..${tip}`).split('\n')
      Object.assign(pull, { state: 'merged', mergedAt: now(), frozen, brought })
      return tip
    },
    deleteAccount(login) {
      for (const word of pulls.flatMap(({ words }) => words))
        if (word.account?.login === login) word.account = null
      rights.delete(accountOf(login))
    },
    commitsOf(pull) {
      const lines = run('rev-list', '--reverse', '--parents', `${baseOf(pull)}..${headOf(pull)}`)
      return lines.split('\n').map((line) => {
        const [id = '', ...parents] = line.split(' ')
        return { id, parents, author: pull.pushes.find(({ after }) => after === id)?.actor ?? pull.author }
      })
    },
    filesOf(pull) {
      const lines = run('diff', '--name-status', '--no-renames', `${baseOf(pull)}...${headOf(pull)}`)
      return lines.split('\n').map((line) => {
        const [letter = '', path = ''] = line.split('\t')
        return { path, letter }
      })
    },
    blobAt: (commit, path) => tryRun('rev-parse', '--verify', '--quiet', `${commit}:${path}`),
  }
  return forge
}

function gitIn(folder: string) {
  const run = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  const tryRun = (...args: readonly string[]): string | null => {
    try {
      return run(...args)
    } catch {
      return null
    }
  }
  return { run, tryRun }
}
