import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProviderMirror, PROVIDER_HOSTS, type ProviderMirror } from './provider-mirror.js'

/**
 * Writes a Terraform CLI configuration into the folder and returns its path, for TF_CLI_CONFIG_FILE (the file that
 * the user's environment names may not exist). The AWS provider comes from a local mirror where one is found;
 * everything else, and the provider where there is none, from the registry.
 */
export async function writeTerraformConfig(folder: string): Promise<string> {
  const mirrors = PROVIDER_HOSTS.map((host) => findProviderMirror(host)).filter((mirror) => mirror !== null)
  const file = join(folder, 'terraform.tfrc')
  await writeFile(file, terraformConfig(mirrors))
  return file
}

/** The text of a CLI configuration that uses these mirrors. */
export function terraformConfig(mirrors: readonly ProviderMirror[]): string {
  const names = mirrors.map((mirror) => quote(`${mirror.host}/hashicorp/aws`))
  const blocks = mirrors.map(
    (mirror, index) =>
      `  filesystem_mirror {\n    path    = ${quote(mirror.folder)}\n    include = [${names[index]}]\n  }\n`,
  )
  const direct = `  direct {\n    exclude = [${names.join(', ')}]\n  }\n`
  return `disable_checkpoint = true\n\nprovider_installation {\n${blocks.join('')}${direct}}\n`
}

function quote(text: string): string {
  return JSON.stringify(text)
}
