import type { PhaseName, Scan } from '../domain/scan.js'
import { escapeText } from '../lib/text/escape-text.js'
import type { ScanEvent } from '../scan/scan-job.js'

/** Tells a person what is going on, on standard error. */
export interface Progress {
  onEvent(event: ScanEvent): void
  /** Leaves the terminal as it was found. */
  stop(): void
}

/** How and where progress is told. */
export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream
  readonly isQuiet: boolean
  readonly nowMs: () => number
  /** Says that it is stopping when this is aborted. */
  readonly signal?: AbortSignal
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const
const FRAME_MS = 100
const MAX_LINES = 8
const ESCAPE = '\u001b'
const STOPPING = 'stopping; press Ctrl-C again to stop at once'

/** A live display on a terminal, one line per event elsewhere, nothing with `--quiet`. */
export function createProgress(options: ProgressOptions): Progress {
  if (options.isQuiet) return { onEvent: () => undefined, stop: () => undefined }
  const isLive = options.stream.isTTY === true && process.env.TERM !== 'dumb'
  return isLive ? createLiveProgress(options) : createLineProgress(options)
}

function createLineProgress({ stream, signal }: ProgressOptions): Progress {
  const onAbort = (): void => void stream.write(`${STOPPING}\n`)
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    onEvent(event) {
      const line = describeEvent(event)
      if (line !== null) stream.write(`${line}\n`)
    },
    stop: () => signal?.removeEventListener('abort', onAbort),
  }
}

function describeEvent(event: ScanEvent): string | null {
  const name = escapeText(event.stack)
  if (event.type === 'phase') return `${name}: ${event.phase}`
  if (event.type === 'finished') return `${name}: ${describeScan(event.scan)}`
  return null
}

function describeScan(scan: Scan): string {
  const why = scan.error === null ? '' : ` (${scan.error.code})`
  return `${scan.status}${why} after ${formatSeconds(scan.durationMs)}`
}

interface Running {
  readonly sinceMs: number
  readonly phase: PhaseName
}

function createLiveProgress({ stream, nowMs, signal }: ProgressOptions): Progress {
  const running = new Map<string, Running>()
  let waiting = 0
  let finished = 0
  let drawn: readonly string[] = []
  let frame = 0

  const erase = (): void => {
    if (drawn.length > 0) stream.write(`${ESCAPE}[${rowsOf(drawn, stream.columns ?? 80)}A\r${ESCAPE}[J`)
    drawn = []
  }
  const draw = (): void => {
    const lines = liveLines({
      running,
      waiting,
      finished,
      symbol: FRAMES[frame++ % FRAMES.length] ?? '',
      nowMs: nowMs(),
    })
    erase()
    const width = Math.max(20, stream.columns ?? 80) - 1
    const cut = lines.map((line) => line.slice(0, width))
    stream.write(cut.map((line) => `${line}\n`).join(''))
    drawn = cut
  }
  const timer = setInterval(draw, FRAME_MS)
  timer.unref()
  const onResume = (): void => {
    drawn = []
  }
  process.on('SIGCONT', onResume)
  // a line that was written without the display knowing would be wiped by the next frame
  const onAbort = (): void => {
    erase()
    stream.write(`${STOPPING}\n`)
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    onEvent(event) {
      if (event.type === 'waiting') waiting += 1
      if (event.type === 'started') {
        waiting -= 1
        running.set(event.stack, { sinceMs: nowMs(), phase: 'checkout' })
      }
      // before a stack has its slot it waits, whatever is done for it meanwhile
      const known = running.get(event.stack)
      if (event.type === 'phase' && known) running.set(event.stack, { ...known, phase: event.phase })
      if (event.type === 'finished') {
        if (!running.delete(event.stack)) waiting -= 1
        finished += 1
      }
    },
    stop() {
      clearInterval(timer)
      process.off('SIGCONT', onResume)
      signal?.removeEventListener('abort', onAbort)
      erase()
    },
  }
}

/** Lines that were written on a wide terminal take several rows of one that became narrow. */
function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0)
}

function liveLines(view: {
  readonly running: ReadonlyMap<string, Running>
  readonly waiting: number
  readonly finished: number
  readonly symbol: string
  readonly nowMs: number
}): readonly string[] {
  const rows = [...view.running].slice(0, MAX_LINES).map(([stack, { phase, sinceMs }]) => {
    return `${view.symbol} ${escapeText(stack)}  ${phase}  ${formatSeconds(view.nowMs - sinceMs)}`
  })
  const hidden = view.running.size - rows.length
  const counts = [
    hidden > 0 ? `${hidden} more running` : '',
    view.waiting > 0 ? `${view.waiting} waiting` : '',
    view.finished > 0 ? `${view.finished} done` : '',
  ].filter((text) => text !== '')
  return counts.length > 0 ? [...rows, `  ${counts.join(' · ')}`] : rows
}

function formatSeconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`
}
