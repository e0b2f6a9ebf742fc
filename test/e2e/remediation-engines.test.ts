import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../src/app.js'
import { createBareRemoteOf, mergeBranch } from '../helpers/git-world.js'
import { HAND_WISH } from '../helpers/open-lab-remediation.js'
import { type CliOutcome, runCli } from '../helpers/run-cli.js'
import { createApprover, signBytes } from '../helpers/signed-files-world.js'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'
import { tempFolder } from '../lib/temp-folder.js'
import { openAnsibleLab } from '../providers/ansible/lab.js'

const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - { name: motd, ansible.builtin.copy: { content: "welcome\\n", dest: "{{ root }}/motd" } }
    - { name: index, ansible.builtin.command: "touch {{ root }}/indexed" }
`
const CODE = `terraform {
  backend "local" {}
}
resource "terraform_data" "web" {
  input = "v1"
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
  return { driftd, document, approveAndMerge }
}

describe('driftd remediate', { timeout: 240_000 }, () => {
  it('puts a host right with Ansible, and says each time where it stands', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({ 'site.yml': PLAYBOOK })
    await lab.apply()
    await lab.onHost('web1', 'motd', 'by hand\n')
    const { driftd, document, approveAndMerge } = await openPlace(
      lab.folder,
      join(lab.folder, 'repository'),
      {
        stack: '{ name: prod/web, provider: ansible, playbook: site.yml, inventory: [inventory.ini] }',
        env: lab.env,
      },
    )
    const proposed = await document('remediation', 'remediate', 'prod/web', '--requester', 'rita')
    expect([proposed.exitCode, proposed.parsed.status]).toEqual([2, 'proposed'])
    approveAndMerge(proposed.parsed.request)
    const done = await driftd('remediate', 'prod/web')
    expect(done.stdout).toContain('prod/web: applied')
    expect(done.exitCode).toBe(0)
    expect(await lab.readHost('web1', 'motd')).toBe('welcome\n')
    const explained = await document('gate', 'gate', 'explain', proposed.parsed.request.id)
    expect([explained.exitCode, explained.parsed.verdict]).toEqual([3, 'refused'])
    expect((await driftd('audit', 'verify')).stdout).toMatch(/^the audit log is whole: 6 rows/)
  })

  it('applies with Terraform what was asked for explicitly, from a plan that was saved', async () => {
    const folder = tempFolder()
    const repository = join(folder, 'repository')
    const state = join(folder, 'terraform.tfstate')
    await mkdir(join(repository, 'live'), { recursive: true })
    writeFileSync(join(repository, 'live/main.tf'), CODE)
    writeFileSync(join(repository, 'live/.terraform.lock.hcl'), '')
    const { approveAndMerge } = await openPlace(folder, repository, {
      stack: `{ name: prod/data, provider: terraform, path: live, backendConfig: ["path=${state}"] }`,
      env: {},
    })
    const env = { PATH: process.env.PATH, HOME: folder }
    const created = await createApp({ configFile: null, cwd: folder, env, onWarning: () => undefined })
    if (!created.ok) throw new Error(JSON.stringify(created.problems))
    onTestFinished(() => created.app.close())
    const remediation = await created.app.remediation()
    const watcher = { signal: new AbortController().signal, onEvent: () => undefined }
    const advance = (includePending = false) =>
      remediation.remediate('prod/data', { ...HAND_WISH, includePending }, watcher)
    expect(await advance()).toMatchObject({ status: 'refused', checks: [{ name: 'no-pending-code' }] })
    const { status, request } = await advance(true)
    expect(status).toBe('proposed')
    approveAndMerge({ branch: request?.branch ?? '', path: request?.path ?? '' })
    expect(await advance()).toMatchObject({ status: 'applied', receipt: { verification: 'converged' } })
    expect(readFileSync(state, 'utf8')).toContain('"v1"')
    expect(await advance()).toMatchObject({ status: 'in-sync' })
  })
})
