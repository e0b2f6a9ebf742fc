import type { Examination } from '../../domain/examination.js'
import { APP_RIGHTS, type Installation, TEAM_RIGHTS } from './installation.js'

const RANKS: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 }

/** What was found, before it is said of what. */
export type Finding = Omit<Examination, 'what'>

/** What an installation may, against what driftd needs and what it should not have. */
export function examineRights(
  { slug, permissions, isSuspended }: Installation,
  approvers: readonly string[],
): Finding {
  if (isSuspended)
    return {
      state: 'problem',
      detail: `the app ${slug} is suspended: nothing can be proposed or checked`,
      fix: 'resume its installation in the settings of its owner',
    }
  const hasTeams = approvers.some((approver) => approver.startsWith('@'))
  const needed = Object.entries({ ...APP_RIGHTS, ...(hasTeams ? TEAM_RIGHTS : {}) })
  const lacking = needed.filter(([right, level]) => rankOf(permissions[right]) < rankOf(level))
  if (lacking.length > 0) {
    const rights = lacking.map(([right, level]) => `${right}: ${level}`).join(', ')
    return {
      state: 'problem',
      detail: `the app ${slug} lacks ${rights}`,
      fix: `give it ${rights} in its settings, then accept that in the settings of its installation`,
    }
  }
  if (permissions.administration === 'write')
    return {
      state: 'warning',
      detail: `the app ${slug} may administrate the repository, and so change its protection`,
      fix: 'take administration from it; driftd asks for tokens without it, but its private key is worth more',
    }
  return { state: 'ok', detail: `the app ${slug} may propose requests`, fix: null }
}

/** The bot that proposes never approves; nothing where it is on no list. */
export function examineOwnBot({ slug }: Installation, approvers: readonly string[]): readonly Finding[] {
  const found = approvers.find((approver) => approver === slug || approver === `${slug}[bot]`)
  if (found === undefined) return []
  const detail = `the approver ${found} is the app that driftd proposes as: an approval of it never counts`
  return [{ state: 'problem', detail, fix: 'take it off remediation.approvals.approvers' }]
}

function rankOf(level: string | undefined): number {
  return RANKS[level ?? ''] ?? 0
}
