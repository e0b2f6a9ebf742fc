import { DriftError } from '../domain/errors.js'

/** A signal that is aborted by the caller's, or with TIMEOUT when the time is over. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Must be called when the work is done. */
  clear(): void
}

/** `what` names the stack in the message of the TIMEOUT. */
export function createDeadline(what: string, timeoutMs: number, parent: AbortSignal): Deadline {
  const controller = new AbortController()
  const follow = (): void => controller.abort(interruption(parent.reason))
  if (parent.aborted) follow()
  parent.addEventListener('abort', follow, { once: true })
  const timer = setTimeout(() => {
    const seconds = Math.round(timeoutMs / 1000)
    const message = `${what} was not done after ${seconds} s and was stopped; raise its timeout if it needs longer`
    controller.abort(new DriftError('TIMEOUT', message))
  }, timeoutMs)
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      parent.removeEventListener('abort', follow)
    },
  }
}

function interruption(reason: unknown): DriftError {
  if (reason instanceof DriftError) return reason
  return new DriftError('INTERRUPTED', 'the scan was stopped before it had a verdict; scan again', {
    cause: reason,
  })
}
