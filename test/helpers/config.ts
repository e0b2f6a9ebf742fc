import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { channelKinds } from '../../src/alert/index.js'
import { type LoadedConfig, type LoadResult, loadConfig } from '../../src/config/load-config.js'
import { createConfigSchema } from '../../src/config/schema.js'
import { forges } from '../../src/forge/index.js'
import type { Provider, Tree } from '../../src/scan/provider.js'
import { tempFolder } from '../lib/temp-folder.js'

/** Two engines as far as the configuration knows them: one known by its folder, one by a file. */
export const fakeProviders = [
  {
    name: 'terraform',
    optionsShape: {
      engine: z.string().optional(),
      workspace: z.string().optional(),
      varFiles: z.array(z.string()).default([]),
      backendConfig: z.array(z.string()).default([]),
    },
    discover: async (tree: Tree) =>
      tree.files
        .filter((file) => /(^|\/)main\.tf$/.test(file))
        .map((file) => ({
          provider: 'terraform',
          path: file.replace(/\/?main\.tf$/, '') || '.',
          options: {},
        })),
  },
  {
    name: 'ansible',
    optionsShape: {
      playbook: z.string(),
      inventory: z.array(z.string()).default([]),
      limit: z.string().optional(),
      tags: z.array(z.string()).default([]),
      skipTags: z.array(z.string()).default([]),
      extraVars: z.array(z.string()).default([]),
      vaultPasswordFile: z.string().optional(),
      vaultIds: z.array(z.string()).default([]),
    },
    daemonOnlyOptions: ['vaultPasswordFile', 'vaultIds'],
    entryOf: (_path: string, options: Readonly<Record<string, unknown>>) => String(options.playbook),
    discover: async (tree: Tree) =>
      tree.files
        .filter((file) => file.endsWith('.yml'))
        .map((file) => ({ provider: 'ansible', path: '.', options: { playbook: file } })),
  },
] as unknown as readonly Provider[]

/** The schema of driftd.yaml for the two engines. */
export const configSchema = createConfigSchema({
  providers: fakeProviders,
  channels: channelKinds,
  forges: forges,
})

/** Loads a configuration from its text. */
export async function loadText(text: string): Promise<LoadResult> {
  const file = join(tempFolder(), 'driftd.yaml')
  writeFileSync(file, text)
  return loadConfig(file, { schema: configSchema })
}

/** Loads a configuration that must be valid. */
export async function loadValid(text: string): Promise<LoadedConfig> {
  const result = await loadText(text)
  if (!result.ok) throw new Error(`not valid: ${JSON.stringify(result.problems)}`)
  return result
}

/** Loads a configuration that must not be valid; problems as `LINE:COLUMN path: message (suggestion)`. */
export async function problemsOf(text: string): Promise<readonly string[]> {
  const result = await loadText(text)
  if (result.ok) return []
  return result.problems.map(
    ({ line, column, path, message, suggestion }) =>
      `${line}:${column} ${path}: ${message}${suggestion ? ` (${suggestion})` : ''}`,
  )
}

/** Files by path, as a tree. */
export function treeFrom(files: Readonly<Record<string, string>>): Tree {
  return { files: Object.keys(files).sort(), readText: async (file) => files[file] ?? null }
}

/** The least that is valid: five lines. */
export const MINIMAL = `version: 1
repositories:
  - name: infra
    url: ./infra
`

/** A minimal configuration with lines added to its only repository. */
export const repositoryWith = (lines: string): string => MINIMAL + lines.replace(/^(?=.)/gm, '    ')

/** A minimal configuration with a stack that has these lines. */
export const stackWith = (lines: string): string =>
  repositoryWith(`stacks:\n  - name: prod/web\n    provider: terraform\n${lines.replace(/^(?=.)/gm, '    ')}`)
