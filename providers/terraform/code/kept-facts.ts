import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { JsonValue } from '../../../src/domain/record.js'
import { replaceFile } from '../../../src/lib/replace-file.js'
import { programDigest } from '../program-digest.js'
import type { BackendBlock, FileFacts, ModuleCall } from './file-facts.js'

/** Where the facts of one file are kept. */
export interface KeptPlace {
  /** Private folder shared by all stacks. */
  readonly cacheFolder: string
  /** The file's content, as a hash. */
  readonly key: string
}

const json = z.unknown().transform((value) => value as JsonValue)
const values = z.record(z.string(), json)

const factsSchema = z.object({
  backend: z.object({ type: z.string(), config: values }).nullable(),
  requiredProviders: values,
  hasProviderBlock: z.boolean(),
  resourceTypes: z.array(z.string()),
  moduleCalls: z.array(z.object({ name: z.string(), source: z.string(), version: z.string().nullable() })),
  sensitiveVariables: z.array(z.object({ name: z.string(), defaultValue: json })),
})

/** The facts that were kept for this content by this very program; null: none, or damaged ones. */
export async function readKeptFacts(place: KeptPlace): Promise<FileFacts | null> {
  try {
    return factsSchema.parse(JSON.parse(await readFile(fileOf(place), 'utf8')))
  } catch {
    return null
  }
}

/** Keeps facts that hold no secret. Never throws: without them the file is read again. */
export async function keepFacts(place: KeptPlace, facts: FileFacts): Promise<void> {
  if (!isKeepable(facts)) return
  try {
    const path = fileOf(place)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await makeRoom(dirname(path))
    await replaceFile(path, JSON.stringify(facts))
  } catch {
    // a full disk, a folder without rights: what needs the folder more says so
  }
}

/** True where nothing in the facts can be a secret. What is not known to be harmless is none. */
export function isKeepable({ backend, moduleCalls, sensitiveVariables }: FileFacts): boolean {
  return (
    sensitiveVariables.every(({ defaultValue }) => defaultValue === null) &&
    (backend === null || isHarmless(backend)) &&
    moduleCalls.every(hasPlainSource)
  )
}

/** Settings of backends that say where a state is, not how to get in (Terraform's documentation, "Backend Type"). */
const HARMLESS_SETTINGS: ReadonlySet<string> = new Set([
  ...[
    'path',
    'workspace_dir',
    'bucket',
    'key',
    'prefix',
    'region',
    'dynamodb_table',
    'use_lockfile',
    'encrypt',
  ],
  ...['acl', 'kms_key_id', 'profile', 'role_arn', 'workspace_key_prefix', 'resource_group_name'],
  ...['storage_account_name', 'container_name', 'subscription_id', 'tenant_id', 'organization', 'hostname'],
])

function isHarmless({ config }: BackendBlock): boolean {
  return Object.entries(config).every(
    ([name, value]) => HARMLESS_SETTINGS.has(name) && (value === null || typeof value !== 'object'),
  )
}

/** Nobody but `git` before the host, and of what stands behind `?` (keys and tokens among it) only the reference. */
function hasPlainSource({ source }: ModuleCall): boolean {
  return !/:\/\/(?!git@)[^/]*@/.test(source) && /^[^?]*(\?ref=[^&]*)?$/.test(source)
}

/** 10,000 files of code are some 5 MB of facts. */
const MAX_KEPT = 10_000
const NOTED_EVERY = 100
let writes = 0

/** What was kept for code that is there no more is never asked for: from time to time all of it goes. */
async function makeRoom(folder: string): Promise<void> {
  if (writes++ % NOTED_EVERY !== 0) return
  if ((await readdir(folder)).length < MAX_KEPT) return
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

function fileOf({ cacheFolder, key }: KeptPlace): string {
  const name = createHash('sha256').update(`${programDigest()}\n${key}`).digest('hex')
  return join(cacheFolder, 'facts', `${name}.json`)
}
