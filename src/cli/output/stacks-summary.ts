import type { ScanStatus } from '../../domain/scan.js'

/** What is quiet comes first, so that what is loud stands right above the prompt. */
export const STATUS_ORDER: readonly ScanStatus[] = ['in-sync', 'pending', 'incomplete', 'failed', 'drifted']

/** `12 stacks: 1 drifted, 1 failed, 10 in-sync`; loudest first. */
export function stacksSummary(stacks: readonly { readonly status: ScanStatus | 'unknown' }[]): string {
  const statuses = [...STATUS_ORDER].reverse()
  const counts = [...statuses, 'unknown' as const].flatMap((status) => {
    const count = stacks.filter((stack) => stack.status === status).length
    return count > 0 ? [`${count} ${status}`] : []
  })
  const heading = `${stacks.length} ${stacks.length === 1 ? 'stack' : 'stacks'}`
  return counts.length === 0 ? heading : `${heading}: ${counts.join(', ')}`
}
