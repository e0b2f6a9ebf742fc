import type { Action } from '../../src/domain/record.js'
import { changed, type Expected } from './edits-world.js'

/** What a scan of the next version of the code says while nobody has touched anything. */
export const CODE_CHANGES: readonly Expected[] = [
  pending('replace', 'aws_ebs_volume.data', 'availability_zone'),
  pending('delete', 'aws_ecr_repository.app'),
  pending('delete', 'aws_eip.outbound'),
  pending('update', 'aws_instance.web', 'tags.Owner'),
  pending('update', 'aws_sns_topic.alarms', 'display_name'),
  pending('create', 'aws_sqs_queue.added'),
  pending('import', 'aws_sqs_queue.adopted', 'max_message_size', 'tags.Estate', 'tags.Team'),
  pending('delete', 'aws_sqs_queue.counted[1]'),
  pending('update', 'aws_sqs_queue.dead', 'message_retention_seconds'),
  pending('forget', 'aws_sqs_queue.handed_over'),
  pending('delete', 'aws_sqs_queue.retired'),
  pending('delete', 'aws_subnet.private["c"]'),
  pending('update', 'aws_vpc.main', 'tags.Name'),
]

/**
 * What becomes of resources that were edited and whose code changed too, by address: null where nothing is left to say
 * (the code has meanwhile adopted the edit, or removed what is gone).
 */
export const CODE_AND_EDITS: Readonly<Record<string, Expected | null>> = {
  'aws_ebs_volume.data': conflict('replace', 'aws_ebs_volume.data', 'availability_zone', 'size'),
  'aws_eip.outbound': conflict('delete', 'aws_eip.outbound'),
  'aws_instance.web': conflict('update', 'aws_instance.web', 'instance_type', 'tags.Owner'),
  'aws_sns_topic.alarms': null,
  'aws_sqs_queue.dead': conflict(
    'update',
    'aws_sqs_queue.dead',
    'message_retention_seconds',
    'visibility_timeout_seconds',
  ),
  'aws_sqs_queue.old_name': changed('aws_sqs_queue.new_name', 'delay_seconds'),
  'aws_sqs_queue.retired': null,
  'aws_subnet.private["c"]': conflict('delete', 'aws_subnet.private["c"]'),
  'aws_vpc.main': conflict('update', 'aws_vpc.main', 'enable_dns_support', 'tags.Name'),
}

/** What a scan says of edits and code changes in one world: each alone, or what becomes of them together. */
export function combine(edits: readonly Expected[], code: readonly Expected[]): readonly Expected[] {
  const alone = [...edits, ...code].filter((expected) => !(expected.address in CODE_AND_EDITS))
  return [...alone, ...Object.values(CODE_AND_EDITS).filter((expected) => expected !== null)]
}

function pending(action: Action, address: string, ...paths: string[]): Expected {
  return { address, kind: 'pending', action, correctable: true, paths }
}

function conflict(action: Action, address: string, ...paths: string[]): Expected {
  return { address, kind: 'conflict', action, correctable: true, paths }
}
