import type { Emulator } from './emulator-contract.js'
import { findProgram } from './find-program.js'
import { hasContainerEngine, startLocalStack } from './localstack.js'
import { startMoto } from './moto.js'

export type { Emulator } from './emulator-contract.js'

/** How an emulator is to be started. */
export interface EmulatorOptions {
  /**
   * It outlives this process and keeps its log in this folder, which is not removed (`make demo KEEP=1`).
   * Left out: it ends with this process, also after `kill -9`, and leaves nothing behind.
   */
  readonly keepIn?: string
}

/**
 * Starts an AWS API emulator on a free loopback port and returns when it answers: `moto_server` on PATH or as
 * `make setup` installed it, else LocalStack from docker-compose.yml. Throws with the way to get one.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const moto = findProgram('moto_server')
  if (moto !== null) return startMoto(moto, options.keepIn ?? null)
  if (await hasContainerEngine()) return startLocalStack()
  throw new Error(
    'no AWS API emulator: `make setup` installs one; by hand: `pip install "moto[server]"`, or start a container engine for LocalStack',
  )
}
