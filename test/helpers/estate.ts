import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateQueueCommand } from '@aws-sdk/client-sqs'
import { runProgram } from '../../scripts/lab/run-program.js'
import { createAwsClients } from './aws-clients.js'
import { SECRET_VARIABLES } from './canaries.js'
import type { World } from './edits-world.js'
import { readAttributes } from './estate-state.js'
import { openLab } from './lab.js'
import { REPOSITORY_ROOT } from './source-tree.js'

/** As many as there are: nearly all of an apply is waiting for the provider's own waits. */
const APPLY_PARALLELISM = 60
const APPLY_TIMEOUT_MS = 420_000

/** The truth estate, applied to an emulator of its own. */
export interface Estate {
  readonly world: World
  /** The code as it was applied, with its state. */
  readonly v1: string
  /** The next version of the code, with the same state. */
  readonly v2: string
  /** A home of its own, in which our caches and keys land. */
  readonly home: string
  /** The whole environment of engines and of our commands. */
  readonly env: Readonly<Record<string, string>>
  /** A temp folder that goes with the estate. */
  readonly folder: string
  close(): Promise<void>
}

/** Applies the estate. Takes about a minute: the provider itself waits 25 s for each queue. */
export async function openEstate(): Promise<Estate> {
  const lab = await openLab()
  const home = join(lab.folder, 'home')
  const [v1, v2] = [join(lab.folder, 'v1'), join(lab.folder, 'v2')]
  const aws = createAwsClients(lab.emulator.url)
  const env = { ...lab.env, ...secretVariables(), HOME: home, XDG_RUNTIME_DIR: join(home, 'run') }
  try {
    await mkdir(env.XDG_RUNTIME_DIR, { recursive: true, mode: 0o700 })
    await cp(join(REPOSITORY_ROOT, 'test/fixtures/estate/v1'), v1, { recursive: true })
    const terraform = (...args: readonly string[]): Promise<unknown> =>
      runProgram({ command: 'terraform', args, cwd: v1, env, signal: AbortSignal.timeout(APPLY_TIMEOUT_MS) })
    await terraform('init', '-no-color', '-input=false')
    await terraform(
      'apply',
      '-auto-approve',
      '-no-color',
      '-input=false',
      `-parallelism=${APPLY_PARALLELISM}`,
    )
    await cp(v1, v2, { recursive: true, verbatimSymlinks: true })
    await cp(join(REPOSITORY_ROOT, 'test/fixtures/estate/v2'), v2, { recursive: true })
    await aws.sqs.send(new CreateQueueCommand({ QueueName: 'adopted' }))
    const world = { aws, attribute: await readAttributes(v1) }
    const close = (): Promise<void> => {
      aws.destroy()
      return lab.close()
    }
    return { world, v1, v2, home, env, folder: lab.folder, close }
  } catch (error) {
    aws.destroy()
    await lab.close()
    throw error
  }
}

function secretVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SECRET_VARIABLES).map(([name, value]) => [`TF_VAR_${name}`, value]),
  )
}
