import { findProgram } from './find-program.js'
import { hasContainerEngine, startLocalStack } from './localstack.js'
import { startMoto } from './moto.js'

/** An AWS API on loopback. */
export interface Emulator {
  /** For AWS_ENDPOINT_URL, such as `http://127.0.0.1:34259`. An IP address makes S3 clients use paths, not host names. */
  readonly url: string
  /** What answers: `moto` or `localstack`. */
  readonly kind: 'moto' | 'localstack'
  /** Forgets every resource. */
  reset(): Promise<void>
  /** Ends the emulator; safe twice. */
  stop(): Promise<void>
  /** The process group to signal in order to end it from outside; null where a container engine holds it. */
  readonly groupId: number | null
}

/** How an emulator is to be started. */
export interface EmulatorOptions {
  /** True: it outlives this process (`make demo KEEP=1`). Default: it ends with it, also after `kill -9`. */
  readonly outlives?: boolean
}

/**
 * Starts an AWS API emulator on a free loopback port and returns when it answers: `moto_server` on PATH or as
 * `make setup` installed it, else LocalStack from docker-compose.yml. Throws with the way to get one.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const moto = findProgram('moto_server')
  if (moto !== null) return startMoto(moto, options.outlives ?? false)
  if (await hasContainerEngine()) return startLocalStack()
  throw new Error(
    'no AWS API emulator: `make setup` installs one; by hand: `pip install "moto[server]"`, or start a container engine for LocalStack',
  )
}
