import { mkdtemp, rm } from 'node:fs/promises'
import type { LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DriftError } from '../../src/domain/errors.js'
import { createHttpClient, type HttpRequest } from '../../src/lib/http.js'
import { type Receiver, type Reply, startReceiver } from '../helpers/http-receiver.js'
import { type Certificate, makeCertificate } from '../helpers/make-certificate.js'

const SECRET_PATH = '/services/T000/B000/canary-secret?token=canary-secret'
const open: Receiver[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()))
})

async function receive(reply: Reply, tls?: Certificate): Promise<Receiver> {
  const receiver = await startReceiver(() => reply, tls)
  open.push(receiver)
  return receiver
}

const client = createHttpClient()
const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  timeoutMs: 20_000,
  allowPrivate: true,
  ...more,
})

async function failureOf(request: HttpRequest, ask = client): Promise<DriftError> {
  const error = await ask(request).then(
    () => new Error('was answered'),
    (reason: unknown) => reason as DriftError,
  )
  const everything = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
  expect(everything).not.toContain('canary-secret')
  return error as DriftError
}

/** A name server of our own: each name has these addresses, one after the other in time. */
function nameServer(...answers: readonly (readonly string[])[]): { lookup: LookupFunction; asked: string[] } {
  const asked: string[] = []
  const lookup: LookupFunction = (hostname, options, callback) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(hostname)
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    if (options.all) callback(null, all)
    else callback(null, all[0]?.address ?? '', all[0]?.family ?? 4)
  }
  return { lookup, asked }
}

describe('an exchange', () => {
  it('gives status, headers and body, and sends what it was told', async () => {
    const receiver = await receive({ status: 418, headers: { 'Retry-After': '7' }, body: 'teapot' })
    const response = await client(
      get(`${receiver.origin}/a?b=c`, { method: 'POST', headers: { 'x-one': '1' }, body: '{"ä":1}' }),
    )
    expect(response).toMatchObject({ status: 418, headers: { 'retry-after': '7' }, isTruncated: false })
    expect(Buffer.from(response.body).toString()).toBe('teapot')
    const [request] = receiver.requests
    expect(request).toMatchObject({ method: 'POST', path: '/a?b=c', body: '{"ä":1}' })
    expect(request?.headers).toMatchObject({ 'x-one': '1', 'content-length': '8', 'user-agent': 'driftd' })
  })

  it('follows no redirect', async () => {
    const target = await receive({ status: 200, body: 'inside' })
    const receiver = await receive({ status: 302, headers: { location: target.origin } })
    expect((await client(get(receiver.origin))).status).toBe(302)
    expect(target.requests).toEqual([])
  })

  it('cuts a long answer off', async () => {
    const receiver = await receive({ status: 200, body: 'x'.repeat(1_000_000) })
    const response = await client(get(receiver.origin, { maxResponseBytes: 100 }))
    expect(response).toMatchObject({ isTruncated: true, body: { length: 100 } })
  })

  it('takes an answer that was complete before the connection was reset', async () => {
    const receiver = await receive('reset-after-body')
    expect(Buffer.from((await client(get(receiver.origin))).body).toString()).toBe('ok')
  })

  it.each([
    ['reset', 'HTTP_FAILED', 'ECONNRESET'],
    ['reset-in-body', 'HTTP_FAILED', 'ECONNRESET'],
  ] as const)('fails on a connection with %s', async (reply, code, reason) => {
    const receiver = await receive(reply)
    const error = await failureOf(get(receiver.origin + SECRET_PATH))
    expect(error.code).toBe(code)
    expect(error.message).toBe(
      `${receiver.origin} gave no complete answer (${reason}): check that it is up, and that this machine may reach it`,
    )
  })

  it.each(['hang', 'drip'] as const)('ends at its deadline where the other side does %s', async (reply) => {
    const receiver = await receive(reply)
    const error = await failureOf(get(receiver.origin + SECRET_PATH, { timeoutMs: 300 }))
    expect(error.code).toBe('TIMEOUT')
  })

  it('ends when the signal is aborted, before and during', async () => {
    const receiver = await receive('hang')
    const early = get(receiver.origin + SECRET_PATH, { signal: AbortSignal.abort() })
    expect((await failureOf(early)).code).toBe('INTERRUPTED')
    expect(receiver.requests).toEqual([])
    const controller = new AbortController()
    const late = failureOf(get(receiver.origin + SECRET_PATH, { signal: controller.signal }))
    await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(1)
    controller.abort()
    expect((await late).code).toBe('INTERRUPTED')
  })

  it('fails where nobody listens, and where the name is unknown', async () => {
    const receiver = await startReceiver(() => 'hang')
    await receiver.close()
    const refused = await failureOf(get(receiver.origin + SECRET_PATH))
    expect(refused).toMatchObject({ code: 'HTTP_FAILED', retryable: true })
    expect(refused.message).toContain('ECONNREFUSED')
    const noNames = createHttpClient({
      lookup: (_, __, callback) => callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), []),
    })
    const unknown = await failureOf(get(`https://hooks.example.test${SECRET_PATH}`), noNames)
    expect(unknown.message).toContain('https://hooks.example.test gave no complete answer (ENOTFOUND)')
  })
})

describe('what is never asked', () => {
  it.each([
    ['plain http', 'http://hooks.example.test'],
    ['another scheme', 'ftp://hooks.example.test'],
    ['a file', 'file:///etc/passwd'],
    ['no URL', 'hooks.example.test/canary-secret'],
    ['loopback', 'https://127.0.0.1'],
    ['loopback, short', 'https://127.1'],
    ['loopback, decimal', 'https://2130706433'],
    ['loopback, octal', 'https://0177.0.0.1'],
    ['loopback, hexadecimal', 'https://0x7f000001'],
    ['loopback, in wide digits', 'https://１２７.0.0.1'],
    ['loopback, IPv6', 'https://[::1]'],
    ['loopback, mapped', 'https://[::ffff:127.0.0.1]'],
    ['metadata', 'https://169.254.169.254'],
    ['metadata, IPv6', 'https://[fd00:ec2::254]'],
    ['nothing', 'https://0'],
  ])('refuses %s', async (_, origin) => {
    const error = await failureOf({ method: 'GET', url: origin + SECRET_PATH, timeoutMs: 20_000 })
    expect(error).toMatchObject({ code: 'ENDPOINT_REFUSED', retryable: false })
  })

  it('refuses credentials in a URL', async () => {
    const error = await failureOf(get('https://bob:canary-secret@hooks.example.test'))
    expect(error.message).toBe('https://hooks.example.test is not asked: take the credentials out of its URL')
  })

  it('refuses a header with a line break without repeating it', async () => {
    const headers = { authorization: 'Bearer canary-secret\r\nx: y' }
    const error = await failureOf(get('https://hooks.example.test', { headers }))
    expect(error.code).toBe('ENDPOINT_REFUSED')
  })

  it.each([
    ['a private address', ['10.0.0.1']],
    ['a private address beside a public one', ['1.1.1.1', '169.254.169.254']],
    ['a mapped one', ['::ffff:127.0.0.1']],
  ])('refuses a name that has %s', async (_, addresses) => {
    const names = nameServer(addresses)
    const ask = createHttpClient({ lookup: names.lookup })
    const request = { ...get(`https://hooks.example.test${SECRET_PATH}`), allowPrivate: false }
    const error = await failureOf(request, ask)
    expect(error.code).toBe('ENDPOINT_REFUSED')
    expect(names.asked).toEqual(['hooks.example.test'])
  })

  it('refuses localhost by what it resolves to', async () => {
    const error = await failureOf({
      method: 'GET',
      url: `https://localhost${SECRET_PATH}`,
      timeoutMs: 20_000,
    })
    expect(error.code).toBe('ENDPOINT_REFUSED')
  })
})

describe('names and certificates', () => {
  let certificate: Certificate
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'driftd-http-'))
    certificate = makeCertificate(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('asks for a name once, and connects to what it was told then', async () => {
    const receiver = await receive({ status: 200, body: 'ok' }, certificate)
    const names = nameServer(['127.0.0.1'], ['127.0.0.2'])
    const ask = createHttpClient({ lookup: names.lookup, ca: certificate.cert })
    const response = await ask(get(`https://hooks.example.test:${receiver.port}/`))
    expect(response.status).toBe(200)
    expect(names.asked).toEqual(['hooks.example.test'])
    expect(receiver.requests[0]?.headers.host).toBe(`hooks.example.test:${receiver.port}`)
  })

  it('sends nothing to a server whose certificate is not trusted', async () => {
    const receiver = await receive({ status: 200, body: 'ok' }, certificate)
    const error = await failureOf(get(receiver.origin + SECRET_PATH))
    expect(error.message).toContain('check its certificate')
    expect(receiver.requests).toEqual([])
  })

  it('sends nothing to a server whose certificate is for another name', async () => {
    const receiver = await receive({ status: 200, body: 'ok' }, certificate)
    const ask = createHttpClient({ lookup: nameServer(['127.0.0.1']).lookup, ca: certificate.cert })
    const error = await failureOf(get(`https://other.example.test:${receiver.port}${SECRET_PATH}`), ask)
    expect(error.message).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(receiver.requests).toEqual([])
  })
})
