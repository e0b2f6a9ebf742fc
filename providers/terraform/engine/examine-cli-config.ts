import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Examination } from '../../../src/domain/examination.js'
import { parseHcl } from '../code/hcl-parser.js'

const mirrorSchema = z.object({ path: z.string().optional(), url: z.string().optional() })
const configSchema = z.object({
  plugin_cache_dir: z.string().optional(),
  provider_installation: z
    .array(
      z.object({
        filesystem_mirror: z.array(mirrorSchema).default([]),
        network_mirror: z.array(mirrorSchema).default([]),
      }),
    )
    .default([]),
})
type CliConfig = z.output<typeof configSchema>

/** The CLI configuration file that is in force, the provider mirrors it names, and the cache of providers. */
export async function examineCliConfig(
  env: Readonly<Record<string, string>>,
): Promise<readonly Examination[]> {
  const { file, examinations, config } = await readCliConfig(env)
  const mirrors = (config?.provider_installation ?? []).flatMap((one) => one.filesystem_mirror)
  const cache = env.TF_PLUGIN_CACHE_DIR ?? config?.plugin_cache_dir
  return [
    ...examinations,
    ...(await Promise.all(mirrors.flatMap(({ path }) => (path ? [examineMirror(path, file)] : [])))),
    ...(cache === undefined || cache === '' ? [] : [await examineCache(cache)]),
  ]
}

interface ReadConfig {
  readonly file: string
  readonly config: CliConfig | null
  readonly examinations: readonly Examination[]
}

/** `TF_CLI_CONFIG_FILE`, else `.terraformrc` in the home. */
async function readCliConfig(env: Readonly<Record<string, string>>): Promise<ReadConfig> {
  const named = env.TF_CLI_CONFIG_FILE
  const file = named || join(env.HOME ?? homedir(), '.terraformrc')
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return { file, config: null, examinations: named ? [missingConfig(named)] : [] }
  const parsed = configSchema.safeParse(await parseHcl(file, text).catch(() => null))
  if (parsed.success) return { file, config: parsed.data, examinations: [okConfig(file)] }
  return { file, config: null, examinations: [unreadableConfig(file)] }
}

function okConfig(file: string): Examination {
  return { what: 'CLI configuration', state: 'ok', detail: file, fix: null }
}

/** Terraform only warns, and then looks for providers elsewhere than the user believes. */
function missingConfig(file: string): Examination {
  const detail = `TF_CLI_CONFIG_FILE names ${file}, which cannot be read: mirrors and credentials in it are not used`
  return {
    what: 'CLI configuration',
    state: 'warning',
    detail,
    fix: 'unset TF_CLI_CONFIG_FILE, or correct it',
  }
}

function unreadableConfig(file: string): Examination {
  return {
    what: 'CLI configuration',
    state: 'problem',
    detail: `${file} does not parse`,
    fix: `mend ${file}; terraform version says where`,
  }
}

async function examineMirror(path: string, file: string): Promise<Examination> {
  const what = 'provider mirror'
  if (await may(path, constants.R_OK | constants.X_OK)) return { what, state: 'ok', detail: path, fix: null }
  const fix = `correct provider_installation in ${file}, or fill it: terraform providers mirror ${path}`
  return { what, state: 'problem', detail: `${path} cannot be read`, fix }
}

async function examineCache(path: string): Promise<Examination> {
  const what = 'provider cache'
  if (await may(path, constants.W_OK | constants.X_OK)) return { what, state: 'ok', detail: path, fix: null }
  return { what, state: 'problem', detail: `${path} cannot be written`, fix: `mkdir -p ${path}` }
}

function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}
