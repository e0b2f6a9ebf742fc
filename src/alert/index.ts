import { DriftError } from '../domain/errors.js'
import type { Channel } from './channel.js'
import type { ChannelKind, ChannelTools } from './channel-kind.js'
import { emailChannel } from './email/index.js'
import { guardSender } from './guard-sender.js'
import { issueChannel } from './issue/index.js'
import { slackChannel } from './slack/index.js'
import { webhookChannel } from './webhook/index.js'

/** The types of channels that driftd comes with. One more is one folder and one line here. */
export const channelKinds: readonly ChannelKind[] = [emailChannel, slackChannel, webhookChannel, issueChannel]

/** A channel as the configuration has it: its type, and the options that the schema of the type gave. */
export interface ChannelEntry {
  readonly type: string
  readonly options: Readonly<Record<string, unknown>>
}

/** The channel of that name. Throws INTERNAL where the list has no such type, which no valid configuration asks for. */
export function createChannel(name: string, { type, options }: ChannelEntry, tools: ChannelTools): Channel {
  const kind = channelKinds.find((candidate) => candidate.type === type)
  if (kind === undefined) throw new DriftError('INTERNAL', `there is no channel of type ${type}`)
  const sender = kind.createSender({ name, options: options as never, tools })
  return guardSender(sender, { name, type, tools })
}
