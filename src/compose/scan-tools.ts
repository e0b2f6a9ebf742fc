import { join } from 'node:path'
import { ulid } from 'ulid'
import type { LoadedConfig } from '../config/load-config.js'
import { toSeverityRules } from '../config/severity-rules.js'
import type { Fence } from '../domain/running-scan.js'
import { systemClock } from '../lib/clock.js'
import { loadKey } from '../lib/key-file.js'
import { wipeAbandonedScratch } from '../lib/private-folder.js'
import { identifyProcess } from '../lib/process-identity.js'
import { machineAdmission } from '../scan/admission.js'
import type { Variables } from '../scan/environment.js'
import { createLearnedMemory } from '../scan/learned-memory.js'
import { scanFoldersIn } from '../scan/scan-folders.js'
import type { ScanEvent, ScanTools } from '../scan/scan-job.js'
import { createScanJournal } from '../scan/scan-journal.js'
import type { OpenedStore } from '../store/open-store.js'
import type { Store } from '../store/store.js'

/** What the tools of scans are made from. */
export interface ScanToolsRequest {
  readonly loaded: LoadedConfig
  readonly store: OpenedStore
  /** Caches, keys, mirrors. */
  readonly dataFolder: string
  readonly env: Variables
  /** Of a daemon that leads; null: a scan by hand. */
  readonly fence: Fence | null
  onEvent(event: ScanEvent): void
  onWarning(message: string): void
}

/** The parts that scans of one configuration share. Throws KEY_MISSING, PERMISSION_DENIED and the errors of the store. */
export async function createScanTools(request: ScanToolsRequest): Promise<ScanTools> {
  const { loaded, store, dataFolder, env, fence } = request
  const folders = scanFoldersIn(dataFolder)
  await wipeAbandonedScratch(folders.scratch)
  const path = env.DRIFTD_KEY_FILE || join(dataFolder, 'key')
  const { key, keyId, warning } = await loadKey({ path, expectedKeyId: await store.keyId() })
  await store.saveKeyId(keyId)
  if (warning !== null) request.onWarning(warning)
  return {
    clock: systemClock,
    admission: machineAdmission(env, loaded.config.concurrency.slots),
    learnedMemory: createLearnedMemory({ schedule: store.schedule, fence }),
    folders,
    key,
    severityRules: toSeverityRules(loaded.config.severity),
    store: fence === null ? store : leaderStore(store, fence),
    journal: createScanJournal({
      schedule: store.schedule,
      fence,
      owner: identifyProcess(),
      identify: identifyProcess,
    }),
    newId: ulid,
    onEvent: request.onEvent,
  }
}

/**
 * The store of a leader: what it writes is refused once another one leads. A scan that the leader stopped is as if it
 * had not begun, since it goes back to the queue: nothing is stored of it.
 */
function leaderStore(store: OpenedStore, fence: Fence): Store {
  return {
    ...store,
    async saveScan(result) {
      if (result.scan.error?.code === 'INTERRUPTED') await store.schedule.abandonScan(result.scan.id)
      else await store.saveScan({ ...result, fence })
    },
  }
}
