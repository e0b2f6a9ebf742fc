import { type Cost, type MeasuredCommand, measure, median } from './measure.js'

/** Two ways to the same answer. */
export interface Contest {
  readonly name: string
  readonly loop: MeasuredCommand
  readonly driftd: MeasuredCommand
  readonly rounds: number
  /** Throws where a run did not give the right answer: a wrong answer has no speed. */
  readonly check: (who: 'loop' | 'driftd', cost: Cost) => void
}

/** What came out; the ratios are those of the medians. */
export interface Comparison {
  readonly loop: readonly Cost[]
  readonly driftd: readonly Cost[]
  readonly wallRatio: number
  readonly cpuRatio: number
}

/** Runs both once to warm up, then in turns, so that what else the machine does hits both alike. */
export async function compare(contest: Contest): Promise<Comparison> {
  const costs: { readonly loop: Cost[]; readonly driftd: Cost[] } = { loop: [], driftd: [] }
  for (let round = 0; round <= contest.rounds; round += 1) {
    for (const who of ['loop', 'driftd'] as const) {
      const cost = await measure(contest[who])
      contest.check(who, cost)
      const seconds = `${(cost.wallMs / 1000).toFixed(1)} s wall, ${(cost.cpuMs / 1000).toFixed(1)} s CPU`
      console.log(`${contest.name}: ${round === 0 ? 'warm-up' : `round ${round}`}: ${who}: ${seconds}`)
      if (round > 0) costs[who].push(cost)
    }
  }
  const ratio = (of: (cost: Cost) => number): number =>
    median(costs.driftd.map(of)) / median(costs.loop.map(of))
  return { ...costs, wallRatio: ratio((cost) => cost.wallMs), cpuRatio: ratio((cost) => cost.cpuMs) }
}
