import type { Config } from '../config/schema.js'

const FIXED_KEYS = ['store', 'server', 'leaderLeaseMs', 'shutdownGraceMs'] as const

/** The keys of driftd.yaml that differ and that a running daemon does not take over. */
export function keysOfNextStart(
  former: Pick<Config, (typeof FIXED_KEYS)[number]>,
  next: Pick<Config, (typeof FIXED_KEYS)[number]>,
): readonly string[] {
  const isOther = (key: (typeof FIXED_KEYS)[number]): boolean =>
    JSON.stringify(former[key]) !== JSON.stringify(next[key])
  return FIXED_KEYS.filter(isOther).map((key) => key.replace(/Ms$/, ''))
}
