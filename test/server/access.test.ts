import { describe, expect, it } from 'vitest'
import { decideAccess, isLoopback } from '../../src/server/access.js'

describe('isLoopback', () => {
  it.each(['localhost', '127.0.0.1', '127.9.8.7', '::1'])('%s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.example.com', '127.0.0.1.example.com', 'localhost.example.com'])(
    'not %s',
    (host) => {
      expect(isLoopback(host)).toBe(false)
    },
  )
})

describe('decideAccess', () => {
  it.each([
    'localhost',
    'localhost:7780',
    'LOCALHOST:1',
    '127.0.0.1:7780',
    '[::1]:7780',
    '10.1.2.3',
    'driftd.acme.io:7780',
    'driftd.acme.io.',
  ])('answers %s', (host) => {
    expect(decideAccess({ host }, ['driftd.acme.io'])).toBeNull()
  })

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:7780',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost:7780@evil.example',
    'localhost/evil',
    'localhost:port',
    '2130706433',
    'driftd.acme.io.evil.example',
  ])('refuses the host %s', (host) => {
    expect(decideAccess({ host }, ['driftd.acme.io'])).toBe('host')
  })

  it('refuses pages of another origin', () => {
    const host = '127.0.0.1:7780'
    expect(decideAccess({ host, origin: 'http://127.0.0.1:7780' }, [])).toBeNull()
    for (const origin of ['null', 'http://evil.example', 'http://127.0.0.1:8000', 'http://127.0.0.1:77800'])
      expect(decideAccess({ host, origin }, []), origin).toBe('origin')
  })
})
