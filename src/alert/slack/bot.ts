import { z } from 'zod'
import type { AlertMessage, AlertReason } from '../../domain/alert-message.js'
import type { JsonValue } from '../../domain/record.js'
import type { DeliveryOutcome } from '../channel.js'
import { type ApiAnswer, readApiAnswer } from './api-answer.js'
import { SENT_AS_PLAIN_TEXT, type SlackPayload } from './payload.js'
import type { SlackPost } from './post.js'

/** The message that a thread hangs on. */
export interface ThreadRoot {
  /** Slack's id of the channel; its API changes messages by that only. */
  readonly channel: string
  readonly root: string
}

/** What one delivery with a bot token goes by. */
export interface BotDelivery {
  readonly payload: SlackPayload
  readonly message: AlertMessage
  readonly receipts: readonly JsonValue[]
  /** As configured: `#ops`, or an id. */
  readonly channel: string
  /** Calls a method of the API. */
  call(method: string, payload: Readonly<Record<string, unknown>>): ReturnType<SlackPost>
  readonly nowMs: number
}

type Answered = ApiAnswer & { readonly isPlain: boolean }

const receiptSchema = z.object({ channel: z.string(), root: z.string() })
const NEW_THREAD = 'the first message of the thread is gone: a new one was begun'

/** What people must see although the thread has it: the others are quiet in the channel. */
const BROADCAST: ReadonlySet<AlertReason> = new Set([
  'severity-raised',
  'repeat-due',
  'scan-failing',
  'stale',
])

/**
 * The first message of a matter begins a thread; each later one changes that message in place, so that the channel shows
 * how it stands now, and tells the news in the thread. Changing twice does no harm, so it goes first.
 */
export async function postAsBot(delivery: BotDelivery): Promise<DeliveryOutcome> {
  const thread = threadOf(delivery.receipts)
  if (thread === null) return begin(delivery, null)
  const { channel, root } = thread
  const updated = await callWithFallback(delivery, 'chat.update', { channel, ts: root })
  if (updated.type === 'no-message') return begin(delivery, NEW_THREAD)
  if (updated.type === 'failed') return updated.outcome
  const reply = { channel, thread_ts: root, reply_broadcast: BROADCAST.has(delivery.message.reason) }
  const posted = await callWithFallback(delivery, 'chat.postMessage', reply)
  if (posted.type === 'no-message') return begin(delivery, NEW_THREAD)
  return outcomeOf(posted, root, null)
}

/** The thread of the latest receipt; null where there is none that can be read. */
export function threadOf(receipts: readonly JsonValue[]): ThreadRoot | null {
  return receiptSchema.safeParse(receipts.at(-1)).data ?? null
}

async function begin(delivery: BotDelivery, warning: string | null): Promise<DeliveryOutcome> {
  const { channel } = delivery
  return outcomeOf(await callWithFallback(delivery, 'chat.postMessage', { channel }), null, warning)
}

async function callWithFallback(
  { payload, call, nowMs }: BotDelivery,
  method: string,
  place: Readonly<Record<string, unknown>>,
): Promise<Answered> {
  const rich = readApiAnswer(await call(method, { ...payload.rich, ...place }), nowMs)
  if (rich.type !== 'bad-format') return { ...rich, isPlain: false }
  // an update keeps blocks that it does not name
  const plain = await call(method, { ...payload.plain, blocks: [], ...place })
  return { ...readApiAnswer(plain, nowMs), isPlain: true }
}

function outcomeOf(answer: Answered, root: string | null, warning: string | null): DeliveryOutcome {
  if (answer.type === 'failed') return answer.outcome
  if (answer.type !== 'posted')
    return { status: 'rejected', problem: 'Slack does not take the message, not even as plain text' }
  const { channel, ts, isPlain } = answer
  const warnings = [warning, isPlain ? SENT_AS_PLAIN_TEXT : null].filter((text) => text !== null)
  return {
    status: 'delivered',
    receipt: { channel, ts, root: root ?? ts },
    warning: warnings.length === 0 ? null : warnings.join('; '),
  }
}
