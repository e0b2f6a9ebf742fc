import type { Comparison } from './compare.js'
import { type Cost, median } from './measure.js'

/** What a comparison is to reach. */
export interface Target {
  /** driftd's wall over the loop's; null where only CPU counts. */
  readonly wall: number | null
  /** The same of CPU; null where only wall counts. */
  readonly cpu: number | null
  /** What one would like to reach beyond the target, or null. */
  readonly aim: number | null
  /** What stands for driftd in the table; default: a repeated `driftd scan`. */
  readonly driftd?: string
}

/** The rows of a comparison and a sentence that says whether it reached its figures. */
export function renderComparison(comparison: Comparison, target: Target, loopName: string): string {
  const rows = [
    row(loopName, comparison.loop),
    row(target.driftd ?? '`driftd scan`, repeated', comparison.driftd),
    `| ratio of the medians | **${comparison.wallRatio.toFixed(2)}** | **${comparison.cpuRatio.toFixed(2)}** | |`,
  ]
  return `| | wall | CPU | wall of each round |\n|---|---|---|---|\n${rows.join('\n')}\n\n${judge(comparison, target)}\n`
}

/** Whether the figures were reached, said plainly. */
export function judge(comparison: Comparison, target: Target): string {
  const sentences: string[] = []
  if (target.wall !== null) sentences.push(judgeOne('wall', comparison.wallRatio, target.wall, target.aim))
  if (target.cpu !== null) sentences.push(judgeOne('CPU', comparison.cpuRatio, target.cpu, target.aim))
  return sentences.join(' ')
}

function judgeOne(what: string, ratio: number, limit: number, aim: number | null): string {
  const allowed = `at most ${limit.toFixed(2)}`
  if (ratio > limit) return `**${what}: ${ratio.toFixed(2)} falls short of ${allowed}.**`
  if (aim !== null && ratio > aim)
    return `${what}: ${ratio.toFixed(2)} reaches ${allowed}, not the aim of ${aim.toFixed(2)}.`
  return `${what}: ${ratio.toFixed(2)} reaches ${aim === null ? allowed : `the aim of ${aim.toFixed(2)}`}.`
}

function row(name: string, costs: readonly Cost[]): string {
  const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1)
  const walls = costs.map((cost) => cost.wallMs)
  const cpus = costs.map((cost) => cost.cpuMs)
  return `| ${name} | ${seconds(median(walls))} s | ${seconds(median(cpus))} s | ${walls.map(seconds).join(', ')} |`
}
