import {
  DeleteTopicCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns'
import { DeleteQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { changed, deleted, type Edit, partly, type World } from './edits-world.js'

const DEEP_BOX = 'module.tenant["a b"].module.mailbox["k\\"q"].aws_sqs_queue.box["bulk \\"low\\""]'

/** Edits of queues, topics and subscriptions. */
export const MESSAGING_EDITS: readonly Edit[] = [
  {
    name: 'queue: an attribute changed',
    make: (world) => setQueue(world, 'aws_sqs_queue.dead', { VisibilityTimeout: '300' }),
    expected: [changed('aws_sqs_queue.dead', 'visibility_timeout_seconds')],
  },
  {
    // the emulator sets blanks into redrive_policy, so that the plan updates the queue, but never this policy
    name: 'queue without a policy in the code: a policy added',
    make: (world) =>
      setQueue(world, 'aws_sqs_queue.open', {
        Policy: openPolicy('sqs:SendMessage', world.attribute('aws_sqs_queue.open', 'arn')),
      }),
    expected: [partly('aws_sqs_queue.open', 'policy')],
  },
  {
    name: 'queue deleted',
    make: ({ aws, attribute }) =>
      aws.sqs.send(new DeleteQueueCommand({ QueueUrl: attribute('aws_sqs_queue.retired') })),
    expected: [deleted('aws_sqs_queue.retired')],
  },
  {
    name: 'queue that the next version of the code calls otherwise: an attribute changed',
    make: (world) => setQueue(world, 'aws_sqs_queue.old_name', { DelaySeconds: '5' }),
    expected: [changed('aws_sqs_queue.old_name', 'delay_seconds')],
  },
  {
    name: 'queue deep in modules, with quotes in its keys: an attribute changed',
    make: (world) => setQueue(world, DEEP_BOX, { MessageRetentionPeriod: '7200' }),
    expected: [changed(DEEP_BOX, 'message_retention_seconds')],
  },
  {
    name: 'topic in a module deleted',
    make: ({ aws, attribute }) =>
      aws.sns.send(
        new DeleteTopicCommand({ TopicArn: attribute('module.tenant["c/d"].aws_sns_topic.tenant') }),
      ),
    expected: [deleted('module.tenant["c/d"].aws_sns_topic.tenant')],
  },
  {
    name: 'topic: a display name given',
    make: (world) => setTopic(world, 'aws_sns_topic.alarms', 'DisplayName', 'Alarms'),
    expected: [changed('aws_sns_topic.alarms', 'display_name')],
  },
  {
    name: 'topic: its policy opened',
    make: (world) =>
      setTopic(
        world,
        'aws_sns_topic.events',
        'Policy',
        openPolicy('SNS:Publish', world.attribute('aws_sns_topic.events')),
      ),
    expected: [changed('aws_sns_topic_policy.events', 'policy')],
  },
  {
    name: 'subscription: raw delivery switched on',
    make: ({ aws, attribute }) =>
      aws.sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn: attribute('aws_sns_topic_subscription.jobs'),
          AttributeName: 'RawMessageDelivery',
          AttributeValue: 'true',
        }),
      ),
    expected: [changed('aws_sns_topic_subscription.jobs', 'raw_message_delivery')],
  },
  {
    name: 'subscription deleted',
    make: ({ aws, attribute }) =>
      aws.sns.send(
        new UnsubscribeCommand({ SubscriptionArn: attribute('aws_sns_topic_subscription.alarms') }),
      ),
    expected: [deleted('aws_sns_topic_subscription.alarms')],
  },
]

function setQueue({ aws, attribute }: World, address: string, attributes: Record<string, string>) {
  return aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl: attribute(address), Attributes: attributes }))
}

function setTopic({ aws, attribute }: World, address: string, name: string, value: string) {
  return aws.sns.send(
    new SetTopicAttributesCommand({
      TopicArn: attribute(address),
      AttributeName: name,
      AttributeValue: value,
    }),
  )
}

function openPolicy(action: string, resource: string): string {
  const statement = { Sid: 'open', Effect: 'Allow', Principal: '*', Action: action, Resource: resource }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}
