import { resolve } from 'node:path'
import type { Provider } from '../../src/scan/provider.js'
import { describeConfiguration } from './code/configuration.js'
import { discoverRootModules } from './code/discover.js'
import { diskReader } from './code/folder-reader.js'
import { listInputs } from './code/inputs.js'
import { readModules } from './code/module-tree.js'
import { examineTerraform } from './engine/examine.js'
import { type TerraformOptions, terraformOptionsShape } from './options.js'
import { SEVERITY_RULES } from './severity-rules.js'

/** Terraform and OpenTofu (README.md beside this file). */
export const terraformProvider: Provider<TerraformOptions> = {
  name: 'terraform',
  optionsShape: terraformOptionsShape,
  /** It names a program to run. */
  daemonOnlyOptions: ['engine'],
  severityRules: SEVERITY_RULES,
  exitCodeMetric: 'terradiff_plan_exit_code',
  /** Built-in resources run inside the engine; every plug-in is a process of its own, of 600 MB for AWS. */
  async weight(stack, checkout, cacheFolder) {
    const modules = await readModules(diskReader, resolve(checkout.root, stack.path), cacheFolder)
    return describeConfiguration(modules).needsPlugins ? 'plugin' : 'light'
  },
  discover: discoverRootModules,
  inputs: listInputs,
  /** Loaded when it is needed: parsers and grammars that no other provider has use for. */
  detect: async (request) => (await import('./run.js')).detectDrift(request),
  examine: examineTerraform,
  remediationActions: ['revert', 'accept'],
  prepare: async (request) => (await import('./remediate/prepare.js')).prepareRemediation(request),
}
