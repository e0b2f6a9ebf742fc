import type { DriftRecord } from '../../domain/record.js'
import { cutText } from '../../lib/text/cut-text.js'
import { pathText } from '../../lib/text/path-text.js'

const MAX_PATHS = 3
const MAX_PATH_LENGTH = 60
// deeper steps name elements of lists, which say little without their values
const MAX_STEPS = 2

/** What of a record differs, in short: `tags.Owner, ingress and 2 more`; empty where no attribute is known. Escaped. */
export function changedPathsText({ changes }: Pick<DriftRecord, 'changes'>): string {
  const paths = [...new Set(changes.map(({ path }) => pathText(path.slice(0, MAX_STEPS))))]
  const shown = paths.slice(0, MAX_PATHS).map((path) => cutText(path, MAX_PATH_LENGTH))
  const hidden = paths.length - shown.length
  return `${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`
}
