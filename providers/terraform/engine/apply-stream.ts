import { z } from 'zod'
import type { Action } from '../../../src/domain/record.js'
import { type Diagnostic, diagnosticSchema } from './diagnostics.js'

/** What `apply -json` said. */
export interface ApplyStream {
  readonly diagnostics: readonly Diagnostic[]
  /** What was done to its end, in the order it was. */
  readonly completed: readonly { readonly address: string; readonly action: Action }[]
  /** The summary of the apply came: it was carried out to its end. */
  readonly hasSummary: boolean
}

/** Terraform's documentation, "Machine-Readable UI": the messages that are used. */
const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('diagnostic'), diagnostic: diagnosticSchema }),
  z.object({
    type: z.literal('apply_complete'),
    hook: z.object({ resource: z.object({ addr: z.string() }), action: z.string() }),
  }),
  z.object({ type: z.literal('change_summary'), changes: z.object({ operation: z.string() }) }),
])

const ACTIONS: Readonly<Record<string, Action>> = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  replace: 'replace',
  forget: 'forget',
  import: 'import',
}

/** A reader for one `apply -json`. Lines that are no message of interest count as nothing. */
export function createApplyStreamReader(): { onLine(line: string): void; result(): ApplyStream } {
  const diagnostics: Diagnostic[] = []
  const completed: ApplyStream['completed'][number][] = []
  let hasSummary = false
  return {
    onLine(line) {
      const message = parseMessage(line)
      if (message?.type === 'diagnostic') diagnostics.push(message.diagnostic)
      if (message?.type === 'apply_complete') {
        const { resource, action } = message.hook
        completed.push({ address: resource.addr, action: ACTIONS[action] ?? 'update' })
      }
      if (message?.type === 'change_summary' && message.changes.operation === 'apply') hasSummary = true
    },
    result: () => ({ diagnostics, completed, hasSummary }),
  }
}

function parseMessage(line: string): z.output<typeof messageSchema> | null {
  try {
    return messageSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
