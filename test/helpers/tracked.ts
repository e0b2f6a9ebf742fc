import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { providers } from '../../providers/index.js'
import type { TrackedRepositoryParts } from '../../src/compose/tracked-repository.js'
import { loadConfig } from '../../src/config/load-config.js'
import { createConfigSchema } from '../../src/config/schema.js'
import { tempFolder } from '../lib/temp-folder.js'
import { memoryStore } from './memory-store.js'
import { accountsIn } from './other-account.js'

/** A repository of a driftd.yaml, with the real providers and nothing stored; `lines` are added to its entry. */
export async function trackedParts(
  url: string,
  lines: readonly string[] = [],
): Promise<TrackedRepositoryParts> {
  const folder = tempFolder()
  const file = join(folder, 'driftd.yaml')
  const entry = ['name: infra', `url: ${url}`, 'ref: main', 'discover: ["**"]', ...lines]
  const text = `version: 1\nrepositories:\n  - ${entry.join('\n    ')}\n`
  writeFileSync(file, text)
  const loaded = await loadConfig(file, {
    schema: createConfigSchema({ providers, channels: [], forges: [] }),
  })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const [repository] = loaded.config.repositories
  if (repository === undefined) throw new Error('there is one')
  const env = { PATH: process.env.PATH, HOME: folder }
  const drift = { saveIgnoreRules: async () => undefined }
  const dataFolder = join(folder, 'data')
  const accounts = accountsIn(folder)
  return { loaded, repository, providers, store: memoryStore([]), drift, dataFolder, env, accounts }
}
