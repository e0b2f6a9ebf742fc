import { z } from 'zod'
import { type Diagnostic, diagnosticSchema } from './diagnostics.js'

/** What `plan -json` said, line by line. */
export interface PlanStream {
  /** Version of the output, such as `1.2`; null where the engine did not say. */
  readonly uiVersion: string | null
  readonly diagnostics: readonly Diagnostic[]
  readonly hasPlannedChange: boolean
  readonly hasDeferral: boolean
  /** The summary of the changes came: the plan was made to its end. */
  readonly hasSummary: boolean
  /** Lines that are no JSON object: a warning printed in between, or damage. */
  readonly strayLines: number
}

/** Takes the lines of one stream and says at the end what they held. */
export interface PlanStreamReader {
  onLine(line: string, isCut: boolean): void
  result(): PlanStream
}

/** Messages that are used (Terraform's documentation, "Machine-Readable UI", ui 1.x); others only count as read. */
const messageSchema = z.object({ type: z.string() })
const versionSchema = z.object({ type: z.literal('version'), ui: z.string() })
const diagnosticMessageSchema = z.object({ type: z.literal('diagnostic'), diagnostic: diagnosticSchema })

/** A reader for one `plan -json`. */
export function createPlanStreamReader(): PlanStreamReader {
  const diagnostics: Diagnostic[] = []
  const seen = new Set<string>()
  let uiVersion: string | null = null
  let strayLines = 0
  return {
    onLine(line, isCut) {
      if (line.trim() === '') return
      const value = isCut ? null : parseLine(line)
      const type = messageSchema.safeParse(value).data?.type
      if (type === undefined) strayLines++
      else seen.add(type)
      if (type === 'version') uiVersion = versionSchema.safeParse(value).data?.ui ?? null
      const diagnostic =
        type === 'diagnostic' ? diagnosticMessageSchema.safeParse(value).data?.diagnostic : null
      if (diagnostic) diagnostics.push(diagnostic)
    },
    result: () => ({
      uiVersion,
      diagnostics,
      hasPlannedChange: seen.has('planned_change'),
      hasDeferral: seen.has('deferred_change'),
      hasSummary: seen.has('change_summary'),
      strayLines,
    }),
  }
}

/** Null for a line that is no JSON. */
function parseLine(line: string): unknown {
  try {
    // a BOM before the first message is no damage
    return JSON.parse(line.replace(/^\uFEFF/, ''))
  } catch {
    return null
  }
}
