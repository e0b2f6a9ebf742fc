import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import type { ScanWarning } from '../../../src/domain/scan.js'
import type { PlanFile } from './plan-file.js'
import type { Workplace } from './workplace.js'

/** In the data folder: a scan of this stack once found a state. */
const MARKER = 'state-seen'

/**
 * What a missing state means. Throws STATE_VANISHED where an earlier good scan had one; else a warning, since all
 * code will look as if it had never been applied.
 */
export function judgeState(workplace: Workplace, planFile: PlanFile | null): readonly ScanWarning[] {
  if (planFile === null || planFile.state !== null) return []
  const { request, place } = workplace
  const where = `workspace ${place.workspace}, backend ${place.backend.type}`
  const hadState = request.baseline !== null || existsSync(join(request.dataFolder, MARKER))
  if (request.hasGoodScan && hadState) {
    throw new DriftError(
      'STATE_VANISHED',
      `${place.folder} had a state at an earlier scan and has none now (${where}): somebody moved or deleted it, or the backend changed; restore it`,
    )
  }
  return [
    {
      code: 'NO_STATE',
      message: `no state found for ${place.folder} (${where}): nothing counts as applied yet`,
    },
  ]
}

/** Remembers that there is a state. */
export async function rememberState(dataFolder: string, planFile: PlanFile | null): Promise<void> {
  if (planFile?.state) await writeFile(join(dataFolder, MARKER), '', { mode: 0o600 })
}

/** What the store keeps of an in-sync scan: that there was a state. Null where there was none. */
export function stateBaseline(planFile: PlanFile | null): string | null {
  return planFile?.state ? JSON.stringify({ version: 1, lineage: planFile.state.lineage }) : null
}
