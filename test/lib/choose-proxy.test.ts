import { describe, expect, it } from 'vitest'
import { chooseProxy } from '../../src/lib/choose-proxy.js'

const HOOK = 'https://hooks.example.test/services/canary-secret'
const choose = (url: string, env: Readonly<Record<string, string>>): string | null =>
  chooseProxy(new URL(url), env)?.host ?? null

describe('the proxy of a URL', () => {
  it.each([
    [{ HTTPS_PROXY: 'http://proxy.example.test:3128' }, 'proxy.example.test:3128'],
    [
      { https_proxy: 'proxy.example.test:3128', HTTPS_PROXY: 'http://other.example.test' },
      'proxy.example.test:3128',
    ],
    [{ ALL_PROXY: 'https://user:canary-secret@proxy.example.test' }, 'proxy.example.test'],
    [{ HTTP_PROXY: 'http://proxy.example.test:3128' }, null],
    [{ HTTPS_PROXY: '' }, null],
    [{}, null],
  ])('of %j is %s', (env, host) => {
    expect(choose(HOOK, env)).toBe(host)
  })

  const env = { HTTPS_PROXY: 'http://proxy.example.test:3128' }

  it.each(['http://hooks.example.test', 'https://localhost:8443', 'https://127.0.0.1', 'https://[::1]'])(
    'is none for %s: it is inside',
    (url) => {
      expect(choose(url, env)).toBeNull()
    },
  )

  it.each([
    ['*', HOOK],
    ['hooks.example.test', HOOK],
    ['internal.test, .example.test', HOOK],
    ['*.example.test', HOOK],
    ['example.test:8443', 'https://hooks.example.test:8443'],
    ['10.1.2.3', 'https://10.1.2.3'],
    ['10.0.0.0/8 fd00::/8', 'https://10.1.2.3'],
    ['fd00::/8', 'https://[fd00::1]'],
    ['fd00::1', 'https://[fd00::1]'],
  ])('is none where NO_PROXY is %s, for %s', (list, url) => {
    expect(choose(url, { ...env, NO_PROXY: list })).toBeNull()
  })

  it.each([
    ['example', HOOK],
    ['ooks.example.test', HOOK],
    ['example.test:8443', HOOK],
    ['10.0.0.0/8', 'https://192.168.1.1'],
    ['10.0.0.0/99', 'https://10.1.2.3'],
    ['10.0.0.0/8', HOOK],
    ['', HOOK],
  ])('is there where NO_PROXY is "%s", for %s', (list, url) => {
    expect(choose(url, { ...env, no_proxy: list })).toBe('proxy.example.test:3128')
  })

  it.each(['socks5://user:canary-secret@proxy.example.test:1080', 'http://', 'a b canary-secret'])(
    'is refused where it is no proxy of HTTP, and not shown: %s',
    (text) => {
      const failure = (() => {
        try {
          chooseProxy(new URL(HOOK), { HTTPS_PROXY: text })
          return null
        } catch (error) {
          return error as Error & { readonly code: string }
        }
      })()
      expect(failure?.code).toBe('ENDPOINT_REFUSED')
      expect(failure?.message).toMatch(/^https:\/\/hooks\.example\.test is not asked: HTTPS_PROXY/)
      expect(failure?.message).not.toContain('canary-secret')
    },
  )
})
