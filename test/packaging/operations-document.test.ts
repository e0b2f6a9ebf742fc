import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'
import { productMetrics } from './metric-names.js'

const text = readFileSync(join(REPOSITORY_ROOT, 'docs/operations.md'), 'utf8')

describe('docs/operations.md', () => {
  it('explains every metric of driftd with its labels, and no other', async () => {
    const product = await productMetrics()
    const families = new Map(
      [...product]
        .filter(([name]) => /^(driftd|terradiff)_/.test(name))
        .map(([name, labels]) => [
          name.replace(/_(bucket|sum|count)$/, ''),
          [...labels].filter((label) => label !== 'le'),
        ]),
    )
    const rows = [...text.matchAll(/^\| (`(?:driftd|terradiff)_[^|]*) \|([^|]*)\|/gm)]
    const explained = new Map(
      rows.flatMap(([, names = '', labels = '']) =>
        [...names.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => [
          name,
          labels
            .split(',')
            .map((label) => label.trim())
            .filter((label) => label !== ''),
        ]),
      ),
    )
    expect(Object.fromEntries(explained)).toEqual(Object.fromEntries(families))
  })

  it('names every path that the server has', () => {
    const routes = readFileSync(join(REPOSITORY_ROOT, 'src/server/routes.ts'), 'utf8')
    const paths = [...routes.matchAll(/'(\/[^']+)'/g)].map(([, path = '']) =>
      path.replace(':name', 'NAME').replace(':id', 'ID'),
    )
    expect(paths.length).toBeGreaterThan(5)
    expect(paths.filter((path) => !text.includes(`\`${path}\``))).toEqual([])
  })
})
