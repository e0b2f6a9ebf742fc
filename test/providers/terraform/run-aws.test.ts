import { readdir, readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DriftError } from '../../../src/domain/errors.js'
import { type Lab, openLab } from '../../helpers/lab.js'
import { createTerraformStack, fingerprintFolder, type TestStack } from '../../helpers/terraform-stack.js'

const TOPIC =
  'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\nprovider "aws" {\n  skip_requesting_account_id = true\n}\n\nresource "aws_sns_topic" "jobs" {\n  name         = "jobs"\n  display_name = "Jobs"\n}\n'

let lab: Lab
let stack: TestStack
let arn: string

beforeAll(async () => {
  lab = await openLab()
  stack = await createTerraformStack(
    { 'main.tf': TOPIC, 'out.tf': 'output "arn" {\n  value = aws_sns_topic.jobs.arn\n}\n' },
    lab.env,
  )
  await stack.terraform('init', '-input=false')
  await stack.terraform('apply', '-auto-approve', '-input=false')
  arn = JSON.parse(await stack.terraform('output', '-json', 'arn'))
})
afterAll(async () => {
  await stack?.close()
  await lab?.close()
})

function nameTopic(name: string): Promise<unknown> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const sns = new SNSClient({ endpoint: lab.emulator.url, region: 'us-east-1', credentials })
  return sns.send(
    new SetTopicAttributesCommand({ TopicArn: arn, AttributeName: 'DisplayName', AttributeValue: name }),
  )
}

describe('an AWS stack', () => {
  it('is in sync just after apply, and its schema is cached for all stacks', async () => {
    const before = await fingerprintFolder(stack.folder)
    const detection = await stack.detect()
    expect(detection.findings.filter((finding) => finding.kind !== 'informational')).toEqual([])
    expect(detection.coverage).toMatchObject({ verified: 1, applicable: 1 })
    expect(detection.plugins).toEqual({
      'registry.terraform.io/hashicorp/aws': expect.stringMatching(/^\d+\.\d+\.\d+$/),
    })
    expect(await readdir(join(stack.folder, '..', 'cache', 'schemas'))).toHaveLength(1)
    expect(await fingerprintFolder(stack.folder)).toBe(before)
  })

  it('is drifted after a change by hand, with what Git says and what is there', async () => {
    await nameTopic('Nobody')
    await stack.write({ '.terraform.tfstate.lock.info': '{}' })
    const { findings, warnings } = await stack.detect()
    expect(warnings).toMatchObject([{ code: 'STATE_LOCKED' }])
    expect(findings.filter((finding) => finding.kind !== 'informational')).toMatchObject([
      {
        kind: 'changed',
        action: 'update',
        address: 'aws_sns_topic.jobs',
        source: { file: 'main.tf', line: 12 },
        changes: [{ path: ['display_name'], cause: 'outside', declared: 'Jobs', actual: 'Nobody' }],
      },
    ])
    await nameTopic('Jobs')
  })
})

describe('a provider that cannot work', () => {
  it('gives CREDENTIALS_MISSING where there are none', async () => {
    const env = Object.fromEntries(
      Object.entries(lab.env).filter(([name]) => !/^AWS_(ACCESS|SECRET|ENDPOINT)/.test(name)),
    )
    await expect(stack.detect({ env })).rejects.toMatchObject({ code: 'CREDENTIALS_MISSING' })
  })

  it('gives ENDPOINT_UNREACHABLE where nothing listens', async () => {
    const env = { ...lab.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' }
    await expect(stack.detect({ env })).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' })
  })

  it('gives PROVIDER_CRASHED where the provider is killed', async () => {
    const hole = await listenSilently()
    const env = { ...lab.env, AWS_ENDPOINT_URL: hole.url }
    const detection = stack.detect({ env })
    const caught = detection.catch((error: unknown) => error)
    await hole.firstConnection
    for (const pid of await processesOf(stack.dataFolder, 'terraform-provider-aws'))
      process.kill(pid, 'SIGKILL')
    const error = await caught
    expect(error, String(error)).toMatchObject({ code: 'PROVIDER_CRASHED' })
    hole.server.close()
  })

  it('is gone with its engine when the scan is stopped', async () => {
    const hole = await listenSilently()
    const controller = new AbortController()
    const reason = new DriftError('INTERRUPTED', 'Ctrl-C')
    const detection = stack.detect({
      env: { ...lab.env, AWS_ENDPOINT_URL: hole.url },
      signal: controller.signal,
    })
    const caught = detection.catch((error: unknown) => error)
    await hole.firstConnection
    expect(await processesOf(stack.dataFolder, 'terraform')).not.toEqual([])
    controller.abort(reason)
    expect(await caught).toBe(reason)
    expect(await processesOf(stack.dataFolder, 'terraform')).toEqual([])
    hole.server.close()
  })
})

interface Hole {
  readonly server: Server
  readonly url: string
  readonly firstConnection: Promise<void>
}

/** An endpoint that takes connections and never answers. */
async function listenSilently(): Promise<Hole> {
  let connected = (): void => undefined
  const firstConnection = new Promise<void>((resolve) => {
    connected = resolve
  })
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.resume()
    connected()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const deadline = sleep(30_000, undefined, { ref: false }).then(() => {
    throw new Error('the provider never connected')
  })
  return {
    server,
    url: `http://127.0.0.1:${address.port}`,
    firstConnection: Promise.race([firstConnection, deadline]),
  }
}

/** Processes with this word in their name and this folder in their environment: those of one stack. */
async function processesOf(folder: string, name: string): Promise<readonly number[]> {
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
    const environment = await readFile(`/proc/${entry}/environ`, 'utf8').catch(() => '')
    if (command.includes(name) && environment.includes(folder)) found.push(Number(entry))
  }
  return found
}
