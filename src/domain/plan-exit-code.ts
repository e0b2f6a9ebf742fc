import type { ScanStatus } from './scan.js'

/**
 * A scan in the words of `terraform plan -detailed-exitcode`: 0 nothing differs, 2 something does (code that nobody applied
 * included, as a plan is not empty then), 1 there is no whole verdict.
 */
export function planExitCode(status: ScanStatus): 0 | 1 | 2 {
  if (status === 'in-sync') return 0
  return status === 'drifted' || status === 'pending' ? 2 : 1
}
