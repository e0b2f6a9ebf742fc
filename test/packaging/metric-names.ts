import { createMetrics } from '../../src/server/metrics.js'
import { buildScan } from '../helpers/build-record.js'
import { buildStatus } from '../helpers/build-status.js'

/** Every metric of the daemon with the labels it has, as a scrape shows them. */
export async function productMetrics(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = createMetrics('0.0.0')
  metrics.countScan(buildScan(), 0)
  metrics.countDelivery('ops', 'delivered')
  const text = await metrics.render({
    stacks: [buildStatus()],
    openRecords: [{ stack: 'a', kind: 'changed', severity: 'low', count: 1 }],
    exitCodeMetrics: new Map([['terraform', 'terradiff_plan_exit_code']]),
    queue: { waiting: 0, running: 0, oldestWaitMs: 0 },
    isLeader: true,
    repositories: [{ name: 'infra', isReachable: true }],
    engineMemory: [{ stack: 'a', bytes: 1 }],
    storeBytes: 1,
  })
  const found = new Map<string, ReadonlySet<string>>()
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm))
    found.set(name, new Set([...labels.matchAll(/([a-z_]+)="/g)].map(([, label]) => label ?? '')))
  return found
}

/** Metrics that an expression of PromQL names, each with the labels it asks for. */
export function namedMetrics(expression: string): ReadonlyMap<string, readonly string[]> {
  const metrics = expression.matchAll(/\b((?:driftd|terradiff|process|nodejs)_[a-z_]+)(?:\{([^}]*)\})?/g)
  return new Map(
    [...metrics].map(([, name = '', matchers = '']) => [
      name,
      [...matchers.matchAll(/([a-z_]+)(?:=~|!~|!=|=)/g)].map(([, label]) => label ?? ''),
    ]),
  )
}

/** Labels that Prometheus adds to what it scrapes. */
const ADDED_LABELS = new Set(['job', 'instance'])

/** What an expression asks for that the daemon does not have, in words; empty where it has it all. */
export function unknownIn(
  expression: string,
  product: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  return [...namedMetrics(expression)].flatMap(([name, labels]) => {
    const has = product.get(name)
    if (has === undefined) return [name]
    return labels
      .filter((label) => !has.has(label) && !ADDED_LABELS.has(label))
      .map((label) => `${name}{${label}}`)
  })
}
