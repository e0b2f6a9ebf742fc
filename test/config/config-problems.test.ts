import { describe, expect, it } from 'vitest'
import { MINIMAL, problemsOf, repositoryWith, stackWith } from '../helpers/config.js'

describe('a driftd.yaml with problems', () => {
  it.each([
    [
      'unknown key, with what was meant',
      repositoryWith('polEvery: 60s\n'),
      '5:5 repositories[0].polEvery: is no known key (did you mean pollEvery?)',
    ],
    [
      'unknown key in another spelling',
      repositoryWith('poll_every: 60s\n'),
      '5:5 repositories[0].poll_every: is no known key (did you mean pollEvery?)',
    ],
    [
      'unknown key far from all',
      repositoryWith('xylophone: 1\n'),
      '5:5 repositories[0].xylophone: is no known key',
    ],
    [
      'unknown option of a provider',
      stackWith('workspce: x\n'),
      '8:9 repositories[0].stacks[0].workspce: is no known key (did you mean workspace?)',
    ],
    [
      "another provider's option",
      stackWith('playbook: x.yml\n'),
      '8:9 repositories[0].stacks[0].playbook: is no known key',
    ],
    ['duplicate key', `${MINIMAL}retention: 90d\nretention: 80d\n`, '6:1 retention: stands twice'],
    ['missing key', 'version: 1\nrepositories:\n  - name: infra\n', '3:5 repositories[0].url: is missing'],
    ['wrong version', MINIMAL.replace('1', '2'), '1:10 version: must be 1'],
    [
      'no repository',
      'version: 1\nrepositories: []\n',
      '2:15 repositories: must name at least one repository',
    ],
    [
      'wrong type',
      repositoryWith('discover: live\n'),
      '5:15 repositories[0].discover: must be a list, not a text',
    ],
    [
      'bad cron',
      stackWith('schedule: "61 * * * *"\n'),
      '8:19 repositories[0].stacks[0].schedule: is no cron expression (minute: 61 is a invalid expression for minute)',
    ],
    [
      'date that never comes',
      stackWith('schedule: "0 0 31 2 *"\n'),
      '8:19 repositories[0].stacks[0].schedule: is no cron expression (dayOfMonth: 31 2 is an impossible day of month for the given month)',
    ],
    [
      'bad time zone',
      stackWith('timezone: Europe/Berln\n'),
      '8:19 repositories[0].stacks[0].timezone: is no time zone that this machine knows (did you mean Europe/Berlin?)',
    ],
    [
      'duration without unit',
      stackWith('timeout: 20\n'),
      '8:18 repositories[0].stacks[0].timeout: must be a duration such as 30s, 5m, 24h or 3d',
    ],
    [
      'duration of nothing',
      stackWith('timeout: 0s\n'),
      '8:18 repositories[0].stacks[0].timeout: must be a duration such as 30s, 5m, 24h or 3d',
    ],
    [
      'share above 1',
      stackWith('minCoverage: 60\n'),
      '8:22 repositories[0].stacks[0].minCoverage: must be a number between 0 and 1',
    ],
    [
      'path out of the repository',
      stackWith('path: ../x\n'),
      '8:15 repositories[0].stacks[0].path: must be a path relative to the root of the repository, without ".."',
    ],
    [
      'absolute path',
      stackWith('path: /etc\n'),
      '8:15 repositories[0].stacks[0].path: must be a path relative to the root of the repository, not absolute',
    ],
    [
      'name of a stack',
      repositoryWith('stacks: [{ name: Prod, provider: terraform }]\n'),
      '5:22 repositories[0].stacks[0].name: has the segment "Prod", which is not [a-z0-9][a-z0-9._-]*',
    ],
    [
      'unknown provider',
      repositoryWith('stacks: [{ name: a, provider: teraform }]\n'),
      '5:35 repositories[0].stacks[0].provider: must be one of terraform, ansible (did you mean terraform?)',
    ],
    [
      'missing provider',
      repositoryWith('stacks: [{ name: a }]\n'),
      '5:14 repositories[0].stacks[0].provider: is missing: must be one of terraform, ansible',
    ],
    [
      'two stacks of one name',
      repositoryWith(
        'stacks:\n  - { name: a, provider: terraform }\n  - { name: a, provider: terraform, path: b }\n',
      ),
      '7:17 repositories[0].stacks[1].name: "a" is the name of another stack',
    ],
    [
      'two repositories of one name',
      `${MINIMAL}  - { name: infra, url: ./b }\n`,
      '5:13 repositories[1].name: "infra" is the name of another repository',
    ],
    [
      'option as URL',
      MINIMAL.replace('./infra', '--upload-pack=x'),
      '4:10 repositories[0].url: may not begin with "-"',
    ],
    [
      'transport helper',
      MINIMAL.replace('./infra', 'ext::sh'),
      '4:10 repositories[0].url: names a transport helper; use https, ssh or a path',
    ],
    ['bad ref', repositoryWith('ref: a..b\n'), '5:10 repositories[0].ref: may not hold "..", "@{" or "//"'],
    [
      'variable that no shell takes',
      stackWith('env: { "a b": c }\n'),
      '8:16 repositories[0].stacks[0].env["a b"]: must be the name of an environment variable: [A-Za-z_][A-Za-z0-9_]*',
    ],
    [
      'setting of neither kind',
      stackWith('env: { A: { fil: /x } }\n'),
      '8:19 repositories[0].stacks[0].env.A: must be a text, { env: NAME } or { file: PATH }',
    ],
    [
      'glob of another dialect',
      repositoryWith('discover: ["(a+)+"]\n'),
      '5:16 repositories[0].discover[0]: may hold *, **, ? and {a,b} only, no brackets or parentheses',
    ],
    [
      'bad store',
      `${MINIMAL}store: mysql://x\n`,
      '5:8 store: must be sqlite:PATH or postgres://HOST/DATABASE',
    ],
    [
      'signed commits without signers',
      repositoryWith('signedCommits: require\n'),
      '5:20 repositories[0].signedCommits: needs allowedSigners or gpgKeyring',
    ],
    [
      'route to no channel',
      `${MINIMAL}alerts: { channels: { ops: { type: webhook, url: "https://x" } }, routes: [{ channels: [osp] }] }\n`,
      '5:89 alerts.routes[0].channels[0]: "osp" is no channel of alerts.channels (did you mean ops?)',
    ],
    [
      'unknown type of channel',
      `${MINIMAL}alerts: { channels: { ops: { type: slak } } }\n`,
      '5:36 alerts.channels.ops.type: must be one of email, slack, webhook, issue (did you mean slack?)',
    ],
    [
      'plain webhook',
      `${MINIMAL}alerts: { channels: { ops: { type: webhook, url: "http://x" } } }\n`,
      '5:28 alerts.channels.ops: has an http URL: use https, or allowPrivate: true',
    ],
    [
      'header in an address',
      `${MINIMAL}alerts: { channels: { m: { type: email, from: "a@b\\r\\nBcc: x@y", to: c@d, sendmail: /x } } }\n`,
      '5:47 alerts.channels.m.from: must be a mail address such as ops@acme.io or "Ops <ops@acme.io>"',
    ],
    [
      'severity that is none',
      `${MINIMAL}severity: [{ match: { type: "aws_*" }, severity: hihg }]\n`,
      '5:50 severity[0].severity: must be one of critical, high, medium, low, info (did you mean high?)',
    ],
    [
      'mute without reason',
      `${MINIMAL}mutes: [{ match: {}, author: me, until: 2027-03-31 }]\n`,
      '5:9 mutes[0].reason: is missing',
    ],
    [
      'date that is none',
      `${MINIMAL}mutes: [{ match: {}, reason: x, author: me, until: 2027-02-31 }]\n`,
      '5:52 mutes[0].until: must be a date such as 2027-03-31',
    ],
    [
      'window that is none',
      stackWith('only: Mon-Fri 8-18\n'),
      '8:15 repositories[0].stacks[0].only: must be a window such as "Mon-Fri 08:00-18:00 Europe/Berlin"',
    ],
    [
      'port that is none',
      `${MINIMAL}server: { listen: "127.0.0.1:99999" }\n`,
      '5:19 server.listen: must be HOST:PORT such as 127.0.0.1:7780',
    ],
    [
      'remediation without forge',
      repositoryWith('trustCommitters: true\n').concat('remediation: { enabled: true }\n'),
      '6:25 remediation.enabled: needs a forge and approvals.approvers',
    ],
    [
      'two ways into a forge',
      `${MINIMAL}remediation: { forge: { type: github, repository: a/b, token: { env: T }, app: { id: 1, installationId: 2, privateKey: { env: K } } } }\n`,
      '5:23 remediation.forge: needs token or app, one of them',
    ],
    [
      'no way into a forge',
      `${MINIMAL}remediation: { forge: { type: github, repository: a/b } }\n`,
      '5:23 remediation.forge: needs token or app, one of them',
    ],
    [
      'requests that live too long',
      `${MINIMAL}remediation: { expiresAfter: 8d }\n`,
      '5:30 remediation.expiresAfter: is longer than 7d',
    ],
    [
      'remediation of code by strangers',
      `${MINIMAL}remediation: { enabled: true, forge: { type: signed-files, allowedSigners: x } }\n`,
      '3:11 repositories[0].name: cannot be remediated: set runAs for its stacks, or trustCommitters: true (docs/security.md says what that means)',
    ],
    [
      'tab as indentation',
      'version: 1\nrepositories:\n\t- name: infra\n',
      '3:1 repositories: Tabs are not allowed as indentation',
    ],
    ['a second document', `${MINIMAL}---\nversion: 1\n`, '5:1 : a second document begins: write one only'],
    [
      'unknown tag',
      `${MINIMAL}retention: !!js/function x\n`,
      '5:12 retention: Unresolved tag: tag:yaml.org,2002:js/function',
    ],
    ['nothing', '', '1:1 : is empty'],
    ['a list', '- a\n', '1:1 : must be a map, not a list'],
  ])('tells %s', async (_, text, problem) => {
    expect(await problemsOf(text)).toContain(problem)
  })

  it.each([
    [
      'a password in a URL',
      MINIMAL.replace('./infra', 'https://bob:hunter2hunter2@acme.io/x'),
      '4:10 repositories[0].url: holds credentials; move them to credentials: { username, password }',
    ],
    [
      'a literal password',
      repositoryWith('credentials: { username: bob, password: hunter2hunter2 }\n'),
      '5:18 repositories[0].credentials: must be { username, password } or { sshKey }, the secrets as { env: NAME } or { file: PATH }',
    ],
    [
      'a literal webhook',
      `${MINIMAL}alerts: { channels: { s: { type: slack, webhookUrl: hunter2hunter2 } } }\n`,
      '5:53 alerts.channels.s.webhookUrl: is a secret: write { env: NAME } or { file: PATH }, never the value itself',
    ],
    [
      'a password in the store',
      `${MINIMAL}store: postgres://bob:hunter2hunter2@db/x\n`,
      '5:8 store: holds a password: write { env: NAME } or { file: PATH } with the whole URL',
    ],
  ])('refuses %s without repeating it', async (_, text, problem) => {
    const problems = await problemsOf(text)
    expect(problems).toContain(problem)
    expect(problems.join()).not.toContain('hunter2')
  })

  it('tells all problems at once, in the order of the lines', async () => {
    const text = `${stackWith('schedule: x y\ntimezone: Nowhere\ntimout: 5m\n')}retention: 1\nretention: 2\nserver: { listn: x }\nalerts: { routes: [{ channels: [a] }] }\n`
    expect((await problemsOf(text)).map((problem) => problem.split(': ')[0])).toEqual([
      '8:19 repositories[0].stacks[0].schedule',
      '9:19 repositories[0].stacks[0].timezone',
      '10:9 repositories[0].stacks[0].timout',
      '11:12 retention',
      '12:1 retention',
      '13:11 server.listn',
      '14:33 alerts.routes[0].channels[0]',
    ])
  })

  it('finds the line of a value that stands behind an alias', async () => {
    const text = `${MINIMAL}    stacks:\n      - &a { name: a, provider: terraform, timeout: 5 }\n      - *a\n`
    expect(await problemsOf(text)).toContain(
      '6:53 repositories[0].stacks[1].timeout: must be a duration such as 30s, 5m, 24h or 3d',
    )
  })
})
