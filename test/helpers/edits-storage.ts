import {
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DeleteBucketOwnershipControlsCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { changed, deleted, type Edit, partly, stays } from './edits-world.js'

/** Edits of buckets and tables. */
export const STORAGE_EDITS: readonly Edit[] = [
  {
    name: 'bucket: versioning suspended',
    make: ({ aws }) =>
      aws.s3.send(
        new PutBucketVersioningCommand({
          Bucket: 'truth-exports',
          VersioningConfiguration: { Status: 'Suspended' },
        }),
      ),
    expected: [changed('aws_s3_bucket_versioning.exports', 'versioning_configuration')],
  },
  {
    name: 'bucket: its policy widened',
    make: ({ aws }) =>
      aws.s3.send(
        new PutBucketPolicyCommand({
          Bucket: 'truth-assets',
          Policy: readPolicy('arn:aws:s3:::truth-assets/*'),
        }),
      ),
    expected: [changed('aws_s3_bucket_policy.assets', 'policy')],
  },
  {
    name: 'bucket: public access no longer blocked',
    make: ({ aws }) =>
      aws.s3.send(
        new PutPublicAccessBlockCommand({
          Bucket: 'truth-assets',
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: false,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: false,
          },
        }),
      ),
    expected: [
      changed('aws_s3_bucket_public_access_block.assets', 'block_public_policy', 'restrict_public_buckets'),
    ],
  },
  {
    name: 'object overwritten',
    make: ({ aws }) =>
      aws.s3.send(
        new PutObjectCommand({
          Bucket: 'truth-plain',
          Key: 'readme.txt',
          Body: 'defaced\n',
          Tagging: 'Estate=truth&Team=platform',
        }),
      ),
    expected: [stays('aws_s3_object.readme', 'etag')],
  },
  {
    name: 'bucket: another encryption',
    make: ({ aws }) =>
      aws.s3.send(
        new PutBucketEncryptionCommand({
          Bucket: 'truth-assets',
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        }),
      ),
    expected: [changed('aws_s3_bucket_server_side_encryption_configuration.assets', 'rule')],
  },
  {
    name: 'bucket: ownership controls deleted',
    make: ({ aws }) => aws.s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket: 'truth-assets' })),
    expected: [deleted('aws_s3_bucket_ownership_controls.assets')],
  },
  {
    name: 'bucket without a policy in the code: tags changed, a policy added',
    make: async ({ aws }) => {
      await aws.s3.send(
        new PutBucketTaggingCommand({
          Bucket: 'truth-plain',
          Tagging: {
            TagSet: [
              { Key: 'Purpose', Value: 'production' },
              { Key: 'Estate', Value: 'truth' },
              { Key: 'Team', Value: 'platform' },
            ],
          },
        }),
      )
      await aws.s3.send(
        new PutBucketPolicyCommand({
          Bucket: 'truth-plain',
          Policy: readPolicy('arn:aws:s3:::truth-plain/*'),
        }),
      )
    },
    expected: [partly('aws_s3_bucket.plain', 'policy', 'tags.Purpose')],
  },
  {
    name: 'table: capacity raised, recovery switched off',
    make: async ({ aws }) => {
      await aws.dynamodb.send(
        new UpdateTableCommand({
          TableName: 'orders',
          ProvisionedThroughput: { ReadCapacityUnits: 50, WriteCapacityUnits: 5 },
        }),
      )
      await aws.dynamodb.send(
        new UpdateContinuousBackupsCommand({
          TableName: 'orders',
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
        }),
      )
    },
    expected: [partly('aws_dynamodb_table.orders', 'point_in_time_recovery', 'read_capacity')],
  },
  {
    name: 'table: expiry switched off',
    make: ({ aws }) =>
      aws.dynamodb.send(
        new UpdateTimeToLiveCommand({
          TableName: 'sessions',
          TimeToLiveSpecification: { Enabled: false, AttributeName: 'expires' },
        }),
      ),
    expected: [changed('aws_dynamodb_table.sessions', 'ttl')],
  },
]

function readPolicy(resource: string): string {
  const statement = {
    Sid: 'Everyone',
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: resource,
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}
