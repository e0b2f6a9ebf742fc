import type { JudgedMatter } from '../domain/judge-matters.js'
import type { BudgetLeft } from '../domain/plan-alerts.js'
import type { DispatchParts } from './dispatch-parts.js'
import { lookAtStacks, type StackView, type ViewRequest } from './look-at-stacks.js'
import { type PlannedChannels, planChannels } from './plan-channels.js'

/** Some stacks, and what every channel is told of them. */
export interface Evaluation extends PlannedChannels {
  readonly view: StackView
}

/** Decides what every channel is told of some stacks now; writes nothing. */
export async function evaluateStacks(parts: DispatchParts, request: ViewRequest): Promise<Evaluation> {
  const { nowMs, names } = request
  const view = await lookAtStacks(parts, request)
  const causes = view.matters.flatMap(({ state, cause }) =>
    state === 'firing' && cause !== null ? [cause] : [],
  )
  const memory = await parts.store.alertMemory({ stacks: names, causes: [...new Set(causes)] })
  const budgets = await readBudgets(parts, nowMs)
  return { view, ...planChannels({ view, memory, policy: parts.policy, nowMs, budgets }) }
}

/** Stacks with something new that its channel is told later: they are looked at again together. */
export function waitingStacks({ channels }: Evaluation): ReadonlySet<string> {
  const isWaiting = ({ verdict, memory }: JudgedMatter): boolean =>
    verdict === 'fresh' && (memory === null || memory.alertKey === null)
  return new Set(
    channels.flatMap(({ plan }) => {
      const told = new Set(plan.messages.flatMap(({ decision }) => decision.news.fresh))
      return plan.judged
        .filter((judged) => isWaiting(judged) && !told.has(judged.matter))
        .map(({ matter }) => matter.stack)
    }),
  )
}

async function readBudgets(
  { store, channels, policy }: DispatchParts,
  nowMs: number,
): Promise<ReadonlyMap<string, BudgetLeft>> {
  const budgets = new Map<string, BudgetLeft>()
  for (const channel of channels) {
    const { messages, perMs } = policy.budgetOf(channel)
    const sent = await store.messagesSince(channel, new Date(nowMs - perMs).toISOString())
    const freesAtMs = (sent.firstAt === null ? nowMs : Date.parse(sent.firstAt)) + perMs
    budgets.set(channel, { messages: Math.max(0, messages - sent.count), freesAtMs })
  }
  return budgets
}
