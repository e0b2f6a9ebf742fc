import { posix } from 'node:path'
import type { Provider } from '../../src/scan/provider.js'
import { discoverPlaybooks } from './discover.js'
import { examineAnsible } from './examine.js'
import { listPlaybookInputs } from './inputs.js'
import { type AnsibleOptions, ansibleOptionsShape } from './options.js'
import { ansibleSeverityRules } from './severity.js'

/** Ansible playbooks (README.md beside this file). */
export const ansibleProvider: Provider<AnsibleOptions> = {
  name: 'ansible',
  optionsShape: ansibleOptionsShape,
  /** Outside the repository these read passwords and run programs. */
  daemonOnlyOptions: ['vaultPasswordFile', 'vaultIds', 'engine', 'keepCallbacks'],
  severityRules: ansibleSeverityRules,
  /** Ansible forks a worker of some 60 MB for each host it reads at once. */
  weight: async () => 'plugin',
  discover: discoverPlaybooks,
  entryOf: (path, options) => posix.join(path, String(options.playbook ?? '')),
  inputs: listPlaybookInputs,
  /** Loaded when it is needed: many a scan has no playbook. */
  detect: async (request) => (await import('./detect.js')).detectPlaybookDrift(request),
  examine: examineAnsible,
  remediationActions: ['run-playbook'],
  prepare: async (request) => (await import('./remediate/prepare.js')).prepareRemediation(request),
}
