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

/** docs/proof.md. */
export function renderProofDocument(results: readonly ProofResult[], machine: string): string {
  const rows = results.map((result) => {
    const verdict = result.isProven ? 'proven' : '**NOT proven**'
    return `| ${result.title} | ${verdict} | ${result.figures ?? ''} | ${(result.durationMs / 1000).toFixed(0)} s |`
  })
  return `# Proof

Written by \`make prove\`: what takes too long for \`make test\`. ${machine}

| proof | result | figures | took |
|---|---|---|---|
${rows.join('\n')}
`
}
