import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { changed, deleted, type Edit, partly, stays } from './edits-world.js'

/** Edits of roles, users and policies. */
export const IDENTITY_EDITS: readonly Edit[] = [
  {
    name: 'role: longer sessions, another description',
    make: ({ aws }) =>
      aws.iam.send(
        new UpdateRoleCommand({ RoleName: 'app', MaxSessionDuration: 43_200, Description: 'mine' }),
      ),
    expected: [changed('aws_iam_role.app', 'description', 'max_session_duration')],
  },
  {
    name: 'role: its inline policy widened',
    make: ({ aws }) =>
      aws.iam.send(
        new PutRolePolicyCommand({ RoleName: 'app', PolicyName: 'queues', PolicyDocument: allow('sqs:*') }),
      ),
    expected: [changed('aws_iam_role_policy.app', 'policy')],
  },
  {
    name: 'role without policies in the code: a policy attached by hand',
    make: ({ aws, attribute }) =>
      aws.iam.send(
        new AttachRolePolicyCommand({
          RoleName: 'auditor',
          PolicyArn: attribute('aws_iam_policy.read', 'arn'),
        }),
      ),
    expected: [stays('aws_iam_role.auditor', 'managed_policy_arns')],
  },
  {
    name: 'role: an attachment of the code detached',
    make: ({ aws, attribute }) =>
      aws.iam.send(
        new DetachRolePolicyCommand({
          RoleName: 'operator',
          PolicyArn: attribute('aws_iam_policy.read', 'arn'),
        }),
      ),
    expected: [deleted('aws_iam_role_policy_attachment.operator_reads')],
  },
  {
    name: 'role: who may take it on changed, an inline policy added by hand',
    make: async ({ aws }) => {
      await aws.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: 'worker',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
          }),
        }),
      )
      await aws.iam.send(
        new PutRolePolicyCommand({ RoleName: 'worker', PolicyName: 'backdoor', PolicyDocument: allow('*') }),
      )
    },
    expected: [partly('aws_iam_role.worker', 'assume_role_policy', 'inline_policy')],
  },
  {
    name: 'policy: a new default version',
    make: ({ aws, attribute }) =>
      aws.iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: attribute('aws_iam_policy.read', 'arn'),
          PolicyDocument: allow('s3:*'),
          SetAsDefault: true,
        }),
      ),
    expected: [changed('aws_iam_policy.read', 'policy')],
  },
  {
    name: 'user: a policy deleted',
    make: ({ aws }) => aws.iam.send(new DeleteUserPolicyCommand({ UserName: 'ci', PolicyName: 'deploy' })),
    expected: [deleted('aws_iam_user_policy.ci')],
  },
]

function allow(action: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  })
}
