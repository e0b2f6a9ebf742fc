import { runProgram } from './run-program.js'

/** A root module to be applied. */
export interface ApplyRequest {
  /** Absolute path of the engine. */
  readonly engine: string
  /** Absolute path of the root module. */
  readonly folder: string
  /** Such as `-backend-config=...`. */
  readonly initOptions?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** An emulator on a crowded machine drops a connection now and then; the repeated call then meets its own work. */
const ATTEMPTS = 3

/** Initialises and applies a stack. Throws with what the engine said when the last attempt fails as well. */
export async function applyStack(request: ApplyRequest): Promise<void> {
  const { engine, folder, env, signal, initOptions = [] } = request
  const run = (args: readonly string[]): Promise<unknown> =>
    runProgram({ command: engine, args, cwd: folder, env, signal })
  await run(['init', '-input=false', '-no-color', ...initOptions])
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run(['apply', '-input=false', '-no-color', '-auto-approve'])
      return
    } catch (error) {
      if (attempt === ATTEMPTS || signal.aborted) throw error
    }
  }
}
