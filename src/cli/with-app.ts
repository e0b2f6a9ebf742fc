import type { App } from '../app.js'
import { type ConfigProblem, formatProblem } from '../config/config-problem.js'
import { DriftError } from '../domain/errors.js'
import { escapeText } from '../lib/text/escape-text.js'

/** Opens the app of a configuration, runs something with it, and closes it whatever happens. */
export async function withApp(
  options: { readonly config?: string; readonly quiet?: boolean },
  work: (app: App) => Promise<void>,
): Promise<void> {
  // all that a command does is loaded here, so that help, usage errors and completion are quick
  const { createApp } = await import('../app.js')
  const created = await createApp({
    configFile: options.config ?? null,
    cwd: process.cwd(),
    env: process.env,
    onWarning: (message) => {
      if (!options.quiet) process.stderr.write(`warning: ${escapeText(message)}\n`)
    },
  })
  if (!created.ok) return refuseProblems(created.problems)
  try {
    await work(created.app)
  } finally {
    await created.app.close()
  }
}

/** Prints the problems of a configuration and throws CONFIG_INVALID. */
export function refuseProblems(problems: readonly ConfigProblem[]): never {
  printProblems(problems)
  const { length } = problems
  throw new DriftError('CONFIG_INVALID', `the configuration has ${length} problem${length === 1 ? '' : 's'}`)
}

/** One line per problem on standard error: file:line:column, path, what is wrong, what was meant. */
export function printProblems(problems: readonly ConfigProblem[]): void {
  for (const problem of problems) process.stderr.write(`${escapeText(formatProblem(problem))}\n`)
}
