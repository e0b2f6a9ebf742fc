import { describe, expect, it } from 'vitest'
import { composeMail } from '../../../src/alert/email/compose-mail.js'
import { parseMailbox } from '../../../src/alert/email/mailbox.js'
import type { MessageTemplate } from '../../../src/alert/template/template-schema.js'
import type { AlertMessage } from '../../../src/domain/alert-message.js'
import {
  buildAlertRecord,
  buildMessage,
  DIGEST_MESSAGE,
  DRIFT_MESSAGE,
  RESOLVED_MESSAGE,
} from '../../helpers/build-message.js'
import { buildRecord } from '../../helpers/build-record.js'
import { HOSTILE_MESSAGE, STORM_MESSAGE } from '../../helpers/hostile-message.js'
import { checkMail, type ParsedMail, parseMail } from '../../helpers/parse-mail.js'

async function rawMail(message: AlertMessage, template?: MessageTemplate): Promise<string> {
  const mail = await composeMail(message, {
    channel: 'ops',
    from: parseMailbox('driftd <driftd@acme.io>'),
    to: ['Ops Ärger <ops@acme.io>', 'second@acme.io'].map(parseMailbox),
    template,
  })
  const raw = mail.toString('latin1')
  await checkMail(raw)
  return raw
}

const compose = async (message: AlertMessage, template?: MessageTemplate): Promise<ParsedMail> =>
  parseMail(await rawMail(message, template))

/** What a person reads in HTML. */
const readable = ({ html }: ParsedMail): string =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')

describe('a mail', () => {
  it('says the same in text and in HTML, and each is complete', async () => {
    const mail = await compose(DRIFT_MESSAGE)
    for (const part of [mail.text, readable(mail)]) {
      for (const said of [
        'CRITICAL',
        'prod/network: 3 changes (1 deletion)',
        'a scan of commit 9fceb02 found it',
        'prod/network (terraform)',
        'infra at 9fceb02',
        'env=prod, team=platform',
        'aws_security_group.web',
        'network/main.tf:25',
        'ingress',
        '0.0.0.0/0',
        'changed by alice',
        'module.ci["deploy"].aws_iam_role_policy.deploy',
        '"Action": "s3:*"',
        '"Action": "s3:GetObject"',
        '(sensitive) differs; both values are withheld',
        'aws_cloudwatch_metric_alarm.database_cpu',
        'it is gone',
        'open for 4 h, since 2026-11-24 08:00 UTC',
        'driftd remediate prod/network',
      ])
        expect(part.replace(/\s+/g, ' ')).toContain(said)
    }
    expect(mail.html).toContain('href="https://github.com/acme/infra/blob/')
    expect(mail.text).toContain('https://github.com/acme/infra/blob/')
  })

  it('puts the two sides beside each other under their names', async () => {
    const { text } = await compose(buildMessage())
    expect(text).toContain('tags.Owner\n      Git says  "platform"\n      actual    "somebody"\n')
  })

  it('tells of an end how it came, and nothing as if it were still so', async () => {
    const { text, html } = await compose(RESOLVED_MESSAGE)
    expect(text).toContain('RESOLVED  was critical, changed  aws_security_group.web')
    expect(text.replace(/\s+/g, ' ')).toContain('until 2026-11-24 12:00 UTC: an approved request undid it')
    expect(text + html).not.toContain('but it is gone')
  })

  it('puts the records of a digest under their stacks', async () => {
    const { text } = await compose(DIGEST_MESSAGE)
    expect(text).toContain('prod/web\n--------\n\nLOW  ~ changed  web-01.acme.io')
    expect(text).toContain(
      '* staging/database · failed · good 2026-11-15 12:00 UTC · BACKEND_UNREACHABLE in init',
    )
    expect(text).toMatch(/^DIGEST .*\n\nOpened this week 7/)
  })

  it('is the same mail whenever it is made', async () => {
    const headersOf = async (): Promise<string> =>
      ((await rawMail(DRIFT_MESSAGE)).split('\r\n\r\n')[0] ?? '').replace(/boundary=.*/, '')
    expect(await headersOf()).toBe(await headersOf())
    expect((await compose(DRIFT_MESSAGE)).header('date')).toBe('Tue, 24 Nov 2026 12:00:00 +0000')
  })

  it('lets no name reach a header, an address or another part', async () => {
    const mail = await compose(HOSTILE_MESSAGE)
    expect(mail.email.from).toEqual({ name: 'driftd', address: 'driftd@acme.io' })
    expect(mail.email.to?.map((one) => 'address' in one && one.address)).toEqual([
      'ops@acme.io',
      'second@acme.io',
    ])
    expect(mail.email.attachments).toEqual([])
    expect(mail.email.bcc ?? []).toEqual([])
    expect(mail.email.subject).toContain('\\r\\nBcc: everybody@example.test')
    for (const part of [mail.text, mail.html, mail.email.subject ?? ''])
      expect(part.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u)
    // text that reads like markup is read, not obeyed
    expect(readable(mail)).toContain('<script>alert("1")</script>')
    expect(mail.html).not.toContain('javascript:')
  })

  it('leaves values out before it leaves a record out, and counts what it leaves out', async () => {
    const mail = await compose(STORM_MESSAGE)
    for (const index of [0, 30, 59]) expect(mail.text).toContain(`aws_instance.web[${index}]`)
    expect(mail.text).toContain('… and 3,940 more changes')
    expect(mail.text).toContain('… and 460 more stacks')
    expect(mail.text).not.toContain('declared 0')
  })

  it('stays below 100 kB with thousands of records', async () => {
    const records = Array.from({ length: 3_000 }, (_, index) =>
      buildAlertRecord({ record: buildRecord({ address: `aws_instance.${'ä'.repeat(200)}[${index}]` }) }),
    )
    const { text } = await compose(buildMessage({ records }))
    expect(text).toMatch(/… and \d,\d+ more changes/)
  })

  it("begins with the user's own lines, in which nothing is markup", async () => {
    const intro = 'Runbook for {{ place }}: https://wiki.acme.io/drift\n<b>bold</b> & more'
    const mail = await compose(DRIFT_MESSAGE, { subject: 'Drift in {{ stack }}', intro })
    expect(mail.email.subject).toBe('Drift in prod/network')
    for (const part of [mail.text.replace(/\s+/g, ' '), readable(mail)]) {
      expect(part).toContain('Runbook for prod/network: https://wiki.acme.io/drift')
      expect(part).toContain('<b>bold</b> & more')
    }
  })
})
