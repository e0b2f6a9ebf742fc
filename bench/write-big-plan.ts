import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

type Values = Readonly<Record<string, unknown>>

/** One resource in so many was changed outside; the share of noise is that of a real estate just after its apply. */
const DRIFT_EVERY = 200
const NOISE_SHARE = 0.4
const BATCH_BYTES = 1024 * 1024

/**
 * Writes the JSON of a plan as Terraform does: one line, sections in its order, most resources unchanged, some with the
 * noise of a first refresh, few with drift. Returns the number of resources; the file has about that many bytes.
 */
export async function writeBigPlan(file: string, bytes: number): Promise<number> {
  const sample = [planned(0), change(0, ['no-op']), state(0), drift(1)].map(
    (part) => JSON.stringify(part).length,
  )
  const [plannedBytes = 0, changeBytes = 0, stateBytes = 0, driftBytes = 0] = sample
  const perResource = plannedBytes + changeBytes + stateBytes + driftBytes * NOISE_SHARE
  const count = Math.max(1, Math.floor(bytes / perResource))
  const out = createWriteStream(file)
  await write(out, '{"format_version":"1.2","terraform_version":"1.11.4","variables":{},')
  await write(out, '"planned_values":{"root_module":{"resources":[')
  await writeAll(out, count, planned)
  await write(out, ']}},"resource_drift":[')
  await writeAll(out, count, (index) => (isNoisy(index) || isDrifted(index) ? drift(index) : null))
  await write(out, '],"resource_changes":[')
  await writeAll(out, count, (index) => change(index, isDrifted(index) ? ['update'] : ['no-op']))
  await write(
    out,
    '],"output_changes":{},"prior_state":{"format_version":"1.0","values":{"root_module":{"resources":[',
  )
  await writeAll(out, count, state)
  await write(out, ']}}},"configuration":{"root_module":{"resources":[')
  await write(out, JSON.stringify(block()))
  await write(out, ']}},"applyable":true,"complete":true,"errored":false}\n')
  out.end()
  await finished(out)
  return count
}

async function writeAll(
  out: WriteStream,
  count: number,
  make: (index: number) => Values | null,
): Promise<void> {
  let batch = ''
  let isFirst = true
  for (let index = 0; index < count; index += 1) {
    const part = make(index)
    if (part === null) continue
    batch += `${isFirst ? '' : ','}${JSON.stringify(part)}`
    isFirst = false
    if (batch.length < BATCH_BYTES) continue
    await write(out, batch)
    batch = ''
  }
  await write(out, batch)
}

async function write(out: WriteStream, text: string): Promise<void> {
  if (!out.write(text)) await once(out, 'drain')
}

function isDrifted(index: number): boolean {
  return index % DRIFT_EVERY === 1
}

function isNoisy(index: number): boolean {
  return (index * 7919) % 100 < NOISE_SHARE * 100
}

function named(index: number): Values {
  return {
    address: `aws_instance.fleet[${index}]`,
    mode: 'managed',
    type: 'aws_instance',
    name: 'fleet',
    index,
    provider_name: 'registry.terraform.io/hashicorp/aws',
  }
}

function planned(index: number): Values {
  return { ...named(index), schema_version: 1, values: values(index), sensitive_values: marks() }
}

function state(index: number): Values {
  return { ...planned(index), depends_on: ['aws_subnet.private', 'aws_vpc.main'] }
}

function change(index: number, actions: readonly string[]): Values {
  const after = values(index)
  const before = isDrifted(index) ? { ...after, instance_type: 'm5.24xlarge' } : after
  return { ...named(index), change: sides(actions, before, after) }
}

function drift(index: number): Values {
  const before = { ...values(index), tags: null }
  const after = { ...values(index), tags: {}, ...(isDrifted(index) ? { instance_type: 'm5.24xlarge' } : {}) }
  return { ...named(index), change: sides(['update'], before, after) }
}

function sides(actions: readonly string[], before: Values, after: Values): Values {
  return { actions, before, after, after_unknown: {}, before_sensitive: marks(), after_sensitive: marks() }
}

function marks(): Values {
  return {
    ebs_block_device: [],
    root_block_device: [{ tags: {} }],
    tags_all: {},
    vpc_security_group_ids: [false],
  }
}

function block(): Values {
  const expressions = {
    instance_type: { constant_value: 'm5.large' },
    subnet_id: { references: ['aws_subnet.private.id'] },
  }
  return { address: 'aws_instance.fleet', mode: 'managed', type: 'aws_instance', name: 'fleet', expressions }
}

/** About as many bytes as an AWS resource has in a plan, with a policy and a script as text in it. */
function values(index: number): Values {
  const id = `i-${index.toString(16).padStart(17, '0')}`
  return {
    ami: 'ami-0123456789abcdef0',
    arn: `arn:aws:ec2:eu-west-1:123456789012:instance/${id}`,
    availability_zone: 'eu-west-1a',
    credit_specification: [],
    disable_api_termination: false,
    ebs_optimized: true,
    iam_instance_profile: `profile-${index}`,
    id,
    instance_type: 'm5.large',
    metadata_options: [{ http_endpoint: 'enabled', http_put_response_hop_limit: 2, http_tokens: 'required' }],
    policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::b-${index}/*"}]}`,
    private_dns: `ip-10-0-${index % 256}-${(index >> 8) % 256}.eu-west-1.compute.internal`,
    root_block_device: [
      {
        delete_on_termination: true,
        encrypted: true,
        iops: 3000,
        kms_key_id: '',
        tags: {},
        volume_size: 100,
      },
    ],
    subnet_id: `subnet-${(index % 64).toString(16).padStart(17, '0')}`,
    tags: {},
    tags_all: { Estate: 'bench', Team: 'platform', Service: `service-${index % 100}` },
    timeouts: null,
    user_data:
      '#!/bin/sh\nset -eu\nexport PATH="/usr/local/bin:$PATH"\nexec /srv/service/run --config "/etc/service.d"\n',
    vpc_security_group_ids: [`sg-${(index % 32).toString(16).padStart(17, '0')}`],
  }
}
