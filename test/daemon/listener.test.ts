import { describe, expect, it } from 'vitest'
import { Listener } from '../../src/daemon/listener.js'
import { DriftError } from '../../src/domain/errors.js'
import { createLogger } from '../../src/lib/logger.js'
import { createRedactor } from '../../src/lib/redact.js'
import { createFakeClock } from '../helpers/fake-clock.js'
import { collectLines } from '../lib/collect-lines.js'

function lab(mayBeTaken: boolean, refusals: number) {
  const clock = createFakeClock('2026-11-20T10:00:00.000Z')
  const logged = collectLines()
  const log = createLogger({ verbosity: 'daemon', redactor: createRedactor([]), destination: logged.stream })
  const state = { attempts: 0, stopped: 0 }
  const listen = async () => {
    state.attempts += 1
    if (state.attempts <= refusals) throw new DriftError('LISTEN_FAILED', 'the address is taken')
    const stop = async () => {
      state.stopped += 1
    }
    return { url: 'http://127.0.0.1:1', stop }
  }
  return { clock, logged, state, listener: new Listener({ listen, mayBeTaken, timer: clock, log }) }
}

describe('a listener', () => {
  it('refuses to begin where the address is taken', async () => {
    const { listener } = lab(false, 1)
    await expect(listener.start()).rejects.toMatchObject({ code: 'LISTEN_FAILED' })
    await listener.stop()
  })

  it('goes on without, after another daemon that holds it still, and has it once it is free', async () => {
    const { listener, clock, state, logged } = lab(true, 3)
    await listener.start()
    expect(logged.text()).toContain('LISTEN_FAILED')
    await clock.advance(60_000)
    expect(state.attempts).toBe(4)
    await listener.stop()
    expect(state.stopped).toBe(1)
  })

  it('gives up when it is stopped', async () => {
    const { listener, clock, state } = lab(true, Number.POSITIVE_INFINITY)
    await listener.start()
    await clock.advance(10_000)
    await listener.stop()
    const { attempts } = state
    await clock.advance(60_000)
    expect(state.attempts).toBe(attempts)
  })
})
