import { describe, expect, it } from 'vitest'
import {
  classifyDocument,
  type PlannedResource,
  planDocument,
  summarize,
} from '../../../helpers/build-plan.js'

const GROUP = 'aws_security_group.app'
const GROUP_ID = 'sg-0123456789abcdef0'
const ARN = 'arn:aws:iam::123456789012:policy/read'

/** A rule as a security group lists it. */
function rule(port: number, cidrs: readonly string[], more: object = {}) {
  return {
    protocol: 'tcp',
    from_port: port,
    to_port: port,
    cidr_blocks: cidrs,
    self: false,
    description: '',
    ...more,
  }
}

/** Something that the plan leaves as it is, with one attribute that is another than recorded. */
function left(address: string, recorded: object, actual: object, code: object = {}): PlannedResource {
  return {
    address,
    recorded: { ...recorded },
    actual: { ...actual },
    declared: { ...actual },
    code: { ...code },
  }
}

function group(
  recorded: readonly object[],
  actual: readonly object[],
  direction = 'ingress',
): PlannedResource {
  return left(GROUP, { id: GROUP_ID, [direction]: recorded }, { id: GROUP_ID, [direction]: actual })
}

function sibling(address: string, actual: object): PlannedResource {
  return { address, actual: { ...actual }, declared: { ...actual } }
}

const ingressRule = sibling('aws_vpc_security_group_ingress_rule.https', {
  security_group_id: GROUP_ID,
  ip_protocol: 'tcp',
  from_port: 443,
  to_port: 443,
  cidr_ipv4: '10.0.0.0/8',
})

async function said(...resources: readonly PlannedResource[]): Promise<readonly string[]> {
  return summarize((await classifyDocument(planDocument(resources))).findings)
}

const EXPLAINED = `informational none ${GROUP} [outside:ingress]`
const OPENED = `changed! none ${GROUP} [outside:ingress]`

describe('rules of a security group', () => {
  it('is informational where a rule of the code accounts for it', async () => {
    expect(await said(group([], [rule(443, ['10.0.0.0/8'])]), ingressRule)).toEqual([EXPLAINED])
  })

  it('takes rules that Amazon joined apart', async () => {
    const old = sibling('aws_security_group_rule.old', {
      security_group_id: GROUP_ID,
      type: 'ingress',
      protocol: '6',
      from_port: 443,
      to_port: 443,
      cidr_blocks: ['192.168.0.0/16'],
    })
    expect(await said(group([], [rule(443, ['10.0.0.0/8', '192.168.0.0/16'])]), ingressRule, old)).toEqual([
      EXPLAINED,
    ])
  })

  it('names only the rule that nobody accounts for', async () => {
    const opened = rule(9999, ['0.0.0.0/0'])
    const document = planDocument([group([], [rule(443, ['10.0.0.0/8']), opened]), ingressRule])
    const { findings } = await classifyDocument(document)
    expect(summarize(findings)).toEqual([OPENED])
    expect(findings[0]?.changes[0]).toMatchObject({ actual: [opened], recorded: [], declared: [] })
  })

  it.each([
    ['another peer at the port of a rule', rule(443, ['10.0.0.0/8', '0.0.0.0/0'])],
    ['a wider range of ports', rule(443, ['10.0.0.0/8'], { from_port: 0 })],
    ['another protocol', rule(443, ['10.0.0.0/8'], { protocol: 'udp' })],
    ['all protocols', rule(443, ['10.0.0.0/8'], { protocol: '-1' })],
    ['the group itself as well', rule(443, ['10.0.0.0/8'], { self: true })],
  ])('is changed for %s', async (_, opened) => {
    expect(await said(group([], [opened]), ingressRule)).toEqual([OPENED])
  })

  it('does not take an egress rule for an ingress rule, nor that of another group', async () => {
    const opened = [rule(443, ['10.0.0.0/8'])]
    const egress = { ...ingressRule, address: 'aws_vpc_security_group_egress_rule.https' }
    expect(await said(group([], opened), egress)).toEqual([OPENED])
    const other = sibling('aws_vpc_security_group_ingress_rule.other', {
      ...ingressRule.actual,
      security_group_id: 'sg-9',
      peer: GROUP_ID,
    })
    expect(await said(group([], opened), other)).toEqual([OPENED])
  })

  it('takes the loss of a rule for that of the sibling which was deleted', async () => {
    const gone = {
      address: 'aws_vpc_security_group_ingress_rule.https',
      recorded: ingressRule.actual ?? {},
      actual: null,
      declared: ingressRule.actual ?? {},
    }
    expect(await said(group([rule(443, ['10.0.0.0/8'])], []), gone)).toEqual([
      EXPLAINED,
      'deleted create aws_vpc_security_group_ingress_rule.https []',
    ])
  })
})

describe('what siblings account for elsewhere', () => {
  const role = left(
    'aws_iam_role.app',
    { id: 'app', managed_policy_arns: [] },
    { id: 'app', managed_policy_arns: [ARN] },
  )

  it('is informational for a policy attached by the code', async () => {
    const attached = sibling('aws_iam_role_policy_attachment.app', { role: 'app', policy_arn: ARN })
    expect(await said(role, attached)).toEqual([
      'informational none aws_iam_role.app [outside:managed_policy_arns]',
    ])
  })

  it('reports a hand-attached policy as changed', async () => {
    const other = sibling('aws_iam_role_policy_attachment.other', { role: 'other', policy_arn: ARN })
    expect(await said(role, other)).toEqual(['changed! none aws_iam_role.app [outside:managed_policy_arns]'])
  })

  it('does not take a group of the same name for the role', async () => {
    const attached = sibling('aws_iam_group_policy_attachment.app', { group: 'app', policy_arn: ARN })
    expect(await said(role, attached)).toEqual([
      'changed! none aws_iam_role.app [outside:managed_policy_arns]',
    ])
  })

  it('knows versioning switched on by a sibling, but not by one that happens to say true', async () => {
    const bucket = left(
      'aws_s3_bucket.b',
      { id: 'b-1', bucket: 'b-1', versioning: [{ enabled: false }] },
      { id: 'b-1', bucket: 'b-1', versioning: [{ enabled: true }] },
    )
    const versioning = sibling('aws_s3_bucket_versioning.b', {
      bucket: 'b-1',
      versioning_configuration: [{ status: 'Enabled' }],
    })
    const block = sibling('aws_s3_bucket_public_access_block.b', { bucket: 'b-1', block_public_acls: true })
    expect(await said(bucket, versioning)).toEqual([
      'informational none aws_s3_bucket.b [outside:versioning.0.enabled]',
    ])
    expect(await said(bucket, block)).toEqual([
      'changed! none aws_s3_bucket.b [outside:versioning.0.enabled]',
    ])
  })

  it('compares policies as documents', async () => {
    const written = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 's3:getobject',
        Principal: { AWS: '123456789012' },
        Resource: ['b', 'a'],
      },
    }
    const returned = {
      Statement: [
        {
          Resource: ['a', 'b'],
          Principal: { AWS: ['arn:aws:iam::123456789012:root'] },
          Action: ['s3:GetObject'],
          Effect: 'Allow',
        },
      ],
      Version: '2012-10-17',
    }
    const bucket = left(
      'aws_s3_bucket.b',
      { id: 'b-1', policy: '' },
      { id: 'b-1', policy: JSON.stringify(returned) },
    )
    const policy = (document: object): PlannedResource =>
      sibling('aws_s3_bucket_policy.b', { bucket: 'b-1', policy: JSON.stringify(document) })
    expect(await said(bucket, policy(written))).toEqual([
      'informational none aws_s3_bucket.b [outside:policy]',
    ])
    const wider = { ...written, Statement: { ...written.Statement, Principal: '*' } }
    expect(await said(bucket, policy(wider))).toEqual(['changed! none aws_s3_bucket.b [outside:policy]'])
  })
})
