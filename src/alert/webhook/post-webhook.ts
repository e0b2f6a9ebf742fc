import { alertDocument } from '../../documents/alert-document.js'
import { jsonText } from '../../documents/json-text.js'
import type { AlertMessage } from '../../domain/alert-message.js'
import type { DeliveryOutcome } from '../channel.js'
import type { Delivery, SenderRequest } from '../channel-kind.js'
import { decideRefusal } from '../http-outcome.js'
import type { WebhookOptions } from './options.js'
import { signWebhook } from './sign.js'

const TIMEOUT_MS = 30_000

/** Posts the message as JSON, signed as Standard Webhooks says. What the receiver answers is known by its status only. */
export async function postWebhook(
  { options, tools }: SenderRequest<WebhookOptions>,
  { message, signal, read }: Delivery,
): Promise<DeliveryOutcome> {
  const nowMs = tools.clock.now().getTime()
  const body = jsonText(alertDocument(message), { isIndented: false })
  const secret = options.secret === undefined ? null : await read(options.secret)
  const response = await tools.http({
    method: 'POST',
    url: await read(options.url),
    headers: headersOf(message, { body, secret, nowMs }),
    body,
    timeoutMs: TIMEOUT_MS,
    allowPrivate: options.allowPrivate,
    signal,
  })
  if (response.status >= 200 && response.status < 300) {
    return { status: 'delivered', receipt: null, warning: null }
  }
  return decideRefusal('the webhook', response, nowMs)
}

function headersOf(
  { id }: AlertMessage,
  { body, secret, nowMs }: { readonly body: string; readonly secret: string | null; readonly nowMs: number },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1_000))
  const signature =
    secret === null ? {} : { 'webhook-signature': signWebhook({ id, timestamp, body }, secret) }
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...signature,
  }
}
