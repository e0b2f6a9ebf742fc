import type { DriftChanges, FollowDrift } from '../domain/drift.js'
import type { IgnoreRule, Ignoring } from '../domain/ignore-rule.js'
import { followDrift } from '../domain/lifecycle.js'
import type { Scan, ScanWarning } from '../domain/scan.js'
import { failpoint } from '../lib/failpoint.js'
import type { Following, ScanJob, ScanTools } from './scan-job.js'

/** What is written with a scan beside its baseline. */
export interface ScanFollowing {
  readonly follow?: FollowDrift
  readonly ruleHits?: Ignoring['hits']
}

/** What is known of the stack beside its scan. */
export interface FollowContext {
  readonly following: Following
  readonly memory: {
    /** When the last good scan before this one began. */
    readonly lastGoodScanAt: string | null
    readonly code: string | null
  }
  readonly hits: Ignoring['hits']
}

/**
 * Prepares what becomes of the stack's drift; the store asks for it in the transaction of the scan, so that no other
 * program's scan or acknowledgement is lost between reading and writing.
 */
export function followScan(
  job: ScanJob,
  tools: ScanTools,
  { scan, following, memory, hits }: FollowContext & { readonly scan: Scan },
): ScanFollowing {
  const { confirm, firstScan } = following
  const request = {
    scan,
    confirm,
    firstScan,
    lastGoodScanAt: memory.lastGoodScanAt,
    code: memory.code,
    remediated: new Set(job.remediated),
    now: tools.clock.now().toISOString(),
    newId: tools.newId,
  }
  const follow = (previous: Parameters<FollowDrift>[0]): DriftChanges => {
    const changes = followDrift(request, previous)
    failpoint('scan.followed')
    return changes
  }
  return { follow, ruleHits: hits }
}

/** What a scan says of rules that have expired and would still match. */
export function expiredWarnings(expired: readonly IgnoreRule[]): readonly ScanWarning[] {
  return expired.map(({ match, owner, until }) => ({
    code: 'IGNORE_RULE_EXPIRED',
    message: `the ignore rule for ${match} (owner ${owner}) ended on ${until}, and what it accepted is still there: give it a later date in .driftd.yaml, or correct the difference`,
  }))
}
