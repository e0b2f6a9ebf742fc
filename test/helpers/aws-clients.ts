import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EC2Client } from '@aws-sdk/client-ec2'
import { IAMClient } from '@aws-sdk/client-iam'
import { KMSClient } from '@aws-sdk/client-kms'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { Route53Client } from '@aws-sdk/client-route-53'
import { S3Client } from '@aws-sdk/client-s3'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'

/** One client per AWS service that the edits touch. */
export interface AwsClients {
  readonly dynamodb: DynamoDBClient
  readonly ec2: EC2Client
  readonly iam: IAMClient
  readonly kms: KMSClient
  readonly lambda: LambdaClient
  readonly route53: Route53Client
  readonly s3: S3Client
  readonly sns: SNSClient
  readonly sqs: SQSClient
  readonly ssm: SSMClient
  /** Closes every socket; safe twice. */
  readonly destroy: () => void
}

/** Clients of the emulator at this URL; its account takes any credentials. */
export function createAwsClients(endpoint: string): AwsClients {
  const settings = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  const clients = {
    dynamodb: new DynamoDBClient(settings),
    ec2: new EC2Client(settings),
    iam: new IAMClient(settings),
    kms: new KMSClient(settings),
    lambda: new LambdaClient(settings),
    route53: new Route53Client(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
    ssm: new SSMClient(settings),
  }
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}
