import { afterEach, describe, expect, it } from 'vitest'
import type { Channel, DeliveryOutcome } from '../../../src/alert/channel.js'
import { createChannel } from '../../../src/alert/index.js'
import { DRIFT_MESSAGE } from '../../helpers/build-message.js'
import { channelTools } from '../../helpers/channel-tools.js'
import { type Certificate, makeCertificate } from '../../helpers/make-certificate.js'
import { type SmtpBehaviour, type SmtpReceiver, startSmtpReceiver } from '../../helpers/smtp-receiver.js'
import { startSocketReceiver } from '../../helpers/socket-receiver.js'
import { tempFolder } from '../../lib/temp-folder.js'

const NEVER = new AbortController().signal
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()))
})

async function receive(behaviour: SmtpBehaviour = {}): Promise<SmtpReceiver> {
  const receiver = await startSmtpReceiver(behaviour)
  open.push(receiver)
  return receiver
}

interface Setup {
  readonly to?: readonly string[]
  readonly smtp?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  readonly envelopeFrom?: string
  readonly maxDeliveryMs?: number
}

function channelTo({ port }: { readonly port: number }, setup: Setup = {}): Channel {
  const { to = ['ops@acme.io'], smtp = {}, env = {}, envelopeFrom, maxDeliveryMs = 20_000 } = setup
  const options = {
    from: 'driftd <driftd@acme.io>',
    to,
    smtp: { host: '127.0.0.1', port, tls: 'none', ...smtp },
    ...(envelopeFrom === undefined ? {} : { envelopeFrom }),
  }
  return createChannel('ops', { type: 'email', options }, channelTools(env, { maxDeliveryMs }))
}

const send = (channel: Channel): Promise<DeliveryOutcome> =>
  channel.deliver(DRIFT_MESSAGE, { receipts: [] }, NEVER)

describe('an SMTP server', () => {
  it('gets the mail, with the envelope that was configured', async () => {
    const receiver = await receive()
    const channel = channelTo(receiver, {
      to: ['Ops <ops@acme.io>', 'b@acme.io'],
      envelopeFrom: 'bounces@acme.io',
    })
    expect(await send(channel)).toEqual({ status: 'delivered', receipt: null, warning: null })
    expect(receiver.mails[0]).toMatchObject({ from: 'bounces@acme.io', to: ['ops@acme.io', 'b@acme.io'] })
    expect(receiver.mails[0]?.raw).toContain('From: driftd <driftd@acme.io>')
    expect(receiver.mails[0]?.raw).toContain('To: Ops <ops@acme.io>, b@acme.io')
  })

  it('that refuses one of three recipients is told as a warning', async () => {
    const receiver = await receive({
      recipient: (address) => (address === 'gone@acme.io' ? '550 5.1.1 no such user' : null),
    })
    const outcome = await send(channelTo(receiver, { to: ['a@acme.io', 'gone@acme.io', 'b@acme.io'] }))
    expect(outcome).toMatchObject({
      status: 'delivered',
      warning: '1 of 3 recipients refused: gone@acme.io (550 5.1.1 no such user)',
    })
    expect(receiver.mails[0]?.to).toEqual(['a@acme.io', 'b@acme.io'])
  })

  it('that refuses everybody for good is given up', async () => {
    const outcome = await send(channelTo(await receive({ recipient: () => '550 5.1.1 no' })))
    expect(outcome).toMatchObject({
      status: 'rejected',
      problem: expect.stringContaining('ops@acme.io (550'),
    })
  })

  it('that puts one off is asked again for that one only', async () => {
    let isGreylisting = true
    const receiver = await receive({
      recipient: (address) => (address === 'b@acme.io' && isGreylisting ? '450 4.2.0 greylisted' : null),
    })
    const channel = channelTo(receiver, { to: ['a@acme.io', 'b@acme.io'] })
    expect(await send(channel)).toMatchObject({
      status: 'retry',
      problem: expect.stringContaining('greylisted'),
    })
    isGreylisting = false
    expect(await send(channel)).toMatchObject({ status: 'delivered', warning: null })
    expect(receiver.mails.map(({ to }) => to)).toEqual([['a@acme.io'], ['b@acme.io']])
    const ids = receiver.mails.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw)?.[1])
    expect(ids[0]).toBe(ids[1])
  })

  it.each([
    ['sender', '550 5.7.1 relaying denied', 'rejected'],
    ['sender', '451 4.3.0 try later', 'retry'],
    ['data', '552 5.3.4 too big', 'rejected'],
    ['data', '421 4.3.2 shutting down', 'retry'],
  ] as const)('that answers to the %s with %s', async (step, reply, status) => {
    const outcome = await send(channelTo(await receive({ [step]: () => reply })))
    expect(outcome).toMatchObject({ status, problem: expect.stringContaining(reply) })
  })

  it('is logged in to, with the password of the moment', async () => {
    const receiver = await receive({ password: 'new-canary-password' })
    const env: Record<string, string> = { P: 'old-canary-password' }
    const channel = channelTo(receiver, { smtp: { username: 'driftd', password: { env: 'P' } }, env })
    const refused = await send(channel)
    expect(refused).toMatchObject({
      status: 'retry',
      problem: expect.stringContaining('check username and password'),
    })
    expect(JSON.stringify(refused)).not.toContain('canary')
    env.P = 'new-canary-password'
    expect((await send(channel)).status).toBe('delivered')
    expect(receiver.mails[0]?.user).toBe('driftd')
  })

  it('that is not there is tried again', async () => {
    const receiver = await startSmtpReceiver()
    await receiver.close()
    const outcome = await send(channelTo(receiver))
    expect(outcome).toMatchObject({ status: 'retry', problem: expect.stringContaining('ECONNREFUSED') })
  })

  it('that sends a byte now and then does not hold the delivery for ever', async () => {
    const receiver = await startSocketReceiver((socket) => {
      const timer = setInterval(() => socket.write('2'), 20)
      socket.on('close', () => clearInterval(timer))
    })
    open.push(receiver)
    const outcome = await send(channelTo(receiver, { maxDeliveryMs: 300 }))
    expect(outcome.status).toBe('retry')
    await expect.poll(() => receiver.connections[0]?.destroyed, { timeout: 10_000 }).toBe(true)
  })

  it('that answers without end is left', async () => {
    const receiver = await startSocketReceiver((socket) => void socket.write(`220-${'x'.repeat(1_000_000)}`))
    open.push(receiver)
    expect((await send(channelTo(receiver))).status).toBe('retry')
  })
})

describe('TLS', () => {
  const certificate = (): Certificate & { readonly ca: string } => {
    const folder = tempFolder()
    return { ...makeCertificate(folder), ca: `${folder}/cert.pem` }
  }

  it.each([
    ['starttls', false],
    ['implicit', true],
  ])('%s carries mail and login encrypted', async (tls, secure) => {
    const { ca, ...options } = certificate()
    const receiver = await receive({
      password: 'secret-password',
      options: { ...options, secure, allowInsecureAuth: false },
    })
    const smtp = { tls, ca, username: 'driftd', password: { env: 'P' } }
    const outcome = await send(channelTo(receiver, { smtp, env: { P: 'secret-password' } }))
    expect(outcome).toMatchObject({ status: 'delivered' })
    expect(receiver.mails[0]).toMatchObject({ isEncrypted: true, user: 'driftd' })
  })

  it('is never given up silently: a server without STARTTLS gets neither mail nor password', async () => {
    const receiver = await receive({ password: 'secret-password' })
    const smtp = { tls: 'starttls', username: 'driftd', password: { env: 'P' } }
    const outcome = await send(channelTo(receiver, { smtp, env: { P: 'secret-password' } }))
    expect(outcome).toMatchObject({ status: 'retry', problem: expect.stringContaining('offers no TLS') })
    expect([...receiver.mails, ...receiver.logins]).toEqual([])
  })

  it('goes to no server whose certificate is not trusted', async () => {
    const { ca: _, ...options } = certificate()
    const receiver = await receive({ options: { ...options, secure: false } })
    const outcome = await send(channelTo(receiver, { smtp: { tls: 'starttls' } }))
    expect(outcome).toMatchObject({ status: 'retry', problem: expect.stringContaining('certificate') })
    expect(receiver.mails).toEqual([])
  })

  it('takes a file of authorities that cannot be read as trouble that may pass', async () => {
    const outcome = await send(channelTo(await receive(), { smtp: { tls: 'starttls', ca: '/no/such/file' } }))
    expect(outcome).toMatchObject({ status: 'retry', problem: expect.stringContaining('/no/such/file') })
  })
})
