import { runCommand } from '../../lib/run-command.js'
import { oneLine } from '../build/words.js'
import type { MailResult } from './mail-result.js'
import type { SmtpMail } from './send-by-smtp.js'

const MAX_OUTPUT_BYTES = 8_192
const MAX_REPLY_LENGTH = 200
/** sysexits.h: usage, data, no such user, no such host, not permitted, configuration. */
const PERMANENT = new Set([64, 65, 67, 68, 77, 78])

/**
 * Hands a mail to a sendmail program (sendmail, postfix, opensmtpd, msmtp all have one). Throws what starting a program throws:
 * ENGINE_MISSING, PERMISSION_DENIED.
 */
export async function sendBySendmail(
  path: string,
  { from, to, raw }: SmtpMail,
  signal: AbortSignal,
): Promise<MailResult> {
  const outcome = await runCommand({
    command: path,
    // -i: a line with a single dot does not end the mail
    args: ['-i', '-f', from, '--', ...to],
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' },
    // programs for mail on the own machine take line feeds
    stdin: Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
    stdout: { kind: 'text' },
    maxOutputBytes: MAX_OUTPUT_BYTES,
    signal,
  })
  if (outcome.exitCode === 0) return { status: 'answered', accepted: to, refused: [] }
  const said = oneLine(outcome.stderr.trim(), MAX_REPLY_LENGTH)
  const ended = outcome.wasStopped ? 'was stopped' : `ended with ${outcome.exitCode ?? outcome.signal}`
  return {
    status: 'failed',
    problem: `${path} ${ended}${said === '' ? '' : `: ${said}`}`,
    isPermanent: PERMANENT.has(outcome.exitCode ?? 0),
  }
}
