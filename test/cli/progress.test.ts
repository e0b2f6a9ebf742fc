import { describe, expect, it, vi } from 'vitest'
import { createProgress, type Progress } from '../../src/cli/progress.js'
import { buildScan } from '../helpers/build-record.js'

/** A stream that remembers what was written; as a terminal where `columns` is given. */
function fakeStream(columns?: number): { readonly stream: NodeJS.WriteStream; readonly written: string[] } {
  const written: string[] = []
  const stream = { isTTY: columns !== undefined, columns, write: (text: string) => written.push(text) }
  return { stream: stream as unknown as NodeJS.WriteStream, written }
}

function runThrough(progress: Progress): void {
  progress.onEvent({ type: 'waiting', stack: 'prod/a' })
  progress.onEvent({ type: 'waiting', stack: 'prod/b' })
  progress.onEvent({ type: 'started', stack: 'prod/a' })
  progress.onEvent({ type: 'phase', stack: 'prod/a', phase: 'plan' })
}

describe('createProgress', () => {
  it('writes one line per event where there is no terminal', () => {
    const { stream, written } = fakeStream()
    const progress = createProgress({ stream, isQuiet: false, nowMs: () => 0 })
    runThrough(progress)
    const error = { code: 'TIMEOUT', phase: 'plan', message: 'x', retryable: true } as const
    const scan = buildScan({ status: 'failed', error, durationMs: 1500 })
    progress.onEvent({ type: 'finished', stack: 'prod/a', scan })
    progress.stop()
    expect(written).toEqual(['prod/a: plan\n', 'prod/a: failed (TIMEOUT) after 1.5 s\n'])
  })

  it('says nothing when asked to be quiet', () => {
    const { stream, written } = fakeStream(80)
    const progress = createProgress({ stream, isQuiet: true, nowMs: () => 0 })
    runThrough(progress)
    progress.stop()
    expect(written).toEqual([])
  })

  it('shows stack, phase and elapsed time on a terminal, and wipes them at the end', () => {
    vi.useFakeTimers()
    vi.stubEnv('TERM', 'xterm')
    try {
      const { stream, written } = fakeStream(80)
      let nowMs = 1000
      const progress = createProgress({ stream, isQuiet: false, nowMs: () => nowMs })
      runThrough(progress)
      nowMs += 2500
      vi.advanceTimersByTime(100)
      expect(written.join('')).toContain('prod/a  plan  2.5 s\n  1 waiting\n')
      progress.stop()
      expect(written.at(-1)).toBe('\u001b[2A\r\u001b[J')
      const count = written.length
      vi.advanceTimersByTime(1000)
      expect(written).toHaveLength(count)
    } finally {
      vi.useRealTimers()
      vi.unstubAllEnvs()
    }
  })

  it('obeys no escape sequence in a name', () => {
    const { stream, written } = fakeStream()
    const progress = createProgress({ stream, isQuiet: false, nowMs: () => 0 })
    progress.onEvent({ type: 'phase', stack: 'a\u001b[2Jb\n', phase: 'plan' })
    expect(written).toEqual(['a\\u001b[2Jb\\n: plan\n'])
  })
})
