import {
  CreateLaunchTemplateVersionCommand,
  CreateTagsCommand,
  DeleteKeyPairCommand,
  ModifyInstanceAttributeCommand,
  ModifyLaunchTemplateCommand,
  ModifyVolumeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import {
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { changed, deleted, type Edit, partly, stays } from './edits-world.js'

/** A ZIP archive with nothing in it: PKZIP's end-of-directory record alone. */
const EMPTY_ARCHIVE = Buffer.from('504b0506000000000000000000000000000000000000', 'hex')

/** Edits of machines and functions. */
export const COMPUTE_EDITS: readonly Edit[] = [
  {
    name: 'instance: another type',
    make: ({ aws, attribute }) =>
      aws.ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: attribute('aws_instance.web'),
          InstanceType: { Value: 'm5.4xlarge' },
        }),
      ),
    expected: [changed('aws_instance.web', 'instance_type')],
  },
  {
    name: 'instance: another security group',
    make: ({ aws, attribute }) =>
      aws.ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: attribute('aws_instance.batch[0]'),
          Groups: [attribute('aws_security_group.bare')],
        }),
      ),
    expected: [stays('aws_instance.batch[0]', 'vpc_security_group_ids')],
  },
  {
    name: 'instance terminated',
    make: ({ aws, attribute }) =>
      aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [attribute('aws_instance.batch[1]')] })),
    expected: [deleted('aws_instance.batch[1]')],
  },
  {
    name: 'instance whose tags the code ignores: a tag added',
    make: ({ aws, attribute }) =>
      aws.ec2.send(
        new CreateTagsCommand({
          Resources: [attribute('aws_instance.autotagged')],
          Tags: [{ Key: 'Owner', Value: 'robot' }],
        }),
      ),
    expected: [],
  },
  {
    name: 'volume: larger',
    make: ({ aws, attribute }) =>
      aws.ec2.send(new ModifyVolumeCommand({ VolumeId: attribute('aws_ebs_volume.data'), Size: 20 })),
    expected: [changed('aws_ebs_volume.data', 'size')],
  },
  {
    name: 'launch template: a new default version',
    make: async ({ aws, attribute }) => {
      const LaunchTemplateId = attribute('aws_launch_template.app')
      await aws.ec2.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId,
          LaunchTemplateData: { ImageId: 'ami-12c6146b', InstanceType: 'm5.large' },
        }),
      )
      await aws.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: '2' }))
    },
    expected: [partly('aws_launch_template.app', 'default_version', 'instance_type', 'latest_version')],
  },
  {
    name: 'key pair deleted',
    make: ({ aws, attribute }) =>
      aws.ec2.send(new DeleteKeyPairCommand({ KeyName: attribute('aws_key_pair.deploy', 'key_name') })),
    expected: [deleted('aws_key_pair.deploy')],
  },
  {
    name: 'function: time limit and an environment variable changed',
    make: ({ aws, attribute }) =>
      aws.lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: 'worker',
          Timeout: 60,
          Environment: {
            Variables: {
              LEVEL: 'debug',
              PASSWORD: attribute('aws_ssm_parameter.database_password', 'value'),
            },
          },
        }),
      ),
    expected: [changed('aws_lambda_function.worker', 'environment', 'timeout')],
  },
  {
    name: 'function: other code, whose digest nobody declares',
    make: ({ aws }) =>
      aws.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'report', ZipFile: EMPTY_ARCHIVE })),
    expected: [stays('aws_lambda_function.report', 'code_sha256')],
  },
  {
    name: 'function: a permission removed',
    make: ({ aws }) =>
      aws.lambda.send(new RemovePermissionCommand({ FunctionName: 'worker', StatementId: 'events' })),
    expected: [deleted('aws_lambda_permission.events')],
  },
]
