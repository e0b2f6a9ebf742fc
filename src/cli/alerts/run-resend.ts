import { DriftError } from '../../domain/errors.js'
import { countOf } from '../../lib/text/count-of.js'
import { printOut } from '../print-out.js'
import { withApp } from '../with-app.js'
import type { AlertsOptions } from './alerts-options.js'

/** Has one message sent again, or all that were given up. Throws USAGE, ALERT_UNKNOWN. */
export async function runResend(
  id: string | null,
  options: AlertsOptions & { readonly dead?: boolean },
): Promise<void> {
  if ((id === null) !== (options.dead ?? false))
    throw new DriftError('USAGE', 'driftd alerts resend takes the id of a message or --dead, one of them')
  await withApp(options, async (app) => {
    const count = await (await app.alerts()).resend(id)
    const { daemon } = await app.daemonStatus()
    const who = daemon === null ? ' as soon as `driftd serve` runs' : ''
    await printOut(
      count === 0 ? 'no message was given up' : `${countOf(count, 'message')} will be sent again${who}`,
    )
  })
}
