import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogger } from '../../src/lib/logger.js'
import { createRedactor } from '../../src/lib/redact.js'
import { type RunningServer, startServer } from '../../src/server/server.js'
import { send } from '../helpers/raw-http.js'
import { fakeServed } from '../helpers/served.js'
import { collectLines } from '../lib/collect-lines.js'

const SECRET = 'canary-webhook-secret'
const BODY = '{"ref":"refs/heads/main","after":"é"}'
let running: RunningServer | null = null
let polls = 0

async function serve(webhookSecret: string | null, host = '127.0.0.1'): Promise<string> {
  const log = createLogger({
    verbosity: 'normal',
    redactor: createRedactor([]),
    destination: collectLines().stream,
  })
  const served = fakeServed({
    pollNow() {
      polls += 1
    },
  })
  running = await startServer({ listen: { host, port: 0 }, allowedHosts: [], webhookSecret, served, log })
  return running.url.replace('0.0.0.0', '127.0.0.1')
}

function deliver(url: string, headers: Readonly<Record<string, string>>, body = BODY) {
  return send(url, { method: 'POST', path: '/hooks/forge', headers, body })
}

const hubSignature = (body: string, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

beforeEach(() => {
  polls = 0
})
afterEach(async () => {
  await running?.stop()
  running = null
})

describe('a webhook of a forge', () => {
  it.each([
    ['of GitHub', { 'content-type': 'application/json', 'x-hub-signature-256': hubSignature(BODY) }],
    [
      'of GitHub as a form',
      { 'content-type': 'application/x-www-form-urlencoded', 'x-hub-signature-256': hubSignature(BODY) },
    ],
    ['of GitLab', { 'content-type': 'application/json', 'x-gitlab-token': SECRET }],
    ['without a type', { 'x-hub-signature-256': hubSignature(BODY) }],
  ])('%s means "poll now", off loopback too', async (_, headers) => {
    const answer = await deliver(await serve(SECRET, '0.0.0.0'), headers)
    expect(answer).toMatchObject({ status: 202, body: '{"accepted":true}\n' })
    expect(polls).toBe(1)
  })

  it.each([
    ['without a signature', {}],
    ['signed with another secret', { 'x-hub-signature-256': hubSignature(BODY, 'other') }],
    ['signed over other bytes', { 'x-hub-signature-256': hubSignature(`${BODY} `) }],
    ['with the hash alone', { 'x-hub-signature-256': hubSignature(BODY).slice('sha256='.length) }],
    ['with an empty signature', { 'x-hub-signature-256': '' }],
    ['with the old kind of signature', { 'x-hub-signature': hubSignature(BODY) }],
    ['with a part of the token', { 'x-gitlab-token': SECRET.slice(0, -1) }],
    ['with an empty token', { 'x-gitlab-token': '' }],
    [
      'with a token beside a wrong signature',
      { 'x-hub-signature-256': hubSignature('x'), 'x-gitlab-token': SECRET },
    ],
  ])('%s is refused', async (_, headers) => {
    const answer = await deliver(await serve(SECRET), { 'content-type': 'application/json', ...headers })
    expect(answer.status).toBe(401)
    expect(JSON.parse(answer.body).error.code).toBe('WEBHOOK_UNSIGNED')
    expect(answer.body).not.toContain(SECRET)
    expect(polls).toBe(0)
  })

  it('is not taken where no secret is configured, nor by another method', async () => {
    const headers = { 'x-hub-signature-256': hubSignature(BODY, '') }
    expect((await deliver(await serve(null), headers)).status).toBe(404)
    await running?.stop()
    const url = await serve(SECRET)
    for (const method of ['GET', 'PUT'])
      expect((await send(url, { method, path: '/hooks/forge' })).status, method).toBe(404)
  })

  it('may have a mebibyte, where everything else may have next to nothing', async () => {
    const url = await serve(SECRET)
    const body = 'x'.repeat(1024 * 1024)
    expect((await deliver(url, { 'x-hub-signature-256': hubSignature(body) }, body)).status).toBe(202)
    const longer = `${body}x`
    expect((await deliver(url, { 'x-hub-signature-256': hubSignature(longer) }, longer)).status).toBe(413)
    expect(polls).toBe(1)
  })

  it('is refused by another name and from a page of another origin', async () => {
    const url = await serve(SECRET)
    const signed = { 'x-hub-signature-256': hubSignature(BODY) }
    expect((await deliver(url, { ...signed, host: 'evil.example' })).status).toBe(403)
    expect((await deliver(url, { ...signed, origin: 'http://evil.example' })).status).toBe(403)
    expect(polls).toBe(0)
  })
})
