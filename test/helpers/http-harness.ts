import { type ChannelEntry, createChannel } from '../../src/alert/index.js'
import type { ChannelHarness, ReceiverBehaviour } from '../contracts/channel-contract.js'
import { channelTools } from './channel-tools.js'
import { type ReceivedRequest, type Reply, startReceiver } from './http-receiver.js'

/** What a channel over HTTP needs to be put to the contract. */
export interface HttpChannel {
  /** The channel, and what the variable CHANNEL_SECRET holds for this secret. */
  entry(origin: string): ChannelEntry
  secretValue(origin: string, secret: string): string
  accept(request: ReceivedRequest): Reply
  refuse(request: ReceivedRequest): Reply
  /** A request as the contract looks at it; null: it carries no message. */
  textOf(request: ReceivedRequest): string | null
}

/** Starts a receiver that behaves like this, and the channel that sends to it. */
export async function startHttpHarness(
  http: HttpChannel,
  behaviour: ReceiverBehaviour,
  { secret, maxDeliveryMs }: { readonly secret: string | null; readonly maxDeliveryMs: number },
): Promise<ChannelHarness> {
  const receiver = await startReceiver((request) => replyTo(http, behaviour, request))
  const env = secret === null ? {} : { CHANNEL_SECRET: http.secretValue(receiver.origin, secret) }
  return {
    channel: createChannel('ops', http.entry(receiver.origin), channelTools(env, { maxDeliveryMs })),
    received: async () =>
      receiver.requests.map((request) => http.textOf(request)).filter((text) => text !== null),
    contacts: () => receiver.requests.length,
    close: () => receiver.close(),
  }
}

function replyTo(http: HttpChannel, behaviour: ReceiverBehaviour, request: ReceivedRequest): Reply {
  switch (behaviour) {
    case 'accept':
      return http.accept(request)
    case 'later':
      return { status: 429, headers: { 'retry-after': '30' } }
    case 'refuse':
      return http.refuse(request)
    case 'echo':
      return { status: 400, body: JSON.stringify(request) }
    case 'hang':
      return 'hang'
    case 'drop':
      return 'reset'
  }
}
