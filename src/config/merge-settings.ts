import type { Setting } from '../lib/schema/setting.js'
import type { WeekWindow } from '../lib/week-window.js'
import type { StackSettingsInput } from './sections/stack-settings.js'

const DEFAULT_SCHEDULE = '0 * * * *'

/** What driftd does with a stack, beside scanning it; every default filled in. */
export interface StackSettings {
  /** Cron expression, and the zone it is meant in. */
  readonly schedule: string
  readonly timezone: string
  /** Null: three times the interval of the schedule. */
  readonly maxAgeMs: number | null
  readonly confirm: number
  readonly firstScan: 'alert' | 'baseline'
  /** Parts of the week in which it may be scanned; empty: always. */
  readonly only: readonly WeekWindow[]
  readonly pause: boolean
  readonly runAs: string | null
  readonly env: Readonly<Record<string, Setting>>
  readonly applyEnv: Readonly<Record<string, Setting>>
  /** Undefined: `DEFAULT_INHERITED` of scan/environment.ts. */
  readonly inheritEnv: readonly string[] | undefined
}

/** What is set below, and above it: each key above wins, maps are merged by key. */
export function mergeSettings(below: StackSettingsInput, above: StackSettingsInput): StackSettingsInput {
  return {
    ...below,
    ...above,
    labels: { ...below.labels, ...above.labels },
    env: { ...below.env, ...above.env },
    applyEnv: { ...below.applyEnv, ...above.applyEnv },
  }
}

/** Settings with every default of product.md. */
export function completeSettings(set: StackSettingsInput): StackSettings {
  return {
    schedule: set.schedule ?? DEFAULT_SCHEDULE,
    timezone: set.timezone ?? 'UTC',
    maxAgeMs: set.maxAgeMs ?? null,
    confirm: set.confirm ?? 1,
    firstScan: set.firstScan ?? 'alert',
    only: set.only ?? [],
    pause: set.pause ?? false,
    runAs: set.runAs ?? null,
    env: set.env ?? {},
    applyEnv: set.applyEnv ?? {},
    inheritEnv: set.inheritEnv,
  }
}
