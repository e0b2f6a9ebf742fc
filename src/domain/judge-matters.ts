import type { Matter } from './alert-matter.js'
import type { MatterMemory } from './alert-memory.js'
import type { AlertPace, Hold } from './alert-reason.js'

/** A matter on its way to a channel. */
export interface PlacedMatter {
  readonly matter: Matter
  /** How fast its route wants it told; null: no route brings it to the channel. */
  readonly pace: AlertPace | null
  readonly hold: Exclude<Hold, 'inhibited'> | null
  /** When the hold ends by itself; null: not known, or no hold. */
  readonly holdUntilMs: number | null
}

/** Why a channel is told of a matter, or not. */
export type MatterVerdict =
  | 'fresh'
  | 'told'
  /** Told, and not told on for the time being; or not told for the time being. */
  | Hold
  /** It has to be there for longer. */
  | 'early'
  /** Somebody knows of it, or it is not confirmed yet. */
  | 'quiet'
  /** It is over, and the channel never knew. */
  | 'over'
  | 'no-route'

/** A matter, what the channel knows of it, and what is to be done with it. */
export interface JudgedMatter extends PlacedMatter {
  readonly memory: MatterMemory | null
  readonly verdict: MatterVerdict
  /** When the verdict may become another one although nothing happens; null: never. */
  readonly untilMs: number | null
}

/** Says of each matter of some stacks whether one channel is to be told. `memory` is what that channel knows. */
export function judgeMatters(
  placed: readonly PlacedMatter[],
  memory: readonly MatterMemory[],
  nowMs: number,
): readonly JudgedMatter[] {
  const known = new Map(memory.map((row) => [row.matter, row]))
  const context = { known, nowMs, troubled: troubledStacks(placed, known, nowMs) }
  return placed.map((one) => {
    const verdict = judge(one, context)
    return {
      ...one,
      memory: known.get(one.matter.id) ?? null,
      verdict,
      untilMs: untilOf(one, verdict, context),
    }
  })
}

interface Context {
  readonly known: ReadonlyMap<string, MatterMemory>
  readonly troubled: ReadonlySet<string>
  readonly nowMs: number
}

/** Stacks of which the channel knows, or learns now, that their scans say nothing: their drift is old news. */
function troubledStacks(
  placed: readonly PlacedMatter[],
  known: Context['known'],
  nowMs: number,
): ReadonlySet<string> {
  const context = { known, nowMs, troubled: new Set<string>() }
  const troubles = placed.filter(({ matter }) => matter.kind === 'scan' && matter.state === 'firing')
  return new Set(
    troubles
      .filter((one) => ['fresh', 'told'].includes(judge(one, context)))
      .map(({ matter }) => matter.stack),
  )
}

function judge(one: PlacedMatter, context: Context): MatterVerdict {
  const { matter, pace, hold } = one
  const isTold = isToldIn(context.known.get(matter.id))
  if (matter.state === 'quiet') return 'quiet'
  if (!isTold && matter.state === 'over') return 'over'
  if (!isTold && pace === null) return 'no-route'
  if (!isTold && firesAtMs(matter, context) > context.nowMs) return 'early'
  if (hold !== null) return hold
  if (matter.kind !== 'scan' && matter.state === 'firing' && context.troubled.has(matter.stack))
    return 'inhibited'
  return isTold ? 'told' : 'fresh'
}

function untilOf(one: PlacedMatter, verdict: MatterVerdict, context: Context): number | null {
  const { matter, holdUntilMs } = one
  if (verdict === 'early') return earlier(matter.changesAtMs, firesAtMs(matter, context))
  if (verdict === 'muted' || verdict === 'inactive') return earlier(matter.changesAtMs, holdUntilMs)
  return matter.changesAtMs
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

function firesAtMs(matter: Matter, { known, nowMs }: Context): number {
  const noticedAt = known.get(matter.id)?.noticedAt
  return (noticedAt === undefined ? nowMs : Date.parse(noticedAt)) + matter.delayMs
}

function isToldIn(row: MatterMemory | undefined): boolean {
  return row !== undefined && row.alertKey !== null
}
