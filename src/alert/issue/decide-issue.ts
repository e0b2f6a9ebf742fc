import type { AlertMessage, AlertReason } from '../../domain/alert-message.js'
import { isAllOver } from '../form/headline.js'
import type { Issue } from './issue-dialect.js'

/** What a message does to the issue of its matter. */
export type IssueStep =
  | { readonly step: 'none'; readonly warning: string | null }
  /** `isOpen: false`: it is a notice that nobody has to work on; whoever follows the repository sees it. */
  | { readonly step: 'create'; readonly isOpen: boolean }
  | { readonly step: 'update'; readonly isOpen: boolean; readonly isNews: boolean }
  | { readonly step: 'refuse'; readonly problem: string }

/** What is there before. */
export interface IssuesNow {
  /** The issue of this matter; null: there is none. */
  readonly known: Issue | null
  /** Open issues that driftd made. */
  readonly openCount: number
  readonly maxOpen: number
}

const NOTICES: ReadonlySet<AlertReason> = new Set(['digest', 'still-alive', 'test'])
/** A changed text reaches nobody who follows an issue; these are worth a comment. */
const NEWS: ReadonlySet<AlertReason> = new Set(['drift-changed', 'severity-raised'])

/** One issue for a matter: made once, changed in place, closed when everything is over. */
export function decideIssue(message: AlertMessage, { known, openCount, maxOpen }: IssuesNow): IssueStep {
  const isOver = isAllOver(message)
  const { reason } = message
  if (known !== null) {
    // somebody closed it: that is an answer, until there is news
    if (!known.isOpen && reason === 'repeat-due') {
      return {
        step: 'none',
        warning: `issue ${known.number} was closed: it is not opened again for a reminder`,
      }
    }
    return { step: 'update', isOpen: !isOver && !NOTICES.has(reason), isNews: NEWS.has(reason) }
  }
  if (isOver) return { step: 'none', warning: null }
  if (NOTICES.has(reason)) return { step: 'create', isOpen: false }
  if (openCount < maxOpen) return { step: 'create', isOpen: true }
  const problem = `${openCount} issues of driftd are open, and maxOpen is ${maxOpen}: close some, or raise it, then send this again`
  return { step: 'refuse', problem }
}
