import { DriftError } from '../../src/domain/errors.js'
import type { Plan } from './plan-json.js'

/** Opens the plan JSON; may be called more than once (it is a file by then). */
export type OpenPlan = () => AsyncIterable<Buffer>

/** The plan, reduced to what classification needs. */
export async function readPlan(open: OpenPlan): Promise<Plan> {
  throw new DriftError('INTERNAL', `not yet readable: ${typeof open}`)
}
