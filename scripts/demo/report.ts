import { z } from 'zod'

/** What the demo reads of `driftd ... -o json` (product.md, the record as JSON). */
const reportSchema = z.object({
  schemaVersion: z.literal(1),
  scans: z.array(
    z.object({
      stack: z.string(),
      status: z.string(),
      coverage: z.object({ verified: z.number(), applicable: z.number() }),
      error: z.object({ code: z.string(), message: z.string() }).nullable(),
      records: z.array(
        z.object({
          kind: z.string(),
          correctable: z.boolean(),
          address: z.string(),
          host: z.string().nullish(),
          changes: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])) })),
        }),
      ),
    }),
  ),
})

export type Report = z.infer<typeof reportSchema>

/** One difference that a report must name. */
export interface ExpectedRecord {
  readonly stack: string
  readonly address: string
  /** Only where the stack is a playbook. */
  readonly host?: string
  readonly kind: 'changed' | 'deleted'
  readonly correctable: boolean
  /** The attributes that must be named, outermost part only; empty for a resource that is gone. */
  readonly attributes: readonly string[]
}

/** The report in a text. Throws where it is none. */
export function parseReport(text: string): Report {
  return reportSchema.parse(JSON.parse(text))
}

/**
 * What is wrong with a report, in words; empty when it names exactly what is expected. Informational records are
 * no claims; everything else that nobody expects is wrong, unapplied code included.
 */
export function compareReport(report: Report, expected: readonly ExpectedRecord[]): readonly string[] {
  const failed = report.scans.flatMap((scan) =>
    scan.error === null ? [] : [`${scan.stack} failed: ${scan.error.code} ${scan.error.message}`],
  )
  const found = report.scans.flatMap((scan) =>
    scan.records
      .filter((record) => record.kind !== 'informational')
      .map((record) => describe({ ...record, stack: scan.stack, attributes: attributesOf(record.changes) })),
  )
  const wanted = expected.map(describe)
  const missing = wanted.filter((line) => !found.includes(line)).map((line) => `not named: ${line}`)
  const surplus = found
    .filter((line) => !wanted.includes(line))
    .map((line) => `named, and nobody did it: ${line}`)
  return [...failed, ...missing, ...surplus]
}

/** What is wrong with the statuses of a report, in words; stacks that are not asked for may have any. */
export function compareStatuses(report: Report, wanted: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(wanted).flatMap(([stack, status]) => {
    const found = report.scans.find((scan) => scan.stack === stack)
    if (found === undefined) return [`${stack} was not scanned`]
    return found.status === status ? [] : [`${stack} is ${found.status}, not ${status}`]
  })
}

type Described = Omit<ExpectedRecord, 'kind' | 'host'> & {
  readonly kind: string
  readonly host?: string | null | undefined
}

function describe(record: Described): string {
  const attributes = record.kind === 'deleted' ? '' : ` (${[...record.attributes].sort().join(', ')})`
  const correctable = record.correctable ? '' : ', not undone by an apply'
  const host = record.host ? `${record.host} · ` : ''
  return `${record.stack}: ${host}${record.address} ${record.kind}${attributes}${correctable}`
}

function attributesOf(
  changes: readonly { readonly path: readonly (string | number)[] }[],
): readonly string[] {
  return [...new Set(changes.map((change) => String(change.path[0])))]
}
