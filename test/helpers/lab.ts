import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, startEmulator } from '../../scripts/lab/emulator.js'
import { labEnvironment } from '../../scripts/lab/lab-environment.js'
import { writeTerraformConfig } from '../../scripts/lab/terraform-config.js'

/** An emulator, a temp folder and the environment in which engines see nothing but these. */
export interface Lab {
  readonly emulator: Emulator
  /** Absolute path of a folder of its own; `close` removes it. */
  readonly folder: string
  /** The whole environment for engines and for driftd. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Opens a lab. Throws, and so fails the test, where the emulator is missing. */
export async function openLab(): Promise<Lab> {
  const emulator = await startEmulator()
  const folder = await mkdtemp(join(tmpdir(), 'driftd-lab-'))
  const cliConfigFile = await writeTerraformConfig(folder)
  return {
    emulator,
    folder,
    env: labEnvironment({ emulatorUrl: emulator.url, cliConfigFile }),
    close: async () => {
      await emulator.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
