import { createChannel } from '../../../src/alert/index.js'
import {
  type ChannelHarness,
  describeChannel,
  type ReceiverBehaviour,
} from '../../contracts/channel-contract.js'
import { channelTools } from '../../helpers/channel-tools.js'
import { checkMail, parseMail } from '../../helpers/parse-mail.js'
import { startSmtpReceiver } from '../../helpers/smtp-receiver.js'
import { startSocketReceiver } from '../../helpers/socket-receiver.js'

const options = (port: number): Readonly<Record<string, unknown>> => ({
  from: 'driftd <driftd@acme.io>',
  to: ['ops@acme.io'],
  smtp: { host: '127.0.0.1', port, tls: 'none', username: 'driftd', password: { env: 'CHANNEL_SECRET' } },
})

describeChannel('email', {
  async start(behaviour, secret, maxDeliveryMs = 20_000) {
    const tools = channelTools(secret === null ? {} : { CHANNEL_SECRET: secret }, { maxDeliveryMs })
    return behaviour === 'hang' || behaviour === 'drop'
      ? startOnSocket(behaviour, tools)
      : startOnServer(behaviour, secret, tools)
  },
  identityOf: (received) => /^Message-ID: (.*)$/m.exec(received)?.[1] ?? '',
  check: (received) => checkMail(received.slice(received.indexOf('\0') + 1)),
})

type Tools = ReturnType<typeof channelTools>

async function startOnSocket(behaviour: ReceiverBehaviour, tools: Tools): Promise<ChannelHarness> {
  const receiver = await startSocketReceiver((socket) => {
    if (behaviour === 'drop') socket.destroy()
  })
  return {
    channel: createChannel('ops', { type: 'email', options: options(receiver.port) }, tools),
    received: async () => [],
    contacts: () => receiver.connections.length,
    close: () => receiver.close(),
  }
}

async function startOnServer(
  behaviour: ReceiverBehaviour,
  secret: string | null,
  tools: Tools,
): Promise<ChannelHarness> {
  const receiver = await startSmtpReceiver({
    password: secret ?? '',
    data: ({ raw }) => {
      if (behaviour === 'later') return '451 4.7.1 greylisted'
      if (behaviour === 'refuse') return '554 5.7.1 no'
      return behaviour === 'echo'
        ? `554 5.7.1 ${secret} ${Buffer.from(secret ?? '').toString('base64')} ${raw.slice(0, 50)}`
        : null
    },
  })
  return {
    channel: createChannel('ops', { type: 'email', options: options(receiver.port) }, tools),
    // what a reader sees, then the mail itself
    received: async () =>
      Promise.all(receiver.mails.map(async ({ raw }) => `${(await parseMail(raw)).text}\0${raw}`)),
    contacts: () => receiver.logins.length,
    close: () => receiver.close(),
  }
}
