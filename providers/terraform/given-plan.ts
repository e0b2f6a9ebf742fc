import { createReadStream, createWriteStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DriftError } from '../../src/domain/errors.js'
import type { Detection, DetectRequest, Provider } from '../../src/scan/provider.js'
import { classifyPlan } from './classify/classify.js'
import { LOCK_FILE, readLockedProviders } from './code/provider-lock.js'
import { indexSources } from './code/sources.js'
import { readCachedSchema } from './engine/schema-cache.js'
import { terraformProvider } from './index.js'
import { readPlan } from './plan-json/read-plan.js'
import { readSchemaFlags, type SchemaFlags } from './plan-json/schema-flags.js'

/** A plan made elsewhere, as `terraform show -json` prints it. */
export interface GivenPlan {
  /** A path, or a stream such as standard input, which is spooled to a private file. */
  readonly plan: string | NodeJS.ReadableStream
  /** `terraform providers schema -json` of the same providers; null: the cached one, if there is any. */
  readonly schemaFile: string | null
}

/** Bytes read at once: fewer turns of the event loop for a document of gigabytes. */
const READ_CHUNK_BYTES = 1024 * 1024

/** Judges a plan made elsewhere by the same rules; no engine runs. The stack's folder only tells lines and versions. */
export function givenPlanProvider(given: GivenPlan): Provider {
  return {
    ...(terraformProvider as unknown as Provider),
    weight: async () => 'light',
    detect: (request) => judgeGivenPlan(given, request),
  }
}

async function judgeGivenPlan(given: GivenPlan, request: DetectRequest): Promise<Detection> {
  request.onPhase('show')
  const planPath = await spool(given.plan, request)
  await requireFile(planPath)
  const plan = await readPlan(() => createReadStream(planPath, { highWaterMark: READ_CHUNK_BYTES }))
  request.onPhase('parse')
  const folder = resolve(request.checkout.root, request.stack.path)
  const sources = await indexSources({
    folder,
    path: request.stack.path,
    workingFolder: join(folder, '.terraform'),
  })
  const { stack, key, secrets } = request
  const schema = await findSchema(given, folder, request.cacheFolder)
  const verdict = classifyPlan({ plan, schema, stack: stack.name, key, secrets, ...sources })
  const { findings, coverage, coverageRatio, isPartial, warnings } = verdict
  return { findings, coverage, coverageRatio, isPartial, warnings, nextBaseline: null }
}

async function spool(plan: GivenPlan['plan'], { scratchFolder, signal }: DetectRequest): Promise<string> {
  if (typeof plan === 'string') return plan
  const path = join(scratchFolder, 'given-plan.json')
  await pipeline(plan, createWriteStream(path, { mode: 0o600 }), { signal })
  return path
}

async function findSchema(
  given: GivenPlan,
  folder: string,
  cacheFolder: string,
): Promise<SchemaFlags | null> {
  const { schemaFile } = given
  if (schemaFile !== null) {
    await requireFile(schemaFile)
    return readSchemaFlags(() => createReadStream(schemaFile, { highWaterMark: READ_CHUNK_BYTES }))
  }
  const lock = await readFile(join(folder, LOCK_FILE), 'utf8').catch(() => '')
  return readCachedSchema(cacheFolder, await readLockedProviders(lock))
}

async function requireFile(path: string): Promise<void> {
  try {
    await (await open(path)).close()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new DriftError('USAGE', `${path} cannot be read (${code}): name a file with JSON from terraform`, {
      cause,
    })
  }
}
