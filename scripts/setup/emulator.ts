import { findProgram } from '../lab/find-program.js'
import { hasContainerEngine, pullLocalStack } from '../lab/localstack.js'
import { failureText, type Outcome } from './outcome.js'
import { installWithPip } from './python-environment.js'

const REQUIREMENT = 'moto[server]==5.2.1'

/** `moto_server` when there is one, else LocalStack where a container engine runs, else moto in the private environment. */
export async function setupEmulator(): Promise<Outcome> {
  const found = findProgram('moto_server')
  if (found !== null) return { name: 'emulator', state: 'ready', detail: `moto_server at ${found}` }
  const problems: string[] = []
  try {
    if (await hasContainerEngine()) {
      await pullLocalStack()
      return { name: 'emulator', state: 'ready', detail: 'LocalStack from docker-compose.yml' }
    }
    problems.push('no container engine runs')
  } catch (error) {
    problems.push(failureText(error))
  }
  try {
    return {
      name: 'emulator',
      state: 'installed',
      detail: `moto_server at ${installWithPip(REQUIREMENT, 'moto_server')}`,
    }
  } catch (error) {
    problems.push(failureText(error))
  }
  return {
    name: 'emulator',
    state: 'missing',
    detail: `${problems.join('; ')} (demo, end-to-end tests and benchmarks need it)`,
    fix: `pipx install "${REQUIREMENT}", or start a container engine`,
  }
}
