import type { GateBundle } from './gate-bundle.js'
import { type Finding, failedForNow, passed } from './gate-result.js'

/** P7: nothing is changed unless the daemon's own configuration says so. */
export function checkEnabled({ policy }: Pick<GateBundle, 'policy'>): Finding {
  return policy.isEnabled
    ? passed('remediation is switched on')
    : failedForNow('remediation is switched off', 'set remediation.enabled: true in driftd.yaml')
}

/** The kill switch. */
export function checkFreeze({ freeze }: GateBundle): Finding {
  if (freeze === null) return passed('nothing is frozen')
  const { reason, by, at } = freeze
  return failedForNow(`${by} froze everything at ${at}: ${reason}`, 'driftd freeze --lift')
}

/** Times in which nothing is carried out. */
export function checkWindows({ windows }: GateBundle): Finding {
  const [reason] = windows
  return reason === undefined
    ? passed('no freeze window is open')
    : failedForNow(`a freeze window is open: ${reason}`, 'wait until it closes, before the request expires')
}
