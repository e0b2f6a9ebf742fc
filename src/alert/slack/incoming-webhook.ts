import type { HttpResponse } from '../../lib/http.js'
import type { DeliveryOutcome } from '../channel.js'
import { decideRefusal, retryAfter } from '../http-outcome.js'
import { SENT_AS_PLAIN_TEXT, type SlackPayload } from './payload.js'
import type { SlackPost } from './post.js'

/** What Slack answers is a code of its own; anything else is not repeated. */
const CODE = /^[a-z_]{1,60}$/

/** Posts to an incoming webhook; where Slack does not take the blocks, once more as plain text. */
export async function postToWebhook(
  { rich, plain }: SlackPayload,
  webhookUrl: string,
  { post, nowMs }: { readonly post: SlackPost; readonly nowMs: number },
): Promise<DeliveryOutcome> {
  const response = await post(webhookUrl, rich)
  if (response.status !== 400) return decideAnswer(response, nowMs, null)
  return decideAnswer(await post(webhookUrl, plain), nowMs, SENT_AS_PLAIN_TEXT)
}

/** What an answer means: 200 alone is no promise, since every proxy can say so. */
function decideAnswer(response: HttpResponse, nowMs: number, warning: string | null): DeliveryOutcome {
  const { status, headers } = response
  const body = Buffer.from(response.body).toString('utf8').trim()
  if (status === 200) {
    if (body === 'ok' || isSuccess(body)) return { status: 'delivered', receipt: null, warning }
    const problem =
      'the Slack webhook answered 200, but not "ok": the message may not have arrived; check that webhookUrl is one of Slack'
    return { status: 'rejected', problem }
  }
  if (status === 429) return retryAfter('Slack asks for fewer messages (429)', headers, nowMs)
  const code = CODE.test(body) ? ` ${body}` : ''
  if (status === 404) {
    const problem = `the Slack webhook answered 404${code}: it is gone or was switched off; make a new one`
    return { status: 'rejected', problem }
  }
  return decideRefusal(`the Slack webhook${code === '' ? '' : ` (${code.trim()})`}`, response, nowMs)
}

/** Mattermost and Rocket.Chat, which take the same messages, answer with JSON. */
function isSuccess(body: string): boolean {
  return /^\{\s*"(?:ok|success)"\s*:\s*true\s*[,}]/.test(body)
}
