import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { GetTopicAttributesCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../src/app.js'
import { createBareRemoteOf, mergeBranch } from '../helpers/git-world.js'
import { openLab } from '../helpers/lab.js'
import { HAND_WISH } from '../helpers/open-lab-remediation.js'
import { type CliOutcome, runCli } from '../helpers/run-cli.js'
import { createApprover, signBytes } from '../helpers/signed-files-world.js'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'
import { startSshServer } from '../helpers/ssh-server.js'
import { tempFolder } from '../lib/temp-folder.js'
import { openAnsibleLab } from '../providers/ansible/lab.js'

/** What an engine is given, in a scan or only for an approved apply, and nobody may read anywhere. */
const SECRETS = { APP_TOKEN: 'canary-app-token-5d0e', APPLY_KEY: 'canary-apply-key-81b7' }

const PLAYBOOK = `
- hosts: all
  gather_facts: false
  vars: { token: "{{ lookup('ansible.builtin.env', 'APP_TOKEN') }}" }
  tasks:
    - { name: motd, ansible.builtin.copy: { content: "welcome\\n", dest: "{{ root }}/motd" } }
    - { name: token, no_log: true, ansible.builtin.copy: { content: "{{ token }}\\n", dest: "{{ root }}/token" } }
    - { name: index, ansible.builtin.command: "touch {{ root }}/indexed" }
`
const TOPIC = `terraform {
  backend "local" {}
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
provider "aws" {
  skip_requesting_account_id = true
}
resource "aws_sns_topic" "news" {
  name         = "news"
  display_name = "News"
}
output "arn" {
  value = aws_sns_topic.news.arn
}
`
/** Declared, and applied by nobody yet. */
const LATER = `terraform {
  backend "local" {}
}
variable "token" {
  sensitive = true
}
resource "terraform_data" "later" {
  input = { version = "v1", token = var.token }
}
`

/** A repository whose only stack has these lines in driftd.yaml, Alice with her key, and the commands of driftd. */
async function openPlace(
  folder: string,
  repository: string,
  place: { readonly stack: string; readonly env: Readonly<Record<string, string>> },
) {
  const { remote, clone } = createBareRemoteOf(repository)
  const alice = createApprover('alice')
  writeFileSync(join(folder, 'allowed_signers'), alice.allowed)
  writeFileSync(
    join(folder, 'driftd.yaml'),
    `version: 1
repositories:
  - name: infra
    url: ${remote}
    ref: main
    trustCommitters: true
    stacks:
      - ${place.stack}
remediation:
  enabled: true
  forge: { type: signed-files, allowedSigners: allowed_signers }
  approvals: { approvers: [alice] }
`,
  )
  const driftd = (...args: readonly string[]): Promise<CliOutcome> =>
    runCli({ command: 'driftd', args, cwd: folder, env: place.env })
  const document = async (name: string, ...args: readonly string[]) => {
    const outcome = await driftd(...args, '-o', 'json')
    const schema = readFileSync(join(REPOSITORY_ROOT, `schemas/${name}.schema.json`), 'utf8')
    const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(schema))
    const parsed = JSON.parse(outcome.stdout || '{}')
    expect(isValid(parsed) ? [] : [isValid.errors, outcome.stderr]).toEqual([])
    return { ...outcome, parsed }
  }
  const approveAndMerge = ({ branch, path }: { readonly branch: string; readonly path: string }): void => {
    clone.git('fetch', '--quiet', 'origin')
    clone.git('checkout', '--quiet', '-B', branch, `origin/${branch}`)
    const signature = signBytes(readFileSync(join(clone.path, path)), alice.keyFile)
    clone.commit({ [`${path}.alice.sig`]: signature })
    clone.git('push', '--quiet', 'origin', branch)
    mergeBranch(clone, branch, 'squash')
  }
  /** Files of driftd, and what is in Git, that hold a secret; what engines keep on purpose is not looked at. */
  const leaks = (...told: readonly string[]): readonly string[] => {
    clone.git('fetch', '--quiet', 'origin')
    const texts = [...told, clone.git('log', '--all', '--format=%B', '-p')]
    const files = readdirSync(join(folder, '.driftd'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
    const isLeak = (content: string | Buffer): boolean =>
      Object.values(SECRETS).some((secret) => content.includes(secret))
    return [...texts.filter(isLeak), ...files.filter((file) => isLeak(readFileSync(file)))]
  }
  /** driftd in this process; what is returned advances the stack. */
  const openApp = async (stack: string) => {
    const created = await createApp({
      configFile: null,
      cwd: folder,
      env: place.env,
      onWarning: () => undefined,
    })
    if (!created.ok) throw new Error(JSON.stringify(created.problems))
    onTestFinished(() => created.app.close())
    const remediation = await created.app.remediation()
    const watcher = { signal: new AbortController().signal, onEvent: () => undefined }
    return (includePending = false) => remediation.remediate(stack, { ...HAND_WISH, includePending }, watcher)
  }
  return { driftd, document, approveAndMerge, leaks, openApp }
}

/** From drift to a verified receipt with the real things: a Git remote, ssh signatures, Ansible over sshd, Terraform on AWS. */
describe('driftd remediate', { timeout: 480_000 }, () => {
  it('puts hosts behind sshd right with Ansible, and says each time where it stands', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    const server = await startSshServer()
    onTestFinished(() => server.stop())
    const hosts = ['web1', 'web2'].map((name) => server.host(name, lab.host(name)))
    await lab.write({ 'site.yml': PLAYBOOK, 'inventory.ini': `${hosts.join('\n')}\n` })
    for (const name of ['web1', 'web2']) {
      await lab.onHost(name, 'motd', name === 'web1' ? 'by hand\n' : 'welcome\n')
      await lab.onHost(name, 'token', name === 'web1' ? 'stolen\n' : `${SECRETS.APP_TOKEN}\n`)
    }
    const { driftd, document, approveAndMerge, leaks } = await openPlace(
      lab.folder,
      join(lab.folder, 'repository'),
      {
        stack:
          '{ name: prod/web, provider: ansible, playbook: site.yml, inventory: [inventory.ini], env: { APP_TOKEN: { env: APP_TOKEN } } }',
        env: { ...lab.env, ...SECRETS },
      },
    )
    const proposed = await document('remediation', 'remediate', 'prod/web', '--requester', 'rita')
    expect([proposed.exitCode, proposed.parsed.status]).toEqual([2, 'proposed'])
    approveAndMerge(proposed.parsed.request)
    const done = await document('remediation', 'remediate', 'prod/web')
    expect(done.parsed).toMatchObject({
      status: 'applied',
      receipt: { verification: 'converged', unexpected: [] },
    })
    expect(done.exitCode).toBe(0)
    expect(await lab.readHost('web1', 'motd')).toBe('welcome\n')
    expect(await lab.readHost('web1', 'token')).toBe(`${SECRETS.APP_TOKEN}\n`)
    expect(await lab.readHost('web2', 'indexed')).toBe('')
    const explained = await document('gate', 'gate', 'explain', proposed.parsed.request.id)
    expect([explained.exitCode, explained.parsed.verdict]).toEqual([3, 'refused'])
    expect((await driftd('audit', 'verify')).stdout).toMatch(/^the audit log is whole: 6 rows/)
    expect(leaks(...[proposed, done, explained].map(({ stdout, stderr }) => stdout + stderr))).toEqual([])
  })

  it('reverts on AWS with Terraform what somebody changed, with rights that no scan has', async () => {
    const lab = await openLab()
    onTestFinished(() => lab.close())
    const repository = join(lab.folder, 'repository')
    const live = join(repository, 'live')
    const state = join(lab.folder, 'terraform.tfstate')
    await mkdir(live, { recursive: true })
    writeFileSync(join(live, 'main.tf'), TOPIC)
    const terraform = (...args: readonly string[]): string =>
      execFileSync('terraform', [...args], { cwd: live, env: lab.env, encoding: 'utf8' })
    terraform('init', '-input=false', `-backend-config=path=${state}`)
    terraform('apply', '-auto-approve', '-input=false')
    const TopicArn: string = JSON.parse(terraform('output', '-json', 'arn'))
    rmSync(join(live, '.terraform'), { recursive: true })
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    const sns = new SNSClient({ endpoint: lab.emulator.url, region: 'us-east-1', credentials })
    const edit = { TopicArn, AttributeName: 'DisplayName', AttributeValue: 'Fake news' }
    await sns.send(new SetTopicAttributesCommand(edit))

    const stack = `name: prod/news, provider: terraform, path: live, backendConfig: ["path=${state}"]`
    const place = await openPlace(lab.folder, repository, {
      stack: `{ ${stack}, applyEnv: { AWS_SECRET_ACCESS_KEY: { env: APPLY_KEY } } }`,
      env: { ...lab.env, ...SECRETS },
    })
    const advance = await place.openApp('prod/news')
    const { status, request } = await advance()
    expect(status).toBe('proposed')
    place.approveAndMerge({ branch: request?.branch ?? '', path: request?.path ?? '' })
    const done = await advance()
    expect(done).toMatchObject({ status: 'applied', receipt: { verification: 'converged', unexpected: [] } })
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }))
    expect(Attributes?.DisplayName).toBe('News')
    expect(place.leaks(JSON.stringify(done))).toEqual([])
  })

  it('applies with Terraform what was asked for explicitly, from a plan that was saved', async () => {
    const folder = tempFolder()
    const repository = join(folder, 'repository')
    const state = join(folder, 'terraform.tfstate')
    await mkdir(join(repository, 'live'), { recursive: true })
    writeFileSync(join(repository, 'live/main.tf'), LATER)
    writeFileSync(join(repository, 'live/.terraform.lock.hcl'), '')
    const place = await openPlace(folder, repository, {
      stack: `{ name: prod/data, provider: terraform, path: live, backendConfig: ["path=${state}"], env: { TF_VAR_token: { env: APP_TOKEN } } }`,
      env: { PATH: process.env.PATH ?? '', HOME: folder, ...SECRETS },
    })
    const advance = await place.openApp('prod/data')
    expect(await advance()).toMatchObject({ status: 'refused', checks: [{ name: 'no-pending-code' }] })
    const { status, request } = await advance(true)
    expect(status).toBe('proposed')
    place.approveAndMerge({ branch: request?.branch ?? '', path: request?.path ?? '' })
    const done = await advance()
    expect(done).toMatchObject({ status: 'applied', receipt: { verification: 'converged' } })
    expect(readFileSync(state, 'utf8')).toContain('"v1"')
    expect(await advance()).toMatchObject({ status: 'in-sync' })
    expect(place.leaks(JSON.stringify(done))).toEqual([])
  })
})
