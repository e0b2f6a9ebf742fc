import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import { replaceFile } from '../../../src/lib/replace-file.js'
import type { LockedProvider } from '../code/provider-lock.js'
import { parseSchemaFlags, readSchemaFlags, type SchemaFlags } from '../plan-json/schema-flags.js'
import type { EngineSession } from './engine-session.js'
import { spoolJson } from './show.js'

/** Whose schemas are wanted. */
export interface SchemaRequest {
  readonly session: EngineSession
  readonly providers: readonly LockedProvider[]
  /** Folder shared by all stacks. */
  readonly cacheFolder: string
  readonly scratchFolder: string
}

/** The provider that is part of the engine; its version is the engine's. */
export const BUILT_IN_PROVIDER = 'terraform.io/builtin/terraform'

/** To be raised when what is kept of a schema changes. */
const CACHE_VERSION = 1

/**
 * The schema flags of the stack's providers: from the cache, else from `providers schema -json`, once for each
 * version of a provider (15 MB for AWS, 2 s). Null where the engine cannot give them: the caller warns.
 */
export async function loadSchema(request: SchemaRequest): Promise<SchemaFlags | null> {
  const cached = await readCachedSchema(request.cacheFolder, request.providers)
  if (cached !== null) return cached
  try {
    const { session, scratchFolder } = request
    const args = ['providers', 'schema', '-json']
    const flags = await spoolJson({ session, args, scratchFolder, name: 'schema.json' }, readSchemaFlags)
    await Promise.all(request.providers.map((provider) => writeCached(request, provider, flags)))
    return flags
  } catch (error) {
    request.session.signal.throwIfAborted()
    if (error instanceof DriftError && error.code !== 'INTERNAL' && error.code !== 'DISK_FULL') return null
    throw error
  }
}

/** The schema flags of these providers, or null where one of them was never asked for. */
export async function readCachedSchema(
  cacheFolder: string,
  providers: readonly LockedProvider[],
): Promise<SchemaFlags | null> {
  if (providers.length === 0) return null
  const parts: SchemaFlags[] = []
  for (const provider of providers) {
    const text = await readFile(cacheFile(cacheFolder, provider), 'utf8').catch(() => '')
    const flags = parseSchemaFlags(text)
    if (flags === null) return null
    parts.push(flags)
  }
  return { version: 2, providers: Object.assign({}, ...parts.map((part) => part.providers)) }
}

async function writeCached(
  request: SchemaRequest,
  provider: LockedProvider,
  flags: SchemaFlags,
): Promise<void> {
  const types = flags.providers[provider.source]
  // a provider that the code does not use is in no schema; it would never be asked for
  const part: SchemaFlags = { version: 2, providers: types ? { [provider.source]: types } : {} }
  if (!types && provider.source === BUILT_IN_PROVIDER) return
  await mkdir(join(request.cacheFolder, 'schemas'), { recursive: true, mode: 0o700 })
  await replaceFile(cacheFile(request.cacheFolder, provider), JSON.stringify(part))
}

/** A schema is the provider's own: the same whichever engine asks for it. */
function cacheFile(cacheFolder: string, provider: LockedProvider): string {
  const identity = [CACHE_VERSION, provider.source, provider.version]
  const name = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)
  return join(cacheFolder, 'schemas', `${name}.json`)
}
