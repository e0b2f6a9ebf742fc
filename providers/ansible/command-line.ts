import { writeFile } from 'node:fs/promises'
import { DriftError } from '../../src/domain/errors.js'
import type { AnsibleOptions } from './options.js'

/** The arguments of ansible-playbook; values that could look like options are never words of their own. */
export function commandLine(
  options: AnsibleOptions,
  { extraVarsFile, isCheck }: { readonly extraVarsFile: string; readonly isCheck: boolean },
): readonly string[] {
  const { extraVars } = options
  const variables =
    extraVars === undefined ? [] : Array.isArray(extraVars) ? extraVars : [`@${extraVarsFile}`]
  return [
    ...(isCheck ? ['--check'] : []),
    '--diff',
    ...options.inventory.map((item) => `--inventory=${item}`),
    ...(options.limit === undefined ? [] : [`--limit=${options.limit}`]),
    ...options.tags.map((tag) => `--tags=${tag}`),
    ...options.skipTags.map((tag) => `--skip-tags=${tag}`),
    ...variables.map((item) => `--extra-vars=${item}`),
    ...(options.vaultPasswordFile === undefined
      ? []
      : [`--vault-password-file=${options.vaultPasswordFile}`]),
    ...options.vaultIds.map((id) => `--vault-id=${id}`),
    ...(options.forks === undefined ? [] : [`--forks=${options.forks}`]),
    '--',
    options.playbook,
  ]
}

/** Writes variables given as a mapping to a private file: arguments are seen by every user of the machine. */
export async function writeExtraVars(options: AnsibleOptions, file: string): Promise<void> {
  if (options.extraVars === undefined || Array.isArray(options.extraVars)) return
  await writeFile(file, JSON.stringify(options.extraVars), { mode: 0o600 })
}

/** Throws PROMPT_REQUIRED where an option asks a person. */
export function refusePrompts(options: AnsibleOptions): void {
  const asking = options.vaultIds.find((id) => id === 'prompt' || id.endsWith('@prompt'))
  if (asking === undefined) return
  throw new DriftError('PROMPT_REQUIRED', `the vault id ${asking} asks for a password: name a file instead`)
}
