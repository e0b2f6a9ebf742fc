import { afterEach, describe, expect, it } from 'vitest'
import { DriftError } from '../../src/domain/errors.js'
import { createLogger } from '../../src/lib/logger.js'
import { createRedactor } from '../../src/lib/redact.js'
import type { Served } from '../../src/server/served.js'
import { type RunningServer, startServer } from '../../src/server/server.js'
import { get, send, talk } from '../helpers/raw-http.js'
import { fakeServed } from '../helpers/served.js'
import { collectLines } from '../lib/collect-lines.js'

let running: RunningServer | null = null
const logged = collectLines()
const log = createLogger({
  verbosity: 'normal',
  redactor: createRedactor([]),
  destination: logged.stream,
})

async function serve(overrides: Partial<Served> = {}, host = '127.0.0.1'): Promise<string> {
  const served = fakeServed(overrides)
  running = await startServer({
    listen: { host, port: 0 },
    allowedHosts: [],
    webhookSecret: null,
    served,
    log,
  })
  return running.url
}

afterEach(async () => {
  await running?.stop()
  running = null
})

describe('the probes', () => {
  it('answer on the address that the server names, whatever port it got', async () => {
    const url = await serve()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/)
    expect(await get(url, '/healthz')).toMatchObject({ status: 200, body: 'alive\n' })
    expect(await get(url, '/metrics')).toMatchObject({
      status: 200,
      body: 'driftd_leader 1\n',
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    })
  })

  it('say what is not ready', async () => {
    const checks = [
      { name: 'store', isReady: true, problem: null },
      { name: 'leader', isReady: false, problem: 'the lease is lost' },
    ] as const
    const url = await serve({ readiness: async () => checks })
    const answer = await get(url, '/readyz')
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.body)).toEqual({ ready: false, checks })
  })
})

describe('the API', () => {
  it('takes names with slashes, percent-encoded', async () => {
    const url = await serve()
    for (const path of ['/api/v1/stacks/prod%2Fnetwork', '/api/v1/stacks/prod%2fnetwork/history'])
      expect(await get(url, path), path).toMatchObject({ status: 200, body: '{"asked":"prod/network"}\n' })
    expect((await get(url, '/api/v1/records/k7x2')).status).toBe(200)
    expect((await get(url, '/api/v1/scans')).status).toBe(200)
    expect((await get(url, '/api/v1/status')).status).toBe(200)
  })

  it('takes a name of 128 characters, every one of them encoded', async () => {
    const name = `${'a'.repeat(63)}/${'b'.repeat(64)}`
    const url = await serve({ stack: async (asked) => ({ isSame: asked === name }) })
    const encoded = [...name].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
    expect((await get(url, `/api/v1/stacks/${encoded}`)).body).toBe('{"isSame":true}\n')
  })

  it('says which code an error has', async () => {
    const url = await serve({
      status: async () => Promise.reject(new DriftError('STORE_LOCKED', 'held by backup')),
      scans: async () => Promise.reject(new Error('secret detail')),
    })
    const unknown = await get(url, '/api/v1/records/zzzz')
    expect(unknown.status).toBe(404)
    expect(JSON.parse(unknown.body)).toEqual({
      schemaVersion: 1,
      error: { code: 'RECORD_UNKNOWN', message: 'there is none of that name' },
    })
    expect(await get(url, '/api/v1/status')).toMatchObject({
      status: 503,
      body: expect.stringContaining('STORE_LOCKED'),
    })
    const defect = await get(url, '/api/v1/scans')
    expect(defect.status).toBe(500)
    expect(defect.body).not.toContain('secret')
    expect(logged.text()).toContain('secret detail')
  })

  it('gives a terminal nothing to obey', async () => {
    const url = await serve({ status: async () => ({ address: '\u001b[31m\u202e' }) })
    const { body } = await get(url, '/api/v1/status')
    expect(body).toBe('{"address":"\\u001b[31m\\u202e"}\n')
  })
})

describe('what must not get through', () => {
  it.each([
    '/',
    '/api/v1/stacks/prod/network',
    '/api/v1/stacks/prod%252Fnetwork',
    '/api/v1/stacks/..%2F..%2Fetc%2Fpasswd',
    '/api/v1/stacks/..',
    '/api/v1/stacks/%2e%2e%2fstatus',
    '/api/v1/stacks/prod%2Fnetwork%00',
    '/api/v1/stacks/%zz',
    '/api/v1/stacks/%c0%ae%c0%ae',
    '/api/v1/../../etc/passwd',
    '/../etc/passwd',
    '//etc/passwd',
    '/api/v1/stacks/',
    '/API/v1/status',
    '/metrics/',
    `/api/v1/stacks/${'a'.repeat(401)}`,
  ])('%s is not there', async (path) => {
    const url = await serve()
    expect((await get(url, path)).status).toBe(404)
  })

  it('refuses other names and other origins, without a word of what it has', async () => {
    const url = await serve()
    const { host } = new URL(url)
    for (const headers of [
      { host: 'evil.example' },
      { host: 'evil.example:7780' },
      { host, origin: 'http://evil.example' },
      { host, origin: 'null' },
    ]) {
      for (const path of ['/api/v1/status', '/metrics', '/healthz']) {
        const answer = await get(url, path, headers)
        expect(answer.status).toBe(403)
        expect(JSON.parse(answer.body).error.code).toBe('HOST_REFUSED')
      }
    }
  })

  it('allows no other origin, no sniffing, no keeping, no framing', async () => {
    const url = await serve()
    for (const path of ['/api/v1/status', '/healthz', '/nothing', '/api/v1/stacks/%zz']) {
      const { headers } = await get(url, path)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(Object.keys(headers).filter((name) => /^access-control|^server$|^x-powered/.test(name))).toEqual(
        [],
      )
    }
  })

  it('writes nothing, whatever the method', async () => {
    const url = await serve()
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      expect((await send(url, { method, path: '/api/v1/status' })).status, method).toBe(404)
  })

  it('takes no long headers, no long bodies and no rubbish', async () => {
    const url = await serve()
    const { host } = new URL(url)
    const long = await talk(url, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nX: ${'a'.repeat(9_000)}\r\n\r\n`)
    expect(long).toMatch(/^HTTP\/1\.1 431 /)
    expect(await talk(url, 'rubbish\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    const headers = { 'content-type': 'application/json' }
    const body = await send(url, { method: 'POST', path: '/healthz', headers, body: 'x'.repeat(2_000) })
    expect(body.status).toBeGreaterThanOrEqual(400)
    expect((await get(url, '/healthz')).status).toBe(200)
  })
})

describe('off loopback', () => {
  it('serves the probes and nothing else', async () => {
    const url = (await serve({}, '0.0.0.0')).replace('0.0.0.0', '127.0.0.1')
    for (const path of ['/healthz', '/readyz', '/metrics'])
      expect((await get(url, path)).status, path).toBe(200)
    for (const path of [
      '/api/v1/status',
      '/api/v1/scans',
      '/api/v1/stacks/prod%2Fnetwork',
      '/api/v1/records/k7x2',
    ])
      expect(JSON.parse((await get(url, path)).body).error.code, path).toBe('PATH_UNKNOWN')
  })
})

describe('starting and stopping', () => {
  it('says so where the address is taken', async () => {
    const port = Number(new URL(await serve()).port)
    const second = startServer({
      listen: { host: '127.0.0.1', port },
      allowedHosts: [],
      webhookSecret: null,
      served: fakeServed(),
      log,
    })
    await expect(second).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: expect.stringContaining('EADDRINUSE'),
    })
  })

  it('waits for an answer under way, not for connections that only stand', async () => {
    let finish: (value: object) => void = () => undefined
    const url = await serve({ status: () => new Promise((resolve) => (finish = resolve)) })
    const answer = get(url, '/api/v1/status')
    const idle = talk(url, '')
    await expect.poll(() => finish.length).toBe(1)
    const stopped = running?.stop()
    finish({ isAnswered: true })
    expect((await answer).body).toBe('{"isAnswered":true}\n')
    await stopped
    expect(await idle).toBe('')
    await running?.stop()
  })
})
