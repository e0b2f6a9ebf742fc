import { execFileSync } from 'node:child_process'
import { findProgram } from '../lab/find-program.js'
import { goPlatform } from '../lab/provider-mirror.js'
import { toolFolder } from '../lab/tool-folder.js'
import { installRelease, type Release } from './install-release.js'
import { failureText, type Outcome } from './outcome.js'

const VERSION = '1.11.4'
const HOST = 'https://releases.hashicorp.com'

/** SHA-256 of `terraform_1.11.4_<platform>.zip`, as HashiCorp publishes them. */
const CHECKSUMS: Readonly<Record<string, string>> = {
  linux_amd64: '1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc',
  linux_arm64: 'a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633',
  darwin_amd64: 'a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b',
  darwin_arm64: '867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18',
}

const FIX =
  'install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install)'

/** `terraform` or `tofu` on PATH, else a pinned release of Terraform, verified by its SHA-256. */
export async function setupTerraform(): Promise<Outcome> {
  const found = findProgram('terraform', 'tofu')
  if (found !== null) return { name: 'terraform', state: 'ready', detail: `${versionOf(found)} at ${found}` }
  const release = releaseFor(goPlatform())
  if (release === null) {
    return { name: 'terraform', state: 'missing', detail: `no pinned release for ${goPlatform()}`, fix: FIX }
  }
  try {
    const file = await installRelease(release, toolFolder('bin'))
    return { name: 'terraform', state: 'installed', detail: `${versionOf(file)} at ${file}` }
  } catch (error) {
    return { name: 'terraform', state: 'missing', detail: failureText(error), fix: FIX }
  }
}

/** The pinned release for a platform such as `linux_amd64`, or null where none is pinned. */
export function releaseFor(platform: string): Release | null {
  const sha256 = CHECKSUMS[platform]
  if (sha256 === undefined) return null
  const url = `${HOST}/terraform/${VERSION}/terraform_${VERSION}_${platform}.zip`
  return { url, sha256, program: 'terraform' }
}

function versionOf(program: string): string {
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null' }
  return execFileSync(program, ['version'], { encoding: 'utf8', env }).split('\n')[0] ?? 'unknown version'
}
