import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb'
import {
  AuthorizeSecurityGroupIngressCommand,
  DeleteSubnetCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { AttachRolePolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  GetBucketTaggingCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { addSetting, openSshd, publishSettings, removeRotation } from './hosts-stack.js'
import type { ExpectedRecord } from './report.js'

/** One thing done behind the code's back, and what a report must make of it. */
export interface Edit {
  /** In plain words, as the person who did it would say it. */
  readonly text: string
  readonly expected: ExpectedRecord
  readonly carryOut: (world: World) => Promise<void>
}

/** Clients of the services that the edits touch. */
export interface AwsClients {
  readonly dynamodb: DynamoDBClient
  readonly ec2: EC2Client
  readonly iam: IAMClient
  readonly s3: S3Client
  readonly ssm: SSMClient
}

/** What the edits reach. */
export interface World extends AwsClients {
  /** The folder whose folders are the hosts. */
  readonly hosts: string
}

const BUCKET = 'acme-artifacts'

/** Everything the demo changes by hand. What is not `correctable` is what Terraform's own exit code does not see. */
export const EDITS: readonly Edit[] = [
  {
    text: 'opened SSH to the whole internet on the group "web"',
    expected: changed('network', 'aws_security_group.web', ['ingress']),
    carryOut: (aws) => openPort(aws.ec2, 'web', 22),
  },
  {
    text: 'opened the database port to it as well, on "database"',
    expected: { ...changed('network', 'aws_security_group.database', ['ingress']), correctable: false },
    carryOut: (aws) => openPort(aws.ec2, 'database', 5432),
  },
  {
    text: 'deleted the subnet app-b',
    expected: {
      stack: 'network',
      address: 'aws_subnet.app["b"]',
      kind: 'deleted',
      correctable: true,
      attributes: [],
    },
    carryOut: (aws) => deleteSubnet(aws.ec2, '10.20.2.0/24'),
  },
  {
    text: 'suspended the versioning of the bucket "to save money"',
    expected: changed('storage', 'aws_s3_bucket_versioning.artifacts', ['versioning_configuration']),
    carryOut: async (aws) => {
      const VersioningConfiguration = { Status: 'Suspended' } as const
      await aws.s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }))
    },
  },
  {
    text: 'let everybody read the bucket by its policy',
    expected: changed('storage', 'aws_s3_bucket_policy.artifacts', ['policy']),
    carryOut: async (aws) => {
      await aws.s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: publicReadPolicy() }))
    },
  },
  {
    text: 'changed the Owner tag of the bucket',
    expected: changed('storage', 'aws_s3_bucket.artifacts', ['tags']),
    carryOut: async (aws) => {
      const Tagging = { TagSet: [{ Key: 'Owner', Value: 'somebody' }] }
      await aws.s3.send(new PutBucketTaggingCommand({ Bucket: BUCKET, Tagging }))
    },
  },
  {
    text: 'switched the deletion protection of the table off',
    expected: changed('storage', 'aws_dynamodb_table.index', ['deletion_protection_enabled']),
    carryOut: async (aws) => {
      const change = { TableName: 'artifact-index', DeletionProtectionEnabled: false }
      await aws.dynamodb.send(new UpdateTableCommand(change))
    },
  },
  {
    text: 'attached a policy that allows everything to the role "deploy"',
    expected: { ...changed('access', 'aws_iam_role.deploy', ['managed_policy_arns']), correctable: false },
    carryOut: (aws) => attachAdminPolicy(aws.iam, 'deploy'),
  },
  {
    text: 'switched the release channel to "nightly"',
    expected: changed('access', 'aws_ssm_parameter.release', ['value']),
    carryOut: async (aws) => {
      const change = { Name: '/deploy/release-channel', Value: 'nightly', Overwrite: true }
      await aws.ssm.send(new PutParameterCommand(change))
    },
  },
  {
    text: 'let root log in over ssh on web1, "just for today"',
    expected: { ...changed('hosts', 'sshd configuration', ['content']), host: 'web1' },
    carryOut: ({ hosts }) => openSshd(hosts, 'web1'),
  },
  {
    text: 'made the settings of the application on web1 readable for all',
    expected: { ...changed('hosts', 'application settings', ['mode']), host: 'web1' },
    carryOut: ({ hosts }) => publishSettings(hosts, 'web1'),
  },
  {
    text: 'switched debugging on in the settings of web2',
    expected: { ...changed('hosts', 'application settings', ['content']), host: 'web2' },
    carryOut: ({ hosts }) => addSetting(hosts, 'web2', 'debug = true'),
  },
  {
    text: 'removed the log rotation of db1',
    expected: {
      stack: 'hosts',
      host: 'db1',
      address: 'log rotation',
      kind: 'deleted',
      correctable: true,
      attributes: [],
    },
    carryOut: ({ hosts }) => removeRotation(hosts, 'db1'),
  },
]

/** Clients that talk to an emulator and nothing else. */
export function createAwsClients(endpoint: string): AwsClients {
  // the SDK warns on standard error that later versions will need a newer Node
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  const options = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  return {
    dynamodb: new DynamoDBClient(options),
    ec2: new EC2Client(options),
    iam: new IAMClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    ssm: new SSMClient(options),
  }
}

/** Who the bucket says it belongs to, asked of AWS and not of driftd: `somebody` by the edit, `platform` by the code. */
export async function bucketOwner(aws: Pick<AwsClients, 's3'>): Promise<string | undefined> {
  const { TagSet } = await aws.s3.send(new GetBucketTaggingCommand({ Bucket: BUCKET }))
  return TagSet?.find(({ Key }) => Key === 'Owner')?.Value
}

function changed(stack: string, address: string, attributes: readonly string[]): ExpectedRecord {
  return { stack, address, kind: 'changed', correctable: true, attributes }
}

async function openPort(ec2: EC2Client, groupName: string, port: number): Promise<void> {
  const Filters = [{ Name: 'group-name', Values: [groupName] }]
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
  ]
  const GroupId = SecurityGroups?.[0]?.GroupId
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
}

async function deleteSubnet(ec2: EC2Client, cidrBlock: string): Promise<void> {
  const Filters = [{ Name: 'cidr-block', Values: [cidrBlock] }]
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters }))
  await ec2.send(new DeleteSubnetCommand({ SubnetId: Subnets?.[0]?.SubnetId }))
}

async function attachAdminPolicy(iam: IAMClient, RoleName: string): Promise<void> {
  const PolicyDocument = policyDocument([{ Effect: 'Allow', Action: '*', Resource: '*' }])
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'hotfix', PolicyDocument }))
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: Policy?.Arn }))
}

function publicReadPolicy(): string {
  const Resource = [`arn:aws:s3:::${BUCKET}/*`]
  return policyDocument([
    {
      Sid: 'OnlyTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    { Sid: 'Everybody', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource },
  ])
}

function policyDocument(Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement })
}
