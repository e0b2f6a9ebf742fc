import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChannel } from '../../src/alert/index.js'
import { DRIFT_MESSAGE, RESOLVED_MESSAGE } from '../helpers/build-message.js'
import { channelTools } from '../helpers/channel-tools.js'
import { HOSTILE_MESSAGE } from '../helpers/hostile-message.js'
import { makeCertificate } from '../helpers/make-certificate.js'
import { checkMail, type ParsedMail, parseMail } from '../helpers/parse-mail.js'

const NOBODY = 65_534
const NEVER = new AbortController().signal
const canRun = process.getuid?.() === 0 && existsSync('/usr/sbin/postfix')
const why = "needs root and Debian's postfix (apt-get install --no-install-recommends postfix)"

/** Postfix, with folders and settings of its own, on a port of loopback; nothing of the machine's own is touched. */
describe.skipIf(!canRun && process.env.CI !== 'true')(`mails through Postfix, which ${why}`, () => {
  let folder: string
  let port: number

  beforeAll(async () => {
    if (!canRun) throw new Error(why)
    folder = mkdtempSync(join(tmpdir(), 'driftd-postfix-'))
    port = await freePort()
    writeConfiguration(folder, port)
    postfix(folder, 'start')
  })

  afterAll(() => {
    if (folder === undefined) return
    postfix(folder, 'stop')
    rmSync(folder, { recursive: true, force: true })
  })

  it('a real Postfix takes mails over STARTTLS; who refused is told, and what arrives is whole', async () => {
    const options = {
      from: 'driftd <driftd@example.test>',
      to: ['ops@example.test', 'x@elsewhere.test'],
      smtp: { host: 'localhost', port, tls: 'starttls', ca: join(folder, 'cert.pem') },
    }
    const channel = createChannel('ops', { type: 'email', options }, channelTools({}))
    const messages = [DRIFT_MESSAGE, RESOLVED_MESSAGE, HOSTILE_MESSAGE]
    for (const message of messages) {
      const outcome = await channel.deliver(message, { receipts: [] }, NEVER)
      expect(outcome).toMatchObject({
        status: 'delivered',
        warning: expect.stringContaining('x@elsewhere.test (554'),
      })
    }
    const mails = await arrived(folder, messages.length)
    const drift = mails.find(({ email }) => email.subject?.includes('(1 deletion)'))
    const resolved = mails.find(({ email }) => email.subject?.includes('RESOLVED'))
    expect(drift?.text).toContain('aws_security_group.web')
    expect(resolved?.header('in-reply-to')).toBe(drift?.header('message-id'))
  })

  it('a real Postfix takes mails by its sendmail program', async () => {
    const before = mailFiles(folder).length
    const sendmail = join(folder, 'sendmail')
    writeFileSync(sendmail, `#!/bin/sh\nMAIL_CONFIG=${folder}/etc exec /usr/sbin/sendmail "$@"\n`)
    chmodSync(sendmail, 0o755)
    const options = { from: 'driftd <driftd@example.test>', to: ['ops@example.test'], sendmail }
    const channel = createChannel('ops', { type: 'email', options }, channelTools({}))
    expect(await channel.deliver(DRIFT_MESSAGE, { receipts: [] }, NEVER)).toMatchObject({
      status: 'delivered',
    })
    const mails = await arrived(folder, before + 1)
    expect(mails.every(({ html }) => html.includes('</html>'))).toBe(true)
  })
})

function postfix(folder: string, action: 'start' | 'stop'): void {
  execFileSync('/usr/sbin/postfix', ['-c', join(folder, 'etc'), action], { stdio: 'ignore', timeout: 60_000 })
}

function mailFiles(folder: string): readonly string[] {
  const inbox = join(folder, 'mail', 'all', 'new')
  return existsSync(inbox) ? readdirSync(inbox).map((name) => join(inbox, name)) : []
}

/** Every mail in the inbox, when there are so many; each is checked as it was stored. */
async function arrived(folder: string, count: number): Promise<readonly ParsedMail[]> {
  await expect.poll(() => mailFiles(folder).length, { timeout: 60_000 }).toBe(count)
  return Promise.all(
    mailFiles(folder).map(async (file) => {
      const raw = readFileSync(file, 'latin1').replaceAll('\n', '\r\n')
      // what servers add on the way
      await checkMail(
        raw.replace(/^(?:(?:Return-Path|X-Original-To|Delivered-To|Received):.*\r\n(?:[ \t].*\r\n)*)+/, ''),
      )
      return parseMail(raw)
    }),
  )
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return typeof address === 'object' && address !== null ? address.port : 0
}

function writeConfiguration(folder: string, port: number): void {
  chmodSync(folder, 0o755)
  for (const name of ['etc', 'queue', 'data', 'mail']) mkdirSync(join(folder, name))
  const postfixUser = Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' }))
  chownSync(join(folder, 'data'), postfixUser, 0)
  chownSync(join(folder, 'mail'), NOBODY, NOBODY)
  makeCertificate(folder)
  const settings = {
    compatibility_level: '3.6',
    queue_directory: `${folder}/queue`,
    data_directory: `${folder}/data`,
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    myhostname: 'mail.example.test',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_interfaces: 'loopback-only',
    inet_protocols: 'ipv4',
    maillog_file: `${folder}/mail.log`,
    maillog_file_prefixes: tmpdir(),
    alias_maps: '',
    alias_database: '',
    virtual_mailbox_domains: 'example.test',
    virtual_mailbox_base: `${folder}/mail`,
    virtual_mailbox_maps: 'static:all/',
    virtual_minimum_uid: '1',
    virtual_uid_maps: `static:${NOBODY}`,
    virtual_gid_maps: `static:${NOBODY}`,
    smtpd_tls_cert_file: `${folder}/cert.pem`,
    smtpd_tls_key_file: `${folder}/key.pem`,
    smtpd_tls_security_level: 'encrypt',
    smtpd_recipient_restrictions: 'permit_auth_destination, reject',
    default_transport: 'error:nowhere',
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`)
  writeFileSync(join(folder, 'etc', 'main.cf'), `${lines.join('\n')}\n`)
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 1 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'proxymap unix - - n - - proxymap',
    'virtual unix - n n - - virtual',
    'error unix - - n - - error',
    'postlog unix-dgram n - n - 1 postlogd',
  ]
  writeFileSync(join(folder, 'etc', 'master.cf'), `${services.join('\n')}\n`)
}
