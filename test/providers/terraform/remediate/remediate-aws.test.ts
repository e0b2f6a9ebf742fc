import { GetTopicAttributesCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Prepared } from '../../../../src/scan/provider.js'
import { type Lab, openLab } from '../../../helpers/lab.js'
import { createTerraformStack, type TestStack } from '../../../helpers/terraform-stack.js'

const CODE = `terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
provider "aws" {
  skip_requesting_account_id = true
}
resource "aws_sns_topic" "news" {
  name         = "news"
  display_name = "News"
  lifecycle {
    ignore_changes = [kms_master_key_id]
  }
}
output "arn" {
  value = aws_sns_topic.news.arn
}
`
const WHOLE = { action: 'revert', addresses: [], hosts: [] } as const

let lab: Lab
let stack: TestStack
let topic: string
let sns: SNSClient

beforeAll(async () => {
  lab = await openLab()
  stack = await createTerraformStack({ 'main.tf': CODE }, lab.env)
  await stack.terraform('init', '-input=false')
  await stack.terraform('apply', '-auto-approve', '-input=false')
  topic = JSON.parse(await stack.terraform('output', '-json', 'arn'))
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  sns = new SNSClient({ endpoint: lab.emulator.url, region: 'us-east-1', credentials })
})
afterAll(async () => {
  await stack?.close()
  await lab?.close()
})

async function edit(AttributeName: string, AttributeValue: string): Promise<void> {
  await sns.send(new SetTopicAttributesCommand({ TopicArn: topic, AttributeName, AttributeValue }))
}

async function attribute(name: string): Promise<string | undefined> {
  return (await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }))).Attributes?.[name]
}

function run(prepared: Prepared) {
  const { signal } = new AbortController()
  return prepared.apply({ env: stack.env, secrets: [], signal, onStart: async () => undefined })
}

it('gives one digest to one world, another to another, and reverts what somebody changed', async () => {
  await edit('DisplayName', 'Fake news')
  const first = await stack.prepare(WHOLE)
  expect((await stack.prepare(WHOLE)).proposal).toEqual(first.proposal)
  expect(first.proposal).toMatchObject({ action: 'revert', destroys: 0, replaces: 0, managed: 1 })
  expect(first.proposal.changes).toMatchObject([
    {
      address: 'aws_sns_topic.news',
      action: 'update',
      cause: 'drift',
      isIrreversible: false,
      attributes: [{ path: ['display_name'], before: 'Fake news', after: 'News', sensitive: false }],
    },
  ])
  await edit('DisplayName', 'Other news')
  const second = await stack.prepare(WHOLE)
  expect(second.proposal.digest).not.toBe(first.proposal.digest)
  expect(await run(second)).toEqual({
    status: 'applied',
    changed: [{ address: 'aws_sns_topic.news', host: null, action: 'update' }],
    message: null,
  })
  expect(await attribute('DisplayName')).toBe('News')
}, 120_000)

it('accepts into the state only what the code does not declare', async () => {
  const accept = { ...WHOLE, action: 'accept' } as const
  await edit('DisplayName', 'Fake news')
  await expect(stack.prepare(accept)).rejects.toMatchObject({ code: 'REMEDIATION_UNSUPPORTED' })
  await edit('DisplayName', 'News')
  await edit('KmsMasterKeyId', 'alias/news')
  const prepared = await stack.prepare(accept)
  expect(prepared.proposal).toMatchObject({
    action: 'accept',
    destroys: 0,
    changes: [
      { address: 'aws_sns_topic.news', action: 'update', attributes: [{ path: ['kms_master_key_id'] }] },
    ],
  })
  expect((await run(prepared)).status).toBe('applied')
  expect(await stack.terraform('state', 'show', '-no-color', 'aws_sns_topic.news')).toMatch(
    /kms_master_key_id\s+= "alias.news"/,
  )
}, 120_000)
