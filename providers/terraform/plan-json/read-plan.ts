import { DriftError } from '../../../src/domain/errors.js'
import { cutJson } from './cut-json.js'
import type { Plan } from './plan-json.js'
import { PlanReader } from './plan-reader.js'

/** Opens the plan JSON; may be called more than once (it is a file by then). */
export type OpenPlan = () => AsyncIterable<Buffer>

/** The major version of `format_version` that is understood (Terraform 0.12 wrote 0.x, all later ones 1.x). */
const KNOWN_MAJOR_VERSION = '1'

/**
 * The plan, reduced to what classification needs, without ever holding the document. Reads the file a second time where
 * a section stands before another that is needed to understand it. Throws OUTPUT_INVALID, OUTPUT_TRUNCATED and
 * PLAN_FORMAT_UNSUPPORTED.
 */
export async function readPlan(open: OpenPlan): Promise<Plan> {
  const reader = new PlanReader()
  await cutJson(open(), reader)
  requireKnownFormat(reader.formatVersion)
  if (reader.startSecondPass()) await cutJson(open(), reader)
  return reader.plan()
}

function requireKnownFormat(version: string | null): void {
  if (version === null) {
    throw new DriftError('OUTPUT_INVALID', 'The JSON document is no plan: it has no format_version')
  }
  if (version.split('.')[0] === KNOWN_MAJOR_VERSION) return
  throw new DriftError(
    'PLAN_FORMAT_UNSUPPORTED',
    `The plan JSON has format version ${version}; this driftd knows ${KNOWN_MAJOR_VERSION}.x. Use a newer driftd.`,
  )
}
