import { z } from 'zod'

/** One message of Terraform, from its machine-readable output. Not yet free of secrets. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  readonly summary: string
  readonly detail: string
  /** Where in the code, relative to the folder the engine ran in. */
  readonly file: string | null
  readonly line: number | null
  /** The resource or provider that it is about. */
  readonly address: string | null
}

/** A diagnostic as `-json` prints it (Terraform's documentation, "Machine-Readable UI", ui 1.x). */
export const diagnosticSchema = z
  .object({
    severity: z.string(),
    summary: z.string().default(''),
    detail: z.string().nullish(),
    address: z.string().nullish(),
    range: z.object({ filename: z.string(), start: z.object({ line: z.number() }) }).nullish(),
  })
  .transform(
    (raw): Diagnostic => ({
      severity: raw.severity === 'error' ? 'error' : 'warning',
      summary: raw.summary,
      detail: raw.detail ?? '',
      file: raw.range?.filename ?? null,
      line: raw.range?.start.line ?? null,
      address: raw.address ?? null,
    }),
  )

const lineSchema = z.object({ type: z.literal('diagnostic'), diagnostic: diagnosticSchema })

/** The diagnostic that a line of `-json` output holds, or null. */
export function parseDiagnosticLine(line: string): Diagnostic | null {
  if (!line.startsWith('{')) return null
  try {
    const parsed = lineSchema.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data.diagnostic : null
  } catch {
    return null
  }
}

/**
 * The errors in what a command without `-json` printed for people: commands such as `workspace select` and
 * `state pull` have nothing else. Only the first line after `Error:` and the text below it are told apart.
 */
export function parseDiagnosticText(text: string): readonly Diagnostic[] {
  const plain = text.replace(/\u001b\[[0-9;]*m/g, '').replace(/^[╷│╵] ?/gm, '')
  const parts = plain.split(/^Error: /m).slice(1)
  const errors = parts.length > 0 ? parts : plain.trim() === '' ? [] : [plain.trim()]
  return errors.map((part) => {
    const [summary = '', ...detail] = part.split('\n')
    const place = /^\s*on (\S+) line (\d+)/m.exec(part)
    return {
      severity: 'error',
      summary: summary.trim(),
      detail: detail.join('\n').trim(),
      file: place?.[1] ?? null,
      line: place ? Number(place[2]) : null,
      address: null,
    }
  })
}
