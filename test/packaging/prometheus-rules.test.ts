import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { findProgram } from '../../scripts/lab/find-program.js'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'
import { namedMetrics, productMetrics, unknownIn } from './metric-names.js'

const file = join(REPOSITORY_ROOT, 'packaging/prometheus/driftd.rules.yml')

/** As Prometheus reads it: unknown keys are errors there too. */
const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smhd]$/)
            .optional(),
          labels: z.record(z.string(), z.string()),
          annotations: z.strictObject({ summary: z.string(), description: z.string().optional() }),
        }),
      ),
    }),
  ),
})
const { groups } = rulesSchema.parse(parse(readFileSync(file, 'utf8')))
const rules = groups.flatMap((group) => group.rules)

describe('packaging/prometheus/driftd.rules.yml', () => {
  it('is what Prometheus reads', () => {
    expect(rules.length).toBeGreaterThan(5)
    // its own checker is not on every machine; the schema above is
    const promtool = findProgram('promtool')
    if (promtool === null) return
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'rules', file], { encoding: 'utf8' })
    expect(status, stdout + stderr).toBe(0)
  })

  it('asks for metrics and labels that driftd has', async () => {
    const product = await productMetrics()
    expect(rules.flatMap(({ expr }) => unknownIn(expr, product))).toEqual([])
    expect(rules.filter(({ expr }) => namedMetrics(expr).size === 0).map(({ alert }) => alert)).toEqual([
      'DriftdDown',
    ])
  })

  it('speaks only of labels that its expression keeps', () => {
    for (const { alert, expr, annotations } of rules) {
      const kept = /^sum by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ')
      const said = [...JSON.stringify(annotations).matchAll(/\$labels\.([a-z]+)/g)].map(([, label]) => label)
      if (kept !== undefined) expect(kept, alert).toEqual(expect.arrayContaining(said))
    }
  })

  it('names every alert once and says how loud it is', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    expect(rules.filter(({ labels }) => !['critical', 'warning'].includes(labels.severity ?? ''))).toEqual([])
  })
})
