import { join, resolve } from 'node:path'
import { loadConfigFile } from '../../app.js'
import { storeUrl } from '../../config/store-url.js'
import { jsonText } from '../../documents/json-text.js'
import { SCHEMA_VERSION } from '../../documents/schema-version.js'
import { DriftError } from '../../domain/errors.js'
import { quoteForShell } from '../../lib/quote-for-shell.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { type Backup, backupSqlite } from '../../store/backup-sqlite.js'
import { dataFolderOf, sqlitePath } from '../../store/open-store.js'
import { describePostgresUrl, isPostgresUrl } from '../../store/postgres-url.js'
import { printOut } from '../print-out.js'
import { refuseProblems } from '../with-app.js'

/** The options of `driftd backup`. */
export interface BackupOptions {
  readonly config?: string
  readonly output: 'table' | 'json'
  readonly force?: boolean
}

/** What was backed up where, and what was not. */
interface BackupReport extends Backup {
  readonly store: string
  readonly file: string
  readonly keyFile: string
}

/** Backs the store of a configuration up, and says where the key is, which is not in the backup. */
export async function runBackup(name: string, options: BackupOptions): Promise<void> {
  const loaded = await loadConfigFile(options.config ?? null, process.cwd())
  if (!loaded.ok) return refuseProblems(loaded.problems)
  const url = await storeUrl(loaded, process.env)
  if (isPostgresUrl(url)) throw postgresError(url)
  const path = sqlitePath(url, loaded.folder)
  const file = resolve(name)
  const backup = await backupSqlite({ path, file, isForced: options.force ?? false })
  const keyFile = process.env.DRIFTD_KEY_FILE || join(dataFolderOf(url, loaded.folder), 'key')
  const report = { ...backup, store: path, file, keyFile }
  await printOut(
    options.output === 'json'
      ? jsonText({ schemaVersion: SCHEMA_VERSION, ...report }, { isIndented: true })
      : renderText(report),
  )
}

function postgresError(url: string): DriftError {
  return new DriftError(
    'STORE_UNSUPPORTED',
    `the store ${describePostgresUrl(url)} is backed up by PostgreSQL's own means: pg_dump --format=custom --file=FILE URL ` +
      '(docs/store.md); driftd backup copies SQLite stores only',
  )
}

function renderText({ store, file, bytes, stacks, keyFile }: BackupReport): string {
  const logs = ['-wal', '-shm'].map((ending) => quoteForShell(`${store}${ending}`)).join(' ')
  return [
    `${file}: ${Math.ceil(bytes / 1024)} KiB, ${stacks} stack${stacks === 1 ? '' : 's'}, checked`,
    `to restore it, with no driftd running: rm -f ${logs}; cp -p ${quoteForShell(file)} ${quoteForShell(store)}`,
    `the key of the hashes is not in it: keep ${keyFile} too, elsewhere`,
  ]
    .map(escapeText)
    .join('\n')
}
