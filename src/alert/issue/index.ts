import type { ChannelKind } from '../channel-kind.js'
import { type IssueOptions, issueProblem, issueShape } from './options.js'

/** GitHub answers with a refusal where issues are made faster (its secondary rate limits). */
const MIN_INTERVAL_MS = 1_000

/** An issue on GitHub or GitLab for each matter, closed when it is over. */
export const issueChannel: ChannelKind<IssueOptions> = {
  type: 'issue',
  optionsShape: issueShape,
  problemOf: issueProblem,
  createSender: (request) => ({
    minIntervalMs: MIN_INTERVAL_MS,
    async send(delivery) {
      const { sendIssue } = await import('./send-issue.js')
      return sendIssue(request, delivery)
    },
  }),
}
