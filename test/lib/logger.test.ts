import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { DriftError } from '../../src/domain/errors.js'
import { createLogger, type Verbosity } from '../../src/lib/logger.js'
import { createRedactor } from '../../src/lib/redact.js'

describe('createLogger', () => {
  it('writes one JSON object a line, with time, level and event', () => {
    const lines = log('verbose', (logger) => logger.info('scan finished', { stack: 'prod/network' }))
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      stack: 'prod/network',
      event: 'scan finished',
    })
  })

  it('takes secrets out of events, fields, keys, errors and their causes', () => {
    const cause = new Error('401 for hunter22')
    const error = new DriftError('ENGINE_FAILED', 'https://x:hunter22@host failed', { cause })
    const lines = log('verbose', (logger) => {
      logger.error('failed with hunter22', { error, nested: { hunter22: ['hunter22'] } })
    })
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('hunter22')
    expect(JSON.parse(lines[0] ?? '').error.code).toBe('ENGINE_FAILED')
  })

  it.each<[Verbosity, readonly string[]]>([
    ['quiet', ['error']],
    ['normal', ['warn', 'error']],
    ['verbose', ['debug', 'info', 'warn', 'error']],
  ])('writes with %s the levels %j', (verbosity, levels) => {
    const lines = log(verbosity, (logger) => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]('x')
    })
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(levels)
  })
})

function log(
  verbosity: Verbosity,
  use: (logger: ReturnType<typeof createLogger>) => void,
): readonly string[] {
  const chunks: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  use(createLogger({ verbosity, redactor: createRedactor(['hunter22']), destination }))
  return chunks
    .join('')
    .split('\n')
    .filter((line) => line !== '')
}
