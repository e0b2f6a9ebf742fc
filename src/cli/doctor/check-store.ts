import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { LoadedConfig } from '../../config/load-config.js'
import { storeUrl } from '../../config/store-url.js'
import { runGit } from '../../git/run-git.js'
import { loadKey } from '../../lib/key-file.js'
import { dataFolderOf, openStore, sqlitePath } from '../../store/open-store.js'
import { describePostgresUrl, isPostgresUrl } from '../../store/postgres-url.js'
import { type Check, ok, problem, problemOf, warning } from './check.js'
import type { CheckContext } from './check-context.js'
import { checkRules } from './check-rules.js'

const STORE = { area: 'store', what: 'store' } as const
const KEY = { area: 'store', what: 'key' } as const
const LOCK_TIMEOUT_MS = 3_000
const GIT_TIMEOUT_MS = 10_000
const OTHERS = 0o077

/** Store, key and their rights. Nothing is made: what the first scan will make is only announced. */
export async function checkStore(loaded: LoadedConfig, context: CheckContext): Promise<readonly Check[]> {
  try {
    const url = await storeUrl(loaded, context.env)
    const { checks, keyId } = isPostgresUrl(url)
      ? await checkPostgres(url, loaded)
      : await checkSqlite(url, loaded)
    const dataFolder = dataFolderOf(url, loaded.folder)
    const keyPath = context.env.DRIFTD_KEY_FILE || join(dataFolder, 'key')
    return [...checks, await checkKey(keyPath, keyId), ...(await checkIgnored(dataFolder, loaded, context))]
  } catch (error) {
    return [problemOf(STORE, error)]
  }
}

interface StoreChecks {
  readonly checks: readonly Check[]
  readonly keyId: string | null
}

async function checkPostgres(url: string, loaded: LoadedConfig): Promise<StoreChecks> {
  const { inspectPostgres } = await import('../../store/open-postgres.js')
  const place = describePostgresUrl(url)
  const { version, state } = await inspectPostgres({ url, lockTimeoutMs: LOCK_TIMEOUT_MS })
  const detail = `${place}, PostgreSQL ${version}`
  if (state === null)
    return { keyId: null, checks: [ok({ ...STORE, detail: `${detail}; the first scan makes its tables` })] }
  if (state === 'older')
    return {
      keyId: null,
      checks: [ok({ ...STORE, detail: `${detail}; the next scan brings its tables up` })],
    }
  const { keyId, checks } = await lookInside(url, loaded)
  return { keyId, checks: [ok({ ...STORE, detail }), ...checks] }
}

async function checkSqlite(url: string, loaded: LoadedConfig): Promise<StoreChecks> {
  const path = sqlitePath(url, loaded.folder)
  if (!(await exists(path))) return checkFuture(path)
  const { keyId, checks } = await lookInside(url, loaded)
  const { mode, size } = await stat(path)
  const detail = `${path}, ${Math.ceil(size / 1024)} KiB`
  const rights =
    mode & OTHERS
      ? warning({ ...STORE, detail: `${detail}; others may read it` }, `chmod 600 ${path}`)
      : ok({ ...STORE, detail })
  return { keyId, checks: [rights, ...checks] }
}

/** The id of its key, and what it knows of the ignore rules. */
async function lookInside(url: string, loaded: LoadedConfig): Promise<StoreChecks> {
  const store = await openStore(url, { lockTimeoutMs: LOCK_TIMEOUT_MS })
  try {
    const names = loaded.config.repositories.map(({ name }) => name)
    const rules = await store.drift.ignoreRules(names)
    return { keyId: await store.keyId(), checks: checkRules(rules, new Date().toISOString()) }
  } finally {
    await store.close()
  }
}

async function checkFuture(path: string): Promise<StoreChecks> {
  const folder = await nearestFolder(dirname(path))
  const mayWrite = (await stat(folder)).isDirectory() && (await isWritable(folder))
  const check = mayWrite
    ? ok({ ...STORE, detail: `${path} will be made by the first scan` })
    : problem(
        { ...STORE, detail: `${path} cannot be made: ${folder} may not be written` },
        `ls -ld ${folder}`,
      )
  return { checks: [check], keyId: null }
}

function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function nearestFolder(folder: string): Promise<string> {
  return (await exists(folder)) || folder === dirname(folder) ? folder : nearestFolder(dirname(folder))
}

async function checkKey(path: string, expectedKeyId: string | null): Promise<Check> {
  if (expectedKeyId === null && !(await exists(path)))
    return ok({ ...KEY, detail: `${path} will be made by the first scan` })
  try {
    const { keyId, warning: unsafe } = await loadKey({ path, expectedKeyId })
    if (unsafe !== null) return warning({ ...KEY, detail: unsafe }, `chmod 600 ${path}`)
    return ok({ ...KEY, detail: `${path}, id ${keyId}` })
  } catch (error) {
    return problemOf(KEY, error)
  }
}

/** A store in a work tree is soon committed, and the key of its hashes with it. */
async function checkIgnored(
  dataFolder: string,
  { folder }: LoadedConfig,
  { env, signal }: CheckContext,
): Promise<readonly Check[]> {
  const { exitCode } = await runGit({
    args: ['check-ignore', '--quiet', '--', `${dataFolder}/key`],
    cwd: folder,
    network: null,
    callerEnv: env,
    timeoutMs: GIT_TIMEOUT_MS,
    signal,
  })
  // 1: not ignored; 128: no work tree
  if (exitCode !== 1) return []
  const detail = `Git does not ignore ${dataFolder}, which holds the key of the hashes`
  return [warning({ ...KEY, detail }, `echo '/.driftd/' >> ${join(folder, '.gitignore')}`)]
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
