import { DriftError } from '../domain/errors.js'
import { noteLiveGroup } from '../lib/live-groups.js'
import { killGroup } from '../lib/process-group.js'
import { readProcessStat } from '../lib/process-stat.js'
import { type CommandOutcome, type ProgramInput, runCommand } from '../lib/run-command.js'
import { type FromHost, type HostResult, parseFromHost, type ToHost } from './messages.js'

/** How a host is started: node with the program of a host. */
export interface HostCommand {
  readonly command: string
  readonly args: readonly string[]
}

/** What is done about what a host tells on the way. */
export interface HostEvents {
  onPhase?: (message: Extract<FromHost, { type: 'phase' }>) => void
  onFinding?: (message: Extract<FromHost, { type: 'finding' }>) => void
  onEngine?: (groupId: number) => void
  /** An engine is about to change something; where this throws, it does not. */
  onStarting?: (groupId: number) => Promise<void>
}

/** A running host. */
export interface HostProcess {
  send(message: ToHost): void
  /** The next result. Throws what the host failed with, the signal's reason, or ENGINE_KILLED where it died. */
  result(): Promise<HostResult>
  /** Lets it end, and waits until nothing of it or its engines is left. */
  close(): Promise<void>
}

/** A finding is a few kilobytes; a baseline has some hundred bytes for each task and host. */
const MAX_LINE_BYTES = 256 * 1024 * 1024
/** Longer than any provider takes to stop its engine (STOP_INIT, STOP of ansible-playbook). */
const STOP = [
  { signal: 'SIGTERM', target: 'process', waitMs: 45_000 },
  { signal: 'SIGKILL', target: 'group', waitMs: 5_000 },
] as const

/** Starts a host, as root still; what it is told first makes it another account. */
export function startHost(host: HostCommand, events: HostEvents, signal: AbortSignal): HostProcess {
  const talk = new Talk(events)
  const ended = runCommand({
    ...host,
    cwd: '/',
    // nothing of ours: what the engine is given comes with the request
    env: {},
    stdout: { kind: 'lines', maxLineBytes: MAX_LINE_BYTES, onLine: (line, isCut) => talk.hear(line, isCut) },
    signal,
    stop: STOP,
    stdin: (stdin) => talk.open(stdin),
  })
  ended.then(
    (outcome) => talk.end(signal.aborted ? signal.reason : diedError(outcome)),
    (error: unknown) => talk.end(error),
  )
  return {
    send: (message) => talk.say(message),
    result: () => talk.next(),
    async close() {
      talk.hangUp()
      await ended.catch(() => undefined)
      talk.endEngines()
    },
  }
}

interface NotedEngine {
  readonly startTicks: string
  forget(): void
}

interface Waiting {
  resolve(result: HostResult): void
  reject(error: unknown): void
}

/** The lines to and from one host. */
class Talk {
  readonly #events: HostEvents
  readonly #engines = new Map<number, NotedEngine>()
  readonly #results: HostResult[] = []
  readonly #unsaid: ToHost[] = []
  #stdin: ProgramInput | null = null
  #waiting: Waiting | null = null
  #ending: { readonly error: unknown } | null = null

  constructor(events: HostEvents) {
    this.#events = events
  }

  open(stdin: ProgramInput): void {
    this.#stdin = stdin
    for (const message of this.#unsaid.splice(0)) this.say(message)
  }

  say(message: ToHost): void {
    if (this.#stdin === null) this.#unsaid.push(message)
    else this.#stdin.write(`${JSON.stringify(message)}\n`)
  }

  hangUp(): void {
    this.#stdin?.end()
  }

  hear(line: string, isCut: boolean): void {
    const message = isCut ? null : parseFromHost(line)
    if (message === null)
      throw new DriftError('OUTPUT_INVALID', 'a host said what driftd does not understand')
    if (message.type === 'phase') this.#events.onPhase?.(message)
    else if (message.type === 'finding') this.#events.onFinding?.(message)
    else if (message.type === 'engine') this.#noteEngine(message.groupId)
    else if (message.type === 'starting') void this.#noteStart(message.groupId)
    else this.#settle(message)
  }

  next(): Promise<HostResult> {
    const result = this.#results.shift()
    if (result !== undefined) return settled(result)
    if (this.#ending !== null) return Promise.reject(this.#ending.error)
    return new Promise<HostResult>((resolve, reject) => {
      this.#waiting = { resolve, reject }
    }).then(settled)
  }

  end(error: unknown): void {
    this.#ending = { error }
    this.#waiting?.reject(error)
    this.#waiting = null
  }

  /** A host that had to be killed could not end its engines. A group keeps its number while any of it lives. */
  endEngines(): void {
    for (const [groupId, { startTicks, forget }] of this.#engines) {
      const leader = readProcessStat(groupId)
      if (leader === null || leader.startTicks === startTicks) killGroup(groupId)
      forget()
    }
    this.#engines.clear()
  }

  #settle(result: HostResult): void {
    if (this.#waiting === null) this.#results.push(result)
    else this.#waiting.resolve(result)
    this.#waiting = null
  }

  /** One that has ended already leaves nothing to be ended. */
  #noteEngine(groupId: number): void {
    this.#engines.get(groupId)?.forget()
    const leader = readProcessStat(groupId)
    if (leader === null || leader.isDead) return
    this.#engines.set(groupId, { startTicks: leader.startTicks, forget: noteLiveGroup(groupId) })
    this.#events.onEngine?.(groupId)
  }

  async #noteStart(groupId: number): Promise<void> {
    try {
      this.#noteEngine(groupId)
      await this.#events.onStarting?.(groupId)
      this.say({ type: 'noted' })
    } catch (error) {
      const code = error instanceof DriftError ? error.code : 'INTERNAL'
      const message = error instanceof Error ? error.message : String(error)
      this.say({ type: 'refused', code, message })
    }
  }
}

async function settled(result: HostResult): Promise<HostResult> {
  if (result.type === 'failed') throw new DriftError(result.code, result.message)
  return result
}

function diedError({ exitCode, signal, stderr }: CommandOutcome): DriftError {
  const how = signal ?? `exit code ${exitCode}`
  const said = stderr.trim().split('\n').at(-1) ?? ''
  return new DriftError(
    'ENGINE_KILLED',
    `the process that runs the engine as another account was ended by ${how}${said ? ` (${said})` : ''}: is the machine out of memory?`,
  )
}
