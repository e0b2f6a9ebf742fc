import { type DriftError, toDriftError } from '../domain/errors.js'
import { createRedactor } from '../lib/redact.js'
import type { Secret, Setting } from '../lib/schema/setting.js'
import { cutText } from '../lib/text/cut-text.js'
import { escapeText } from '../lib/text/escape-text.js'
import type { Channel, DeliveryOutcome } from './channel.js'
import { type ChannelTools, DeliveryEnded, type Sender } from './channel-kind.js'

/** The contract of a channel is a minute; what is under way must end, and its end be told, within it. */
const DEFAULT_MAX_DELIVERY_MS = 50_000
/** A sender that does not end when its signal is aborted is left behind after this. */
const GRACE_MS = 2_000
const MAX_PROBLEM_LENGTH = 500
const STOPPED = 'the delivery was stopped before it was done'

/**
 * A channel over a sender: whatever happens inside becomes an outcome, within a minute, and no secret that was read for the
 * delivery is in it.
 */
export function guardSender(
  sender: Sender,
  { name, type, tools }: { readonly name: string; readonly type: string; readonly tools: ChannelTools },
): Channel {
  return {
    name,
    type,
    minIntervalMs: sender.minIntervalMs,
    async deliver(message, thread, signal) {
      if (signal.aborted) return { status: 'retry', problem: STOPPED, retryAfterMs: null }
      const secrets: string[] = []
      const read = async (setting: Setting | Secret): Promise<string> => {
        const value = await tools.readSetting(setting)
        if (typeof setting !== 'string') secrets.push(value)
        return value
      }
      const end = createEnd(signal, tools.maxDeliveryMs ?? DEFAULT_MAX_DELIVERY_MS)
      try {
        const sending = sender.send({ message, thread, signal: end.signal, read })
        return withoutSecrets(await Promise.race([sending, end.passed]), secrets)
      } catch (error) {
        const outcome = error instanceof DeliveryEnded ? error.outcome : decideOutcome(toDriftError(error))
        return withoutSecrets(outcome, secrets)
      } finally {
        end.clear()
      }
    },
  }
}

/** What an error means for a message: tried again, or given up. */
export function decideOutcome({ code, message, retryable }: DriftError): DeliveryOutcome {
  const problem = `${message} (${code})`
  // a secret that cannot be read now may just be replaced
  if (retryable || code === 'SECRET_UNAVAILABLE') return { status: 'retry', problem, retryAfterMs: null }
  return { status: 'rejected', problem }
}

/** When a delivery must end. `passed` tells so a little later, to a sender that has not noticed. */
function createEnd(
  parent: AbortSignal,
  maxDeliveryMs: number,
): {
  readonly signal: AbortSignal
  readonly passed: Promise<DeliveryOutcome>
  clear(): void
} {
  const controller = new AbortController()
  const timers: NodeJS.Timeout[] = []
  let tell: (outcome: DeliveryOutcome) => void
  const passed = new Promise<DeliveryOutcome>((resolve) => {
    tell = resolve
  })
  const stop = (problem: string) => (): void => {
    controller.abort()
    timers.push(setTimeout(() => tell({ status: 'retry', problem, retryAfterMs: null }), GRACE_MS))
  }
  const onAbort = stop(STOPPED)
  parent.addEventListener('abort', onAbort, { once: true })
  timers.push(setTimeout(stop('the delivery was not done in time'), maxDeliveryMs))
  return {
    signal: controller.signal,
    passed,
    clear() {
      for (const timer of timers) clearTimeout(timer)
      parent.removeEventListener('abort', onAbort)
    },
  }
}

function withoutSecrets(outcome: DeliveryOutcome, secrets: readonly string[]): DeliveryOutcome {
  const redactor = createRedactor(secrets)
  const clean = (text: string): string => cutText(escapeText(redactor.text(text)), MAX_PROBLEM_LENGTH)
  if (outcome.status !== 'delivered') return { ...outcome, problem: clean(outcome.problem) }
  return {
    ...outcome,
    receipt: redactor.value(outcome.receipt),
    warning: outcome.warning === null ? null : clean(outcome.warning),
  }
}
