import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { REPOSITORY_ROOT } from './source-tree.js'

/** A command of ours to run from its source. */
export interface CliRequest {
  readonly command: 'terradiff' | 'ansiblediff' | 'driftd'
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
}

/** How it ended. */
export interface CliOutcome {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface RunningCli {
  readonly child: ChildProcess
  readonly ended: Promise<CliOutcome>
  /** Resolves when standard error holds this text; rejects when the command ends before. */
  readonly said: (text: string) => Promise<void>
}

/** Runs one of our commands to its end. */
export function runCli(request: CliRequest): Promise<CliOutcome> {
  return startCli(request).ended
}

/** Starts one of our commands, in a process group of its own as a shell does. */
export function startCli({ command, args, cwd, env }: CliRequest): RunningCli {
  const program = join(REPOSITORY_ROOT, 'test/helpers/programs', `${command}.ts`)
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, ...args], {
    cwd,
    env: { ...env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal, stdout, stderr }))
  const said = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) {
      const next = child.stderr === null ? ended : Promise.race([once(child.stderr, 'data'), ended])
      await next
      if (child.exitCode !== null && !stderr.includes(text)) {
        throw new Error(`ended with ${child.exitCode} without saying "${text}":\n${stderr}\n${stdout}`)
      }
    }
  }
  return { child, ended, said }
}
