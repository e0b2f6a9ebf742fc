import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { replaceFileDurably } from '../lib/replace-file.js'
import type { Ledger } from './ledger.js'
import { deedNow, type RemediationTools } from './remediation-tools.js'

/** The newest row of the audit log that this machine has seen, kept beside the store and in none of its backups. */
export interface AuditAnchor {
  /** Null where this machine has seen none. */
  read(): Promise<AnchoredRow | null>
  write(row: AnchoredRow): Promise<void>
}

/** What is kept of a row. */
export interface AnchoredRow {
  readonly sequence: number
  readonly hash: string
}

const anchorSchema = z.object({ sequence: z.int(), hash: z.string() })

/** An anchor in a file whose folder exists. One that nobody can read counts as gone. */
export function createAnchorFile(path: string): AuditAnchor {
  return {
    async read() {
      try {
        return anchorSchema.parse(JSON.parse(await readFile(path, 'utf8')))
      } catch {
        return null
      }
    },
    write: ({ sequence, hash }) => replaceFileDurably(path, JSON.stringify({ sequence, hash })),
  }
}

/**
 * Notices that the store was restored from a backup, by a row that this machine has seen and the store no longer has: then
 * every request so far is void, since one that was carried out may look as if it waited (T9). True where that was so.
 * `isShared`: several machines use the store, and one that has seen nothing yet is no sign of anything.
 */
export async function checkAnchor(
  anchor: AuditAnchor,
  tools: Pick<RemediationTools, 'ledger' | 'clock' | 'owner'>,
  isShared: boolean,
): Promise<boolean> {
  const { ledger } = tools
  const seen = await anchor.read()
  const last = await ledger.lastAudit()
  const isRestored =
    seen === null ? last !== null && !isShared : (await ledger.auditRow(seen.sequence))?.hash !== seen.hash
  if (isRestored) await ledger.beginEpoch('the store was restored from a backup', deedNow(tools))
  await advance(anchor, ledger)
  return isRestored
}

/** The ledger, and after each change of it the anchor follows: a backup from before the change is known as one. */
export function anchoredLedger(ledger: Ledger, anchor: AuditAnchor): Ledger {
  const following =
    <A extends readonly unknown[], T>(change: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const result = await change(...args)
      await advance(anchor, ledger)
      return result
    }
  return {
    ...ledger,
    propose: following(ledger.propose),
    savePullRequest: following(ledger.savePullRequest),
    settle: following(ledger.settle),
    claim: following(ledger.claim),
    release: following(ledger.release),
    begin: following(ledger.begin),
    finish: following(ledger.finish),
    saveVerification: following(ledger.saveVerification),
    takeOver: following(ledger.takeOver),
    saveFreeze: following(ledger.saveFreeze),
    lift: following(ledger.lift),
    note: following(ledger.note),
    beginEpoch: following(ledger.beginEpoch),
  }
}

async function advance(anchor: AuditAnchor, ledger: Pick<Ledger, 'lastAudit'>): Promise<void> {
  const last = await ledger.lastAudit()
  if (last !== null) await anchor.write(last)
}
