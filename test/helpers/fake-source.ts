import type { FleetRepository, FleetStack } from '../../src/daemon/fleet.js'
import type { FollowedSource, WatchHandlers } from '../../src/daemon/follow-repository.js'
import type { RepositoryObservation } from '../../src/domain/repository-state.js'
import { buildDetection, buildFollowing, fakeProvider } from './fake-provider.js'

/** A repository whose commit, stacks and remote are what the test says. */
export interface FakeSource extends FollowedSource<FleetRepository> {
  /** What is opened next; an Error: it cannot be. */
  next: { readonly commit: string | null; readonly stacks: readonly string[] } | Error
  /** What is known before it is opened. */
  known: readonly string[]
  /** Commits that were opened and are not released. */
  readonly held: readonly string[]
  readonly opened: readonly string[]
  /** Which commits were asked about, as `from..to`. */
  readonly asked: readonly string[]
  observe(observation: RepositoryObservation): Promise<void>
  isWatched(): boolean
  /** How often it was told to look now. */
  looksNow(): number
}

/** A source of this name. */
export function createFakeSource(name: string): FakeSource {
  const held: string[] = []
  const opened: string[] = []
  const asked: string[] = []
  const watch: { handlers: WatchHandlers | null; isStarted: boolean; looks: number } = {
    handlers: null,
    isStarted: false,
    looks: 0,
  }
  const source: FakeSource = {
    name,
    pollEveryMs: 60_000,
    next: { commit: 'c1', stacks: [`${name}/a`] },
    known: [],
    held,
    opened,
    asked,
    lastKnown: async () => source.known.map((stack) => buildFleetStack(stack, name)),
    async open() {
      if (source.next instanceof Error) throw source.next
      const { commit, stacks } = source.next
      const label = `${name}@${commit}`
      held.push(label)
      opened.push(label)
      return {
        name,
        commit,
        stacks: stacks.map((stack) => buildFleetStack(stack, name)),
        checkoutOf: async () => ({ root: '/nowhere', commit, mode: 'worktree' }),
        release: async () => void held.splice(held.indexOf(label), 1),
      }
    },
    watch(handlers) {
      watch.handlers = handlers
      return {
        start: () => {
          watch.isStarted = true
        },
        lookNow: () => {
          watch.looks += 1
        },
        stop: async () => {
          watch.isStarted = false
        },
      }
    },
    async touched(repository, from) {
      asked.push(`${from}..${repository.commit}`)
      return repository.stacks.map(({ stack }) => stack.name)
    },
    observe: async (observation) => watch.handlers?.onObservation(observation),
    isWatched: () => watch.isStarted,
    looksNow: () => watch.looks,
  }
  return source
}

/** A stack that is due every hour. */
export function buildFleetStack(name: string, repository: string): FleetStack {
  const labels = {}
  return {
    stack: {
      name,
      provider: 'fake',
      repository,
      path: '.',
      labels,
      timeoutMs: 60_000,
      minCoverage: 0.6,
      options: {},
    },
    provider: fakeProvider(async () => buildDetection()),
    following: buildFollowing(),
    engineEnvironment: async () => ({ env: {}, secrets: [], warnings: [] }),
    scheduled: {
      name,
      labels,
      schedule: { expression: '0 * * * *', timezone: 'UTC' },
      only: [],
      isPaused: false,
    },
  }
}
