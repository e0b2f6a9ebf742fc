import {
  AuthorizeSecurityGroupIngressCommand as AllowIngress,
  AssociateDhcpOptionsCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  CreateTagsCommand,
  DeleteDhcpOptionsCommand,
  DeleteRouteCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  ModifySecurityGroupRulesCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { changed, deleted, type Edit, stays, type World } from './edits-world.js'

/** Edits of networks: addresses, routes, names. */
export const NETWORK_EDITS: readonly Edit[] = [
  {
    name: 'VPC: a tag changed and name resolution switched off, which a check watches',
    make: async ({ aws, attribute }) => {
      const id = attribute('aws_vpc.main')
      await tag({ aws, attribute }, 'aws_vpc.main', 'Name', 'prod')
      await aws.ec2.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsSupport: { Value: false } }))
    },
    expected: [
      changed('aws_vpc.main', 'enable_dns_support', 'tags.Name'),
      { address: 'check.vpc_resolves_names', kind: 'check', action: 'none', correctable: false, paths: [] },
    ],
  },
  {
    name: 'subnet: a tag added',
    make: (world) => tag(world, 'aws_subnet.private["a"]', 'Owner', 'mallory'),
    expected: [changed('aws_subnet.private["a"]', 'tags.Owner')],
  },
  {
    name: 'subnet: a tag removed',
    make: (world) => untag(world, 'aws_subnet.private["b"]', 'Name'),
    expected: [changed('aws_subnet.private["b"]', 'tags.Name')],
  },
  {
    name: 'subnet: a default tag of the provider removed',
    make: (world) => untag(world, 'aws_subnet.private["c"]', 'Team'),
    expected: [changed('aws_subnet.private["c"]', 'tags.Team')],
  },
  {
    name: 'subnet: public addresses switched on',
    make: ({ aws, attribute }) =>
      aws.ec2.send(
        new ModifySubnetAttributeCommand({
          SubnetId: attribute('aws_subnet.public'),
          MapPublicIpOnLaunch: { Value: true },
        }),
      ),
    expected: [changed('aws_subnet.public', 'map_public_ip_on_launch')],
  },
  {
    name: 'network ACL: an entry added',
    make: ({ aws, attribute }) =>
      aws.ec2.send(
        new CreateNetworkAclEntryCommand({
          NetworkAclId: attribute('aws_network_acl.main'),
          RuleNumber: 90,
          Protocol: '6',
          RuleAction: 'allow',
          Egress: false,
          CidrBlock: '0.0.0.0/0',
          PortRange: { From: 22, To: 22 },
        }),
      ),
    expected: [changed('aws_network_acl.main', 'ingress')],
  },
  {
    name: 'route table with inline routes: a route added',
    make: (world) => addRoute(world, 'aws_route_table.public', '172.16.0.0/12'),
    expected: [changed('aws_route_table.public', 'route')],
  },
  {
    name: 'route table without inline routes: its own route deleted, another added',
    make: async (world) => {
      await addRoute(world, 'aws_route_table.private', '172.16.0.0/12')
      await world.aws.ec2.send(
        new DeleteRouteCommand({
          RouteTableId: world.attribute('aws_route_table.private'),
          DestinationCidrBlock: '192.168.0.0/16',
        }),
      )
    },
    expected: [deleted('aws_route.private_out'), stays('aws_route_table.private', 'route')],
  },
  {
    name: 'elastic IP: a tag changed',
    make: (world) => tag(world, 'aws_eip.outbound', 'Name', 'mine'),
    expected: [changed('aws_eip.outbound', 'tags.Name')],
  },
  {
    name: 'DHCP options deleted',
    make: async ({ aws, attribute }) => {
      const id = attribute('aws_vpc_dhcp_options.main')
      await aws.ec2.send(
        new AssociateDhcpOptionsCommand({ DhcpOptionsId: 'default', VpcId: attribute('aws_vpc.main') }),
      )
      await aws.ec2.send(new DeleteDhcpOptionsCommand({ DhcpOptionsId: id }))
    },
    expected: [deleted('aws_vpc_dhcp_options.main')],
  },
  {
    name: 'a VPC deleted with everything in it',
    make: async ({ aws, attribute }) => {
      await aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId: attribute('aws_security_group.lab') }))
      await aws.ec2.send(new DeleteSubnetCommand({ SubnetId: attribute('aws_subnet.lab') }))
      await aws.ec2.send(new DeleteVpcCommand({ VpcId: attribute('aws_vpc.lab') }))
    },
    expected: [deleted('aws_vpc.lab'), deleted('aws_subnet.lab'), deleted('aws_security_group.lab')],
  },
  {
    name: 'security group with inline rules: a rule added',
    make: (world) => allow(world, 'aws_security_group.web', { port: 22, cidr: '0.0.0.0/0' }),
    expected: [changed('aws_security_group.web', 'ingress')],
  },
  {
    name: 'security group with inline rules from a dynamic block: a rule removed',
    make: (world) => revoke(world, 'aws_security_group.cache', { port: 6380, cidr: '10.20.0.0/16' }),
    expected: [changed('aws_security_group.cache', 'ingress')],
  },
  {
    name: 'security group without any rule in the code: a rule added',
    make: (world) => allow(world, 'aws_security_group.bare', { port: 9999, cidr: '0.0.0.0/0' }),
    expected: [stays('aws_security_group.bare', 'ingress')],
  },
  {
    name: 'security group with rules of their own: one deleted, one changed, one revoked, one added by hand',
    make: async (world) => {
      const app = 'aws_security_group.app'
      await revoke(world, app, { port: 8081, cidr: '10.20.0.0/16' })
      await revoke(world, app, { port: 8082, cidr: '10.20.0.0/16' })
      await allow(world, app, { port: 3389, cidr: '0.0.0.0/0' })
      await moveRule(world, 'aws_vpc_security_group_ingress_rule.app_from_web', 8090)
    },
    expected: [
      deleted('aws_vpc_security_group_ingress_rule.app_health'),
      deleted('aws_security_group_rule.app_old_style'),
      changed('aws_vpc_security_group_ingress_rule.app_from_web', 'from_port', 'to_port'),
      stays('aws_security_group.app', 'ingress'),
    ],
  },
]

interface Opening {
  readonly port: number
  readonly cidr: string
}

function tag({ aws, attribute }: World, address: string, key: string, value: string): Promise<unknown> {
  return aws.ec2.send(
    new CreateTagsCommand({ Resources: [attribute(address)], Tags: [{ Key: key, Value: value }] }),
  )
}

function untag({ aws, attribute }: World, address: string, key: string): Promise<unknown> {
  return aws.ec2.send(new DeleteTagsCommand({ Resources: [attribute(address)], Tags: [{ Key: key }] }))
}

function addRoute({ aws, attribute }: World, address: string, cidr: string): Promise<unknown> {
  return aws.ec2.send(
    new CreateRouteCommand({
      RouteTableId: attribute(address),
      DestinationCidrBlock: cidr,
      GatewayId: attribute('aws_internet_gateway.main'),
    }),
  )
}

function allow({ aws, attribute }: World, group: string, opening: Opening): Promise<unknown> {
  return aws.ec2.send(new AllowIngress({ GroupId: attribute(group), IpPermissions: [permission(opening)] }))
}

function revoke({ aws, attribute }: World, group: string, opening: Opening): Promise<unknown> {
  return aws.ec2.send(
    new RevokeSecurityGroupIngressCommand({
      GroupId: attribute(group),
      IpPermissions: [permission(opening)],
    }),
  )
}

function permission({ port, cidr }: Opening) {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] }
}

/** Another port: the group's own list follows its rule. */
function moveRule({ aws, attribute }: World, rule: string, port: number): Promise<unknown> {
  return aws.ec2.send(
    new ModifySecurityGroupRulesCommand({
      GroupId: attribute(rule, 'security_group_id'),
      SecurityGroupRules: [
        {
          SecurityGroupRuleId: attribute(rule),
          SecurityGroupRule: {
            IpProtocol: 'tcp',
            FromPort: port,
            ToPort: port,
            ReferencedGroupId: attribute('aws_security_group.web'),
          },
        },
      ],
    }),
  )
}
