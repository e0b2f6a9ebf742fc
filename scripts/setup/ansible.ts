import { execFileSync } from 'node:child_process'
import { findProgram } from '../lab/find-program.js'
import { installWithApt } from './apt.js'
import { failureText, type Outcome } from './outcome.js'
import { installWithPip } from './python-environment.js'

/** The newest release whose control node still runs on the Python 3.10 of older distributions. */
const REQUIREMENT = 'ansible-core==2.17.14'

/** `ansible-playbook` on PATH, else Debian's ansible-core when root, else in the private virtual environment. */
export function setupAnsible(): Outcome {
  const found = findProgram('ansible-playbook')
  if (found !== null) return { name: 'ansible', state: 'ready', detail: `${versionOf(found)} at ${found}` }
  const problems: string[] = []
  for (const install of [installFromDebian, () => installWithPip(REQUIREMENT, 'ansible-playbook')]) {
    try {
      const file = install()
      return { name: 'ansible', state: 'installed', detail: `${versionOf(file)} at ${file}` }
    } catch (error) {
      problems.push(failureText(error))
    }
  }
  return {
    name: 'ansible',
    state: 'missing',
    detail: problems.join('; '),
    fix: 'apt-get install ansible-core, or: pipx install ansible-core',
  }
}

function installFromDebian(): string {
  installWithApt(['ansible-core'])
  const file = findProgram('ansible-playbook')
  if (file === null) throw new Error('apt-get installed ansible-core, and there is no ansible-playbook')
  return file
}

function versionOf(program: string): string {
  return execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? 'unknown version'
}
