import cron from 'node-cron'

/** Enough runs to see the gap over a weekend of a schedule that runs every half hour of the working day. */
const RUNS_LOOKED_AT = 120

/**
 * The longest time between two runs of a cron expression, in milliseconds, judged by its next runs: over a night or a
 * weekend in which a schedule rests, its stack is not stale.
 */
export function longestIntervalMs(schedule: string, timezone: string): number {
  const task = cron.createTask(schedule, () => undefined, { timezone })
  const runs = task.getNextRuns(RUNS_LOOKED_AT)
  return runs.reduce((longest, run, index) => {
    const before = runs[index - 1]
    return before === undefined ? longest : Math.max(longest, run.getTime() - before.getTime())
  }, 0)
}
