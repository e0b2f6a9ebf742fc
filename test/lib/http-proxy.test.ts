import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { type AddressInfo, connect, type LookupFunction, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DriftError } from '../../src/domain/errors.js'
import { createHttpClient, type HttpRequest } from '../../src/lib/http.js'
import { type Receiver, startReceiver } from '../helpers/http-receiver.js'
import { type Certificate, makeCertificate } from '../helpers/make-certificate.js'

const HOOK = 'https://hooks.example.test/services/canary-secret'
const closing: (() => unknown)[] = []
let certificate: Certificate

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'driftd-proxy-'))
  certificate = makeCertificate(folder)
  rmSync(folder, { recursive: true })
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Proxy {
  readonly url: string
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[]
}

/** A proxy on loopback that answers CONNECT so, and leads everywhere to one port: it knows names that this machine does not. */
async function startProxy(status: number | 'hang', targetPort: number): Promise<Proxy> {
  const asked: Proxy['asked'] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((_, response) => response.writeHead(400).end())
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
  server.on('connect', ({ url: path = '', headers }, client: Socket) => {
    asked.push({ path, headers })
    if (status === 'hang') return
    client.write(`HTTP/1.1 ${status} Answer\r\n\r\n`)
    if (status !== 200) return client.end()
    const upstream = connect(targetPort, '127.0.0.1')
    sockets.add(upstream.on('error', () => {}))
    upstream.pipe(client).pipe(upstream)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

async function startTarget(): Promise<Receiver> {
  const target = await startReceiver(() => ({ status: 200, body: 'ok' }), certificate)
  closing.push(() => target.close())
  return target
}

const unknownName: LookupFunction = (_, __, callback) =>
  callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), [])

const clientOf = (proxy: string, lookup = unknownName) =>
  createHttpClient({ ca: certificate.cert, env: { HTTPS_PROXY: proxy }, lookup })

const post = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url: HOOK,
  body: 'drift',
  timeoutMs: 20_000,
  ...more,
})

async function failureOf(answer: Promise<unknown>): Promise<DriftError> {
  const error = await answer.then(
    () => new Error('was answered'),
    (reason: unknown) => reason as DriftError,
  )
  expect(`${error.message} ${String(error.cause)}`).not.toContain('canary-secret')
  return error as DriftError
}

describe('a request through a proxy', () => {
  it('goes through a tunnel, encrypted for a host whose name only the proxy knows', async () => {
    const target = await startTarget()
    const proxy = await startProxy(200, target.port)
    const response = await clientOf(proxy.url)(post())
    expect([response.status, Buffer.from(response.body).toString()]).toEqual([200, 'ok'])
    expect(target.requests).toMatchObject([
      { method: 'POST', path: '/services/canary-secret', body: 'drift' },
    ])
    expect(proxy.asked).toMatchObject([{ path: 'hooks.example.test:443' }])
    expect(proxy.asked[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  it('says name and password to the proxy, and to it alone', async () => {
    const target = await startTarget()
    const proxy = await startProxy(200, target.port)
    await clientOf(proxy.url.replace('//', '//ops:p%40ss@'))(post())
    const basic = `Basic ${Buffer.from('ops:p@ss').toString('base64')}`
    expect(proxy.asked[0]?.headers['proxy-authorization']).toBe(basic)
    expect(target.requests[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  it('is no reason to trust a certificate for another name', async () => {
    const proxy = await startProxy(200, (await startTarget()).port)
    const failure = await failureOf(
      clientOf(proxy.url)(post({ url: 'https://other.example.test/canary-secret' })),
    )
    expect(failure).toMatchObject({ code: 'HTTP_FAILED' })
    expect(failure.message).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it('never leads to a private address, by number or by a name that is known here', async () => {
    const proxy = await startProxy(200, (await startTarget()).port)
    const inside: LookupFunction = (_, __, callback) => callback(null, [{ address: '10.0.0.7', family: 4 }])
    const refused = [
      clientOf(proxy.url)(post({ url: 'https://10.0.0.7/canary-secret' })),
      clientOf(proxy.url, inside)(post()),
    ]
    for (const answer of refused) expect((await failureOf(answer)).code).toBe('ENDPOINT_REFUSED')
    expect(proxy.asked).toEqual([])
    expect((await clientOf(proxy.url, inside)(post({ allowPrivate: true }))).status).toBe(200)
  })

  it('names the proxy, without its password, and what to do where it lets nothing through', async () => {
    const denied = await startProxy(403, 1)
    const url = denied.url.replace('//', '//ops:canary-secret@')
    const failure = await failureOf(clientOf(url)(post()))
    expect(failure.code).toBe('HTTP_FAILED')
    expect(failure.message).toBe(
      `the proxy ${denied.url} made no connection to https://hooks.example.test (403): check HTTPS_PROXY and that it lets this host through, or name the host in NO_PROXY`,
    )
    const nameless = await startProxy(407, 1)
    expect((await failureOf(clientOf(nameless.url)(post()))).message).toContain('put name and password into')
    const gone = await failureOf(clientOf('http://127.0.0.1:1')(post()))
    expect(gone.message).toMatch(/^the proxy http:\/\/127\.0\.0\.1:1 made no connection .*\(ECONNREFUSED\)/)
  })

  it('is refused where a header holds what none may, once there is a tunnel', async () => {
    const proxy = await startProxy(200, (await startTarget()).port)
    const headers = { authorization: 'Bearer canary-secret\nx: y' }
    expect((await failureOf(clientOf(proxy.url)(post({ headers })))).code).toBe('ENDPOINT_REFUSED')
  })

  it('ends at its deadline, and when it is stopped, while the proxy says nothing', async () => {
    const proxy = await startProxy('hang', 1)
    expect((await failureOf(clientOf(proxy.url)(post({ timeoutMs: 300 })))).code).toBe('TIMEOUT')
    const controller = new AbortController()
    const answer = failureOf(clientOf(proxy.url)(post({ signal: controller.signal })))
    await expect.poll(() => proxy.asked.length, { timeout: 10_000 }).toBe(2)
    controller.abort()
    expect((await answer).code).toBe('INTERRUPTED')
  })
})
