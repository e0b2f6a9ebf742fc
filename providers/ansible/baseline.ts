import { z } from 'zod'

const BASELINE_VERSION = 1

const stateSchema = z.object({ args: z.string(), state: z.record(z.string(), z.string()).optional() })
const baselineSchema = z.object({
  version: z.literal(BASELINE_VERSION),
  commit: z.string().nullable(),
  /** Digest of the code; baselines of older versions have none. */
  code: z.string().nullable().default(null),
  /** Keys of tasks and items, without their hosts: one key serves every host. */
  tasks: z.array(z.string()),
  /** What a host had and the code wanted; hosts that agree share one. */
  states: z.array(stateSchema),
  /** Per host: task index, state index, task index, ... */
  hosts: z.record(z.string(), z.array(z.number().int().nonnegative())),
})

/** What the code wanted (`args`) and a host had (`state`) when they were last in sync, as keyed hashes. */
export type BaselineState = Readonly<z.output<typeof stateSchema>>

/** Which code a scan was about. */
export interface CodeVersion {
  readonly commit: string | null
  /** Digest of the files that the stack depends on: the same over commits that did not touch them; null: not known. */
  readonly code: string | null
}

/** The last in-sync scan of a stack. */
export interface Baseline extends CodeVersion {
  hasHost(host: string): boolean
  /** Null where this host had no such task then. */
  stateOf(host: string, taskKey: string): BaselineState | null
}

/** Reads what `BaselineWriter` wrote; null for none, and for one of another version (the next scan writes anew). */
export function readBaseline(text: string | null): Baseline | null {
  const data = text === null ? null : parseBaseline(text)
  if (data === null) return null
  const taskIndexes = new Map(data.tasks.map((key, index) => [key, index]))
  const hosts = new Map<string, ReadonlyMap<number, number>>()
  return {
    commit: data.commit,
    code: data.code,
    hasHost: (host) => Object.hasOwn(data.hosts, host),
    stateOf(host, taskKey) {
      const task = taskIndexes.get(taskKey)
      const pairs = hosts.get(host) ?? pairsOf(Object.hasOwn(data.hosts, host) ? data.hosts[host] : undefined)
      hosts.set(host, pairs)
      const state = task === undefined ? undefined : pairs.get(task)
      return state === undefined ? null : (data.states[state] ?? null)
    },
  }
}

/** Gathers the next baseline; 500 hosts with 300 tasks make about 2 MB. */
export class BaselineWriter {
  readonly #tasks = new Map<string, number>()
  readonly #states = new Map<string, number>()
  readonly #hosts = new Map<string, number[]>()

  /** Notes what a host has and the code wants; called for results that are in sync. */
  add(host: string, taskKey: string, state: BaselineState): void {
    const pairs = this.#hosts.get(host) ?? []
    pairs.push(intern(this.#tasks, taskKey), intern(this.#states, JSON.stringify(state)))
    this.#hosts.set(host, pairs)
  }

  /** The baseline as text, for `readBaseline`. */
  toText({ commit, code }: CodeVersion): string {
    return JSON.stringify({
      version: BASELINE_VERSION,
      commit,
      code,
      tasks: [...this.#tasks.keys()],
      states: [...this.#states.keys()].map((text) => JSON.parse(text) as BaselineState),
      hosts: Object.fromEntries(this.#hosts),
    })
  }
}

function parseBaseline(text: string): z.output<typeof baselineSchema> | null {
  try {
    return baselineSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

function pairsOf(flat: readonly number[] | undefined): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>()
  for (let index = 0; index + 1 < (flat?.length ?? 0); index += 2) {
    pairs.set(flat?.[index] ?? 0, flat?.[index + 1] ?? 0)
  }
  return pairs
}

function intern(table: Map<string, number>, key: string): number {
  const known = table.get(key)
  if (known !== undefined) return known
  table.set(key, table.size)
  return table.size - 1
}
