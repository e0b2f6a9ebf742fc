import {
  DisableKeyCommand,
  DisableKeyRotationCommand,
  ScheduleKeyDeletionCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { DeleteParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { changed, deleted, type Edit, type World } from './edits-world.js'

/** What the database password is rotated to by hand: a secret that no state has seen before the scan. */
export const ROTATED_PASSWORD = 'canary-rotated-b1946ac92492'

/** Edits of keys and parameters. */
export const KEY_EDITS: readonly Edit[] = [
  {
    name: 'key: disabled, described otherwise',
    make: async ({ aws, attribute }) => {
      const KeyId = attribute('aws_kms_key.backup', 'key_id')
      await aws.kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'nothing to see' }))
      await aws.kms.send(new DisableKeyCommand({ KeyId }))
    },
    expected: [changed('aws_kms_key.backup', 'description', 'is_enabled')],
  },
  {
    name: 'key: rotation switched off',
    make: ({ aws, attribute }) =>
      aws.kms.send(new DisableKeyRotationCommand({ KeyId: attribute('aws_kms_key.spare', 'key_id') })),
    expected: [changed('aws_kms_key.spare', 'enable_key_rotation')],
  },
  {
    name: 'key deleted, on which the encryption of a topic hangs',
    make: ({ aws, attribute }) =>
      aws.kms.send(
        new ScheduleKeyDeletionCommand({
          KeyId: attribute('aws_kms_key.doomed', 'key_id'),
          PendingWindowInDays: 7,
        }),
      ),
    expected: [deleted('aws_kms_key.doomed')],
  },
  {
    name: 'parameter: another value',
    make: (world) => put(world, '/estate/level', 'debug'),
    expected: [changed('aws_ssm_parameter.level', 'value')],
  },
  {
    name: 'secret parameter rotated by hand',
    make: (world) => put(world, '/estate/database/password', ROTATED_PASSWORD),
    expected: [changed('aws_ssm_parameter.database_password', 'value')],
  },
  {
    name: 'parameter whose value the code ignores: another value',
    make: (world) => put(world, '/estate/leader', 'node-3'),
    expected: [],
  },
  {
    name: 'parameter of which the code ignores everything deleted',
    make: ({ aws }) => aws.ssm.send(new DeleteParameterCommand({ Name: '/estate/throwaway' })),
    expected: [deleted('aws_ssm_parameter.throwaway')],
  },
]

function put({ aws }: World, name: string, value: string): Promise<unknown> {
  return aws.ssm.send(new PutParameterCommand({ Name: name, Value: value, Overwrite: true }))
}
