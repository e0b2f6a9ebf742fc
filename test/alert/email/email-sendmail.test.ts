import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DeliveryOutcome } from '../../../src/alert/channel.js'
import { createChannel } from '../../../src/alert/index.js'
import { DRIFT_MESSAGE } from '../../helpers/build-message.js'
import { channelTools } from '../../helpers/channel-tools.js'
import { parseMail } from '../../helpers/parse-mail.js'
import { tempFolder } from '../../lib/temp-folder.js'

/** A sendmail of our own: a script that gets the arguments and the mail. */
function program(script: string): string {
  const path = join(tempFolder(), 'sendmail')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

async function send(sendmail: string, signal = new AbortController().signal): Promise<DeliveryOutcome> {
  const options = { from: 'driftd <driftd@acme.io>', to: ['ops@acme.io', '-oQ/tmp@acme.io'], sendmail }
  const channel = createChannel('ops', { type: 'email', options }, channelTools({}))
  return channel.deliver(DRIFT_MESSAGE, { receipts: [] }, signal)
}

describe('a sendmail program', () => {
  it('gets sender, recipients and the mail, and no address is an option', async () => {
    const folder = tempFolder()
    const path = program(`printf '%s\\n' "$@" > ${folder}/args; cat > ${folder}/mail`)
    expect(await send(path)).toEqual({ status: 'delivered', receipt: null, warning: null })
    expect(readFileSync(join(folder, 'args'), 'utf8').trim().split('\n')).toEqual([
      '-i',
      '-f',
      'driftd@acme.io',
      '--',
      'ops@acme.io',
      '-oQ/tmp@acme.io',
    ])
    const raw = readFileSync(join(folder, 'mail'), 'latin1')
    expect(raw).not.toContain('\r')
    const { text } = await parseMail(raw.replaceAll('\n', '\r\n'))
    expect(text).toContain('aws_security_group.web')
  })

  it.each([
    ['75', 'retry'],
    ['1', 'retry'],
    ['67', 'rejected'],
    ['77', 'rejected'],
  ])('that ends with %s: %s', async (code, status) => {
    const outcome = await send(program(`cat > /dev/null; echo why >&2; exit ${code}`))
    expect(outcome).toMatchObject({ status, problem: expect.stringContaining(`ended with ${code}: why`) })
  })

  it('that reads nothing', async () => {
    expect((await send(program('exit 75'))).status).toBe('retry')
  })

  it('that is not there', async () => {
    const outcome = await send('/no/such/sendmail')
    expect(outcome).toMatchObject({
      status: 'rejected',
      problem: expect.stringContaining('/no/such/sendmail'),
    })
  })

  it('that hangs is stopped', async () => {
    const controller = new AbortController()
    const folder = tempFolder()
    const sending = send(program(`echo > ${folder}/started; sleep 600`), controller.signal)
    await expect.poll(() => isThere(join(folder, 'started')), { timeout: 10_000 }).toBe(true)
    controller.abort()
    expect(await sending).toMatchObject({ status: 'retry' })
  })
})

function isThere(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}
