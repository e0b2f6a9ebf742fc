import { z } from 'zod'

/** What is read of Vitest's JSON report. A proof says its figures in `meta.proof`. */
const resultsSchema = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({
          title: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          meta: z.object({ proof: z.string().optional() }).optional(),
        }),
      ),
    }),
  ),
})

/** One proof and how it ended. */
export interface ProofResult {
  readonly title: string
  readonly isProven: boolean
  readonly durationMs: number
  /** The figures, such as `40 rounds`; null where the proof gave none. */
  readonly figures: string | null
}

/** The proofs in a JSON report of Vitest. Throws where it is none. */
export function parseProofResults(text: string): readonly ProofResult[] {
  const { testResults } = resultsSchema.parse(JSON.parse(text))
  return testResults
    .flatMap((file) => file.assertionResults)
    .map((result) => ({
      title: result.title,
      isProven: result.status === 'passed',
      durationMs: result.duration ?? 0,
      figures: result.meta?.proof ?? null,
    }))
}

/** A row of the document: one proof as it ended last. */
interface ProofRow {
  readonly title: string
  readonly line: string
}

const HEADING = '| proof | result | figures | took | when |'
const COLUMNS = 5

/**
 * docs/proof.md: what was run now, and of the former document the rows of proofs that were not. `moment` is when it was run, at
 * which commit; `machine` what it was run on.
 */
export function renderProofDocument(
  results: readonly ProofResult[],
  { moment, machine, former }: { readonly moment: string; readonly machine: string; readonly former: string },
): string {
  const rows = results.map((result) => toRow(result, moment))
  const isNew = new Set(rows.map(({ title }) => title))
  const all = [...parseRows(former).filter(({ title }) => !isNew.has(title)), ...rows]
  return `# Proof

Written by \`make prove\`: what takes too long for \`make test\`. \`PROVE=soak,year make prove\` runs the files of test/prove whose names hold one of these
words, and leaves the other rows. The last run: ${machine}

${HEADING}
|---|---|---|---|---|
${all.map(({ line }) => line).join('\n')}
`
}

function toRow({ title, isProven, figures, durationMs }: ProofResult, moment: string): ProofRow {
  const verdict = isProven ? 'proven' : '**NOT proven**'
  const cells = [title, verdict, figures ?? '', `${(durationMs / 1000).toFixed(0)} s`, moment]
  return { title, line: `| ${cells.join(' | ')} |` }
}

function parseRows(document: string): readonly ProofRow[] {
  const lines = document.split('\n')
  const rows = lines.slice(lines.indexOf(HEADING) + 2)
  return rows.flatMap((line) => {
    const cells = line.split(' | ')
    const title = cells[0]?.replace(/^\| /, '')
    return line.startsWith('| ') && title !== undefined && cells.length === COLUMNS ? [{ title, line }] : []
  })
}
