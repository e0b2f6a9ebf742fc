import {
  ChangeResourceRecordSetsCommand,
  DeleteHostedZoneCommand,
  type ResourceRecordSet,
  UpdateHostedZoneCommentCommand,
} from '@aws-sdk/client-route-53'
import { changed, deleted, type Edit, type World } from './edits-world.js'

/** Edits of DNS zones and records. */
export const DNS_EDITS: readonly Edit[] = [
  {
    name: 'record points elsewhere',
    make: (world) => change(world, 'UPSERT', record('www.estate.example', 'A', 300, '203.0.113.66')),
    expected: [changed('aws_route53_record.www', 'records')],
  },
  {
    name: 'record lives longer',
    make: (world) => change(world, 'UPSERT', record('estate.example', 'MX', 60, '10 mail.estate.example')),
    expected: [changed('aws_route53_record.mail', 'ttl')],
  },
  {
    name: 'record deleted',
    make: (world) =>
      change(world, 'DELETE', record('api.estate.example', 'CNAME', 300, 'www.estate.example')),
    expected: [deleted('aws_route53_record.api')],
  },
  {
    name: 'zone: another comment',
    make: ({ aws, attribute }) =>
      aws.route53.send(
        new UpdateHostedZoneCommentCommand({ Id: attribute('aws_route53_zone.main'), Comment: 'mine' }),
      ),
    expected: [changed('aws_route53_zone.main', 'comment')],
  },
  {
    name: 'zone deleted with its record',
    make: async (world) => {
      await change(world, 'DELETE', record('www.old.example', 'A', 60, '192.0.2.20'), 'aws_route53_zone.old')
      await world.aws.route53.send(
        new DeleteHostedZoneCommand({ Id: world.attribute('aws_route53_zone.old') }),
      )
    },
    expected: [deleted('aws_route53_zone.old'), deleted('aws_route53_record.old')],
  },
]

function change(
  { aws, attribute }: World,
  action: 'UPSERT' | 'DELETE',
  set: ResourceRecordSet,
  zone = 'aws_route53_zone.main',
): Promise<unknown> {
  return aws.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: attribute(zone),
      ChangeBatch: { Changes: [{ Action: action, ResourceRecordSet: set }] },
    }),
  )
}

function record(name: string, type: 'A' | 'CNAME' | 'MX', ttl: number, value: string): ResourceRecordSet {
  return { Name: name, Type: type, TTL: ttl, ResourceRecords: [{ Value: value }] }
}
