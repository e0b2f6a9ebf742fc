import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/** So long after the last question the thread ends: within a scan it is asked again and again, between scans it is not. */
const IDLE_MS = 5_000

/**
 * CommonJS, as a text: a thread cannot be started from TypeScript, which is what tests run. The optimising compiler of
 * WebAssembly costs more time and memory (100 ms, 30 MB that nobody gives back) than texts of this size ever repay.
 */
const THREAD = `
require('node:v8').setFlagsFromString('--liftoff-only')
const { parentPort, workerData } = require('node:worker_threads')
const { parse } = require(workerData)
parentPort.on('message', ({ id, name, text }) => {
  parse(name, text).then(
    (value) => parentPort.postMessage({ id, value }),
    (error) => parentPort.postMessage({ id, problem: String(error?.message ?? error) }),
  )
})
`

/**
 * The values of an HCL text, as hcl2json gives them. That is Go in WebAssembly: 60 MB that stay with whatever loaded it,
 * and seconds of work for a large file. It runs in a thread of its own, which ends when nobody asks. Throws where the
 * text does not parse.
 */
export function parseHcl(name: string, text: string): Promise<unknown> {
  thread ??= new HclThread(() => {
    thread = null
  })
  return thread.parse(name, text)
}

let thread: HclThread | null = null

interface Question {
  resolve(value: unknown): void
  reject(error: Error): void
}

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly problem?: string
}

class HclThread {
  readonly #worker: Worker
  readonly #onEnd: () => void
  readonly #questions = new Map<number, Question>()
  #lastId = 0
  #idle: NodeJS.Timeout | null = null

  /** `onEnd` is called when no further question can be asked. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
    const library = createRequire(import.meta.url).resolve('@cdktf/hcl2json')
    // a program that has nothing else to do ends
    this.#worker = new Worker(THREAD, { eval: true, workerData: library, execArgv: [] })
    this.#worker.on('message', (answer: Answer) => this.#take(answer))
    this.#worker.on('error', (error) => this.#fail(error as Error))
    this.#worker.on('exit', () => this.#fail(new Error('the thread that reads HCL ended')))
    this.#worker.unref()
  }

  parse(name: string, text: string): Promise<unknown> {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = null
    this.#worker.ref()
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#questions.set(id, { resolve, reject })
      this.#worker.postMessage({ id, name, text })
    })
  }

  #take({ id, value, problem }: Answer): void {
    const question = this.#questions.get(id)
    this.#questions.delete(id)
    if (problem === undefined) question?.resolve(value)
    else question?.reject(new Error(problem))
    if (this.#questions.size > 0) return
    this.#worker.unref()
    this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref()
  }

  #end(): void {
    this.#onEnd()
    void this.#worker.terminate()
  }

  #fail(error: Error): void {
    this.#onEnd()
    for (const { reject } of this.#questions.values()) reject(error)
    this.#questions.clear()
  }
}
