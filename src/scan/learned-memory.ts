import type { Fence } from '../domain/running-scan.js'
import type { ScheduleStore } from '../store/schedule-store.js'

/** How much memory each stack's engines were seen to need. */
export interface LearnedMemory {
  /** Bytes, or null where it was never measured. Never throws: a store that fails tells nothing. */
  expectedBytes(stack: string): Promise<number | null>
  /** Takes one more measured peak into account. Never throws. */
  learn(stack: string, peakBytes: number): Promise<void>
}

/** What it is kept in. */
export interface LearnedMemoryParts {
  readonly schedule: Pick<ScheduleStore, 'stackSchedules' | 'saveStackSchedules'>
  /** Of a daemon that leads; null: a command by hand. */
  readonly fence: Fence | null
}

/** A stack that needs less than before is believed slowly: the next scan may need it all again. */
const FORGET_SHARE = 0.1
/** Changes below this share are not worth a write. */
const NOTABLE_SHARE = 0.05

/** What the store remembers of the memory of stacks. */
export function createLearnedMemory({ schedule, fence }: LearnedMemoryParts): LearnedMemory {
  const recall = async (stack: string): Promise<number | null> => {
    const [known] = await schedule.stackSchedules([stack])
    return known?.peakMemoryBytes ?? null
  }
  return {
    expectedBytes: (stack) => recall(stack).catch(() => null),
    async learn(stack, peakBytes) {
      try {
        const known = await recall(stack)
        const learned = decideLearned(known, peakBytes)
        if (learned !== known) await schedule.saveStackSchedules([{ stack, peakMemoryBytes: learned }], fence)
      } catch {
        // learned at the next scan; that the store fails, the scan itself says
      }
    },
  }
}

/** What is known after one more peak: the higher of both, and a little less each time it was lower. */
export function decideLearned(knownBytes: number | null, peakBytes: number): number {
  if (knownBytes === null || peakBytes >= knownBytes) return peakBytes
  const isNotable = knownBytes - peakBytes > knownBytes * NOTABLE_SHARE
  return isNotable ? Math.round(knownBytes - (knownBytes - peakBytes) * FORGET_SHARE) : knownBytes
}
