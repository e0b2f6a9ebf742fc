import { resolve } from 'node:path'
import type { Provider } from '../../src/scan/provider.js'
import { describeConfiguration } from './configuration.js'
import { discoverRootModules } from './discover.js'
import { examineTerraform } from './examine.js'
import { diskReader } from './folder-reader.js'
import { listInputs } from './inputs.js'
import { readModules } from './module-tree.js'
import { type TerraformOptions, terraformOptionsShape } from './options.js'
import { detectDrift } from './run.js'
import { SEVERITY_RULES } from './severity-rules.js'

/** Terraform and OpenTofu (README.md beside this file). */
export const terraformProvider: Provider<TerraformOptions> = {
  name: 'terraform',
  optionsShape: terraformOptionsShape,
  /** It names a program to run. */
  daemonOnlyOptions: ['engine'],
  severityRules: SEVERITY_RULES,
  /** Built-in resources run inside the engine; every plug-in is a process of its own, of 600 MB for AWS. */
  async weight(stack, checkout) {
    const modules = await readModules(diskReader, resolve(checkout.root, stack.path))
    return describeConfiguration(modules).needsPlugins ? 'plugin' : 'light'
  },
  discover: discoverRootModules,
  inputs: listInputs,
  detect: detectDrift,
  examine: examineTerraform,
}
