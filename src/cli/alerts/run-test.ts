import { DriftError } from '../../domain/errors.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { withInterrupt } from '../interrupt.js'
import { printOut } from '../print-out.js'
import { withApp } from '../with-app.js'
import type { AlertsOptions } from './alerts-options.js'

/** Sends a sample and says what came of it. Throws ALERT_UNDELIVERED. */
export async function runTest(channel: string, options: AlertsOptions): Promise<void> {
  await withApp(options, async (app) => {
    const desk = await app.alerts()
    const outcome = await withInterrupt((signal) => desk.test(channel, signal))
    if (outcome.status === 'delivered') {
      const warning = outcome.warning === null ? '' : `, but: ${escapeText(outcome.warning)}`
      await printOut(`a sample was delivered to ${escapeText(channel)}${warning}`)
      return
    }
    const next = outcome.status === 'retry' ? 'the daemon would try again' : 'the daemon would give it up'
    throw new DriftError(
      'ALERT_UNDELIVERED',
      `${channel} did not take the sample: ${outcome.problem}; ${next}`,
    )
  })
}
