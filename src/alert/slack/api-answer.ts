import { z } from 'zod'
import type { HttpResponse } from '../../lib/http.js'
import type { DeliveryOutcome } from '../channel.js'
import { decideRefusal, retryAfter } from '../http-outcome.js'

/** What the Web API of Slack said. */
export type ApiAnswer =
  | { readonly type: 'posted'; readonly channel: string; readonly ts: string }
  /** It does not take the blocks. */
  | { readonly type: 'bad-format' }
  /** The message that was to be changed or answered is not there any more. */
  | { readonly type: 'no-message' }
  | { readonly type: 'failed'; readonly outcome: DeliveryOutcome }

const answerSchema = z.object({
  ok: z.boolean(),
  channel: z.string().max(100).optional().catch(undefined),
  ts: z.string().max(40).optional().catch(undefined),
  error: z
    .string()
    .regex(/^[a-z_]{1,60}$/)
    .catch('unknown_error'),
})

const BAD_FORMAT = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long'])
const NO_MESSAGE = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'update_failed',
  'thread_not_found',
])
const CHECK_TOKEN = 'check the token'
/** Refusals that somebody must mend; whatever is not among them is tried again. */
const REMEDIES: Readonly<Record<string, string>> = {
  channel_not_found: 'check the channel, and invite the bot to it',
  not_in_channel: 'invite the bot to the channel',
  is_archived: 'the channel is archived; configure another one',
  restricted_action: 'the workspace does not let the bot post there',
  missing_scope: 'the bot needs the scope chat:write',
  no_permission: 'the bot needs the scope chat:write',
  not_allowed_token_type: 'configure a bot token (xoxb-)',
  invalid_auth: CHECK_TOKEN,
  not_authed: CHECK_TOKEN,
  account_inactive: CHECK_TOKEN,
  token_revoked: CHECK_TOKEN,
  token_expired: CHECK_TOKEN,
  invalid_arguments: 'it does not take this message',
  no_text: 'it does not take this message',
}

/** What an answer of the Web API means; most refusals come with status 200. */
export function readApiAnswer(response: HttpResponse, nowMs: number): ApiAnswer {
  const { status, headers } = response
  if (status === 429) return failed(retryAfter('Slack asks for fewer messages (429)', headers, nowMs))
  if (status !== 200) return failed(decideRefusal('Slack', response, nowMs))
  const answer = parseAnswer(response)
  if (answer === null) return failed(later('Slack answered 200 with what is no answer of its API'))
  const { ok, channel, ts, error } = answer
  if (ok && channel !== undefined && ts !== undefined) return { type: 'posted', channel, ts }
  if (ok) return failed(later('Slack took the message without naming it'))
  if (BAD_FORMAT.has(error)) return { type: 'bad-format' }
  if (NO_MESSAGE.has(error)) return { type: 'no-message' }
  const remedy = Object.hasOwn(REMEDIES, error) ? REMEDIES[error] : undefined
  if (remedy === undefined) return failed(retryAfter(`Slack refused (${error})`, headers, nowMs))
  return failed({ status: 'rejected', problem: `Slack refused (${error}): ${remedy}` })
}

function parseAnswer({ body }: HttpResponse): z.output<typeof answerSchema> | null {
  try {
    return answerSchema.safeParse(JSON.parse(Buffer.from(body).toString('utf8'))).data ?? null
  } catch {
    return null
  }
}

function failed(outcome: DeliveryOutcome): ApiAnswer {
  return { type: 'failed', outcome }
}

function later(problem: string): DeliveryOutcome {
  return { status: 'retry', problem, retryAfterMs: null }
}
