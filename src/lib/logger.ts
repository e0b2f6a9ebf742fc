import type { Writable } from 'node:stream'
import pino from 'pino'
import type { JsonValue } from '../domain/record.js'
import type { Redactor } from './redact.js'

/** Writes what happens, for those who run driftd, as one JSON object a line. */
export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

/** What an event was about. An Error becomes its code and message. */
export type LogFields = Readonly<Record<string, JsonValue | Error | undefined>>

/** `-v` and `--quiet` in the words of a log; a daemon says what it does unless it is told otherwise. */
export type Verbosity = 'quiet' | 'normal' | 'daemon' | 'verbose'

/** How to log. */
export interface LoggerOptions {
  readonly verbosity: Verbosity
  /** Takes secrets out of every text before it is written. */
  readonly redactor: Redactor
  /** Default: standard error, written at once, so that nothing is lost when the process ends. */
  readonly destination?: Writable
}

const LEVELS: Readonly<Record<Verbosity, pino.Level>> = {
  quiet: 'error',
  normal: 'warn',
  daemon: 'info',
  verbose: 'debug',
}
const STDERR = 2

/**
 * A logger to standard error: errors with `quiet`, warnings too by default, what is done with `daemon`, everything with
 * `verbose`.
 */
export function createLogger({ verbosity, redactor, destination }: LoggerOptions): Logger {
  const target = destination ?? standardError()
  const options: pino.LoggerOptions = {
    level: LEVELS[verbosity],
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    messageKey: 'event',
  }
  const log = pino(options, target)
  const write =
    (level: pino.Level) =>
    (event: string, fields: LogFields = {}): void => {
      if (log.isLevelEnabled(level)) log[level](cleanFields(fields, redactor), redactor.text(event))
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** A log that cannot be written (a full disk, a terminal that is gone) ends nothing. */
function standardError(): pino.DestinationStream {
  return pino.destination({ dest: STDERR, sync: true }).on('error', () => undefined)
}

function cleanFields(fields: LogFields, redactor: Redactor): Record<string, JsonValue> {
  const entries = Object.entries(fields).flatMap(([name, value]): [string, JsonValue][] =>
    value === undefined ? [] : [[name, value instanceof Error ? errorFields(value) : value]],
  )
  return redactor.value(Object.fromEntries(entries)) as Record<string, JsonValue>
}

/** Code, message and stack of an error and of what caused it. */
function errorFields(error: Error): JsonValue {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return {
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(cause instanceof Error ? { cause: errorFields(cause) } : {}),
  }
}
