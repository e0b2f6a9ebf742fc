import { join } from 'node:path'
import { runProgram } from '../scripts/lab/run-program.js'
import { repositoryRoot } from '../scripts/lab/tool-folder.js'

/** Where it may write, in which environment, and how it is stopped. */
export interface BigPlanRequest {
  /** Absolute path of a folder with room for the plan. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** MiB of plan JSON; more than Node can hold as one string. */
const PLAN_SIZE_MIB = Number(process.env.PLAN_MIB ?? 1024)

/** Runs bench/big-plan.ts in a process of its own and returns what it printed, as Markdown. */
export async function measureBigPlan(request: BigPlanRequest): Promise<string> {
  const { stdout } = await runProgram({
    command: join(repositoryRoot, 'node_modules', '.bin', 'tsx'),
    args: [join(repositoryRoot, 'bench', 'big-plan.ts'), String(PLAN_SIZE_MIB)],
    cwd: repositoryRoot,
    env: { ...request.env, TMPDIR: request.folder },
    signal: request.signal,
  })
  return `\`\`\`text\n${stdout.trim()}\n\`\`\``
}
