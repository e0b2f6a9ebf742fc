import { Octokit } from '@octokit/rest'
import { afterEach, describe, expect, it } from 'vitest'
import { createFetch } from '../../src/lib/fetch-adapter.js'
import { createHttpClient } from '../../src/lib/http.js'
import { type Receiver, startReceiver } from '../helpers/http-receiver.js'

const limits = { timeoutMs: 20_000, maxResponseBytes: 1_000, allowPrivate: true }
const fetchLike = createFetch(createHttpClient(), limits)
let receiver: Receiver | undefined
afterEach(() => receiver?.close())

describe('createFetch', () => {
  it('carries Octokit', async () => {
    receiver = await startReceiver(() => ({
      status: 201,
      headers: { 'content-type': 'application/json' },
      body: '{"number":7}',
    }))
    const octokit = new Octokit({ auth: 'abc', baseUrl: receiver.origin, request: { fetch: fetchLike } })
    const { data } = await octokit.rest.issues.create({ owner: 'acme', repo: 'infra', title: 'x' })
    expect(data.number).toBe(7)
    expect(receiver.requests[0]).toMatchObject({ method: 'POST', path: '/repos/acme/infra/issues' })
    expect(receiver.requests[0]?.headers.authorization).toBe('token abc')
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toEqual({ title: 'x' })
  })

  it('gives an answer without body, and the URL it is of', async () => {
    receiver = await startReceiver(() => ({ status: 204 }))
    const response = await fetchLike(new URL(`${receiver.origin}/x`), { method: 'DELETE' })
    expect(response.status).toBe(204)
    expect(response.url).toBe(`${receiver.origin}/x`)
    expect(await response.text()).toBe('')
  })

  it('gives no half of an answer', async () => {
    receiver = await startReceiver(() => ({ status: 200, body: 'x'.repeat(1_001) }))
    await expect(fetchLike(`${receiver.origin}/canary-secret`)).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      message: expect.not.stringContaining('canary-secret') as string,
    })
  })
})
