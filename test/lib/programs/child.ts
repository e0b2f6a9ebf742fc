import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A program of this folder, running in a process of its own. */
export interface Child {
  /** The first line it wrote. */
  readonly firstLine: string
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>
}

/** Starts a TypeScript program of this folder and waits for its first line. */
export async function startProgram(name: string, ...args: readonly string[]): Promise<Child> {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { firstLine: await readLine(child), kill: () => killAndWait(child) }
}

async function readLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the program has no output')
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) return line
  throw new Error(`the program ended with ${child.exitCode} and said nothing`)
}

async function killAndWait(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
