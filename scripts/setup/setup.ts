import pc from 'picocolors'
import { setupAnsible } from './ansible.js'
import { setupAwsProvider } from './aws-provider.js'
import { setupBuild } from './build.js'
import { setupEmulator } from './emulator.js'
import type { Outcome } from './outcome.js'
import { setupTerraform } from './terraform.js'
import { setupTestPrograms } from './test-programs.js'

const STEPS = [
  setupBuild,
  setupTerraform,
  setupAnsible,
  setupEmulator,
  setupAwsProvider,
  setupTestPrograms,
] as const

/**
 * Brings what npm does not: the build, the engines, the emulator and the AWS provider. What cannot be had is named
 * with the way to get it and the rest still runs; with CI=true something missing is a failure.
 */
async function main(): Promise<void> {
  const outcomes: Outcome[] = []
  for (const step of STEPS) {
    const outcome = await step()
    outcomes.push(outcome)
    if (outcome.state !== 'ready') print(outcome)
  }
  const missing = outcomes.filter((outcome) => outcome.state === 'missing')
  const ready = outcomes.filter((outcome) => outcome.state !== 'missing').map((outcome) => outcome.name)
  console.log(
    `setup: ${ready.join(', ')} ready${missing.length > 0 ? `; ${missing.length} missing, see above` : ''}`,
  )
  const isBuildMissing = missing.some((outcome) => outcome.name === 'build')
  if (isBuildMissing || (missing.length > 0 && process.env.CI === 'true')) process.exitCode = 1
}

function print(outcome: Outcome): void {
  const mark = outcome.state === 'missing' ? pc.red('✗') : pc.green('✓')
  console.log(`setup: ${mark} ${outcome.name}: ${outcome.detail}`)
  if (outcome.fix !== undefined) console.log(`setup:   to get it: ${outcome.fix}`)
}

await main()
