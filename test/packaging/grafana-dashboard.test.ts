import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'
import { productMetrics, unknownIn } from './metric-names.js'

const dashboardSchema = z.object({
  uid: z.literal('driftd'),
  schemaVersion: z.int().min(36),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.int(),
      type: z.enum(['stat', 'timeseries', 'table']),
      title: z.string().min(1),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      datasource: z.object({ type: z.literal('prometheus'), uid: z.string().regex(/^\$\{datasource\}$/) }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string() })).min(1),
    }),
  ),
})
const text = readFileSync(join(REPOSITORY_ROOT, 'packaging/grafana/driftd.json'), 'utf8')
const dashboard = dashboardSchema.parse(JSON.parse(text))
const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))

describe('packaging/grafana/driftd.json', () => {
  it('asks for metrics and labels that driftd has', async () => {
    const product = await productMetrics()
    expect(expressions.flatMap((expression) => unknownIn(expression, product))).toEqual([])
  })

  it('shows every metric of driftd', async () => {
    const own = [...(await productMetrics()).keys()].filter((name) => name.startsWith('driftd_'))
    const families = new Set(own.map((name) => name.replace(/_(bucket|sum|count)$/, '')))
    expect([...families].filter((name) => !text.includes(name) && name !== 'driftd_build_info')).toEqual([])
  })

  it('uses variables that it declares', () => {
    const declared = new Set(dashboard.templating.list.map(({ name }) => `$${name}`))
    const used = new Set(expressions.flatMap((expression) => expression.match(/\$[a-z]+/g) ?? []))
    expect([...used].filter((name) => !declared.has(name))).toEqual([])
  })

  it('lays panels beside each other, each with an id of its own', () => {
    const cells = new Set<string>()
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x} ${y}`), `${title} lies over another panel`).toBe(false)
          cells.add(`${x} ${y}`)
        }
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  })
})
