import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DriftError } from '../../../src/domain/errors.js'
import {
  createTerraformStack,
  type DetectOverrides,
  FAKE_TERRAFORM,
  type TestStack,
} from '../../helpers/terraform-stack.js'

const VERSION = { stdout: '{"terraform_version":"1.11.4"}' }
const VERSION_LINE = '{"type":"version","terraform":"1.11.4","ui":"1.2"}\n'
const SUMMARY_LINE = '{"type":"change_summary","changes":{"add":0,"change":0,"remove":0}}\n'
const GOOD_PLAN = { stdout: VERSION_LINE + SUMMARY_LINE, exitCode: 0, writePlan: 'bm8gemlw' }

let stack: TestStack
beforeEach(async () => {
  stack = await createTerraformStack({ 'main.tf': 'resource "terraform_data" "one" {}\n' })
})
afterEach(() => stack.close())

function diagnostic(summary: string, detail = '', more: object = {}): string {
  return `${JSON.stringify({ type: 'diagnostic', diagnostic: { severity: 'error', summary, detail, ...more } })}\n`
}

async function detectWith(scenario: object, overrides: DetectOverrides = {}) {
  const file = join(stack.folder, '..', 'scenario.json')
  await writeFile(file, JSON.stringify({ version: VERSION, ...scenario }))
  return stack.detect({
    options: { engine: FAKE_TERRAFORM },
    env: { ...stack.env, FAKE_TERRAFORM: file },
    ...overrides,
  })
}

async function calls(): Promise<readonly string[]> {
  const text = await readFile(join(stack.folder, '..', 'scenario.json.calls'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
}

describe('a plan that fails', () => {
  it.each([
    ['LOCKFILE_MISMATCH', 'Inconsistent dependency lock file', ''],
    ['STATE_LOCKED', 'Error acquiring the state lock', 'ConditionalCheckFailedException'],
    ['DISK_FULL', 'Failed to write plan file', 'write plan.tfplan: no space left on device'],
    ['PROVIDER_CRASHED', 'Plugin did not respond', 'The plugin encountered an error, and failed to respond'],
    [
      'PROVIDER_CRASHED',
      'Request cancelled',
      'The plugin.(*GRPCProvider).ConfigureProvider request was cancelled.',
    ],
    [
      'PROVIDER_CRASHED',
      'Plugin error',
      'The plugin returned an unexpected error from plugin.(*GRPCProvider).ReadResource: rpc error: code = Unknown desc = EOF',
    ],
    ['CREDENTIALS_MISSING', 'No valid credential sources found', ''],
    [
      'ENDPOINT_UNREACHABLE',
      'reading EC2 VPC',
      'exceeded maximum number of attempts, 9, dial tcp: connection refused',
    ],
    ['BACKEND_UNREACHABLE', 'Error loading state: dial tcp: connection refused', ''],
    [
      'STATE_TOO_NEW',
      'Unsupported state file format',
      'The state file uses format version 5, which is not supported by Terraform 1.11.4.',
    ],
    ['PERMISSION_DENIED', 'Failed to read file', 'open /x: permission denied'],
    ['PLAN_FAILED', 'Something never seen before', 'nobody knows'],
  ])('gives %s for "%s"', async (code, summary, detail) => {
    const plan = { stdout: VERSION_LINE + diagnostic(summary, detail), exitCode: 1 }
    const error = await detectWith({ plan }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code })
    expect((error as Error).message).toContain(summary)
  })

  it('names file and line of an error in the code', async () => {
    const range = { filename: 'main.tf', start: { line: 7, column: 1, byte: 3 } }
    const plan = {
      stdout: VERSION_LINE + diagnostic('Invalid reference', 'no such thing', { range }),
      exitCode: 1,
    }
    await expect(detectWith({ plan })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('main.tf:7: Invalid reference: no such thing'),
    })
  })

  it('takes secrets out of what the provider says', async () => {
    const plan = {
      stdout: VERSION_LINE + diagnostic('denied for canary-77aa', 'token canary-88bb'),
      exitCode: 1,
    }
    const env = { MY_SECRET_TOKEN: 'canary-88bb' }
    const file = join(stack.folder, '..', 'scenario.json')
    const error = await detectWith(
      { plan },
      { secrets: ['canary-77aa'], env: { ...stack.env, ...env, FAKE_TERRAFORM: file } },
    ).catch((caught: unknown) => caught)
    expect((error as Error).message).toContain('(sensitive)')
    expect((error as Error).message).not.toMatch(/canary/)
  })

  it('falls back to what was printed for people', async () => {
    const plan = {
      stderr: '\u001b[31m╷\n│ Error: Could not even begin\n│ \n│   on main.tf line 3:\n│ because\n╵\n',
      exitCode: 1,
    }
    await expect(detectWith({ plan })).rejects.toMatchObject({
      message: expect.stringContaining('main.tf:3: Could not even begin'),
    })
  })

  it('runs init once where the plan asks for it, then plans again', async () => {
    const asksForInit = {
      stdout: VERSION_LINE + diagnostic('Required plugins are not installed'),
      exitCode: 1,
    }
    const failsOtherwise = { stdout: VERSION_LINE + diagnostic('Something else'), exitCode: 1 }
    await expect(detectWith({ plan: [asksForInit, failsOtherwise] })).rejects.toMatchObject({
      code: 'PLAN_FAILED',
    })
    expect(await calls()).toEqual(['version', 'init', 'plan', 'init', 'plan'])
  })

  it('gives ENGINE_KILLED for a plan ended by a signal that driftd did not send', async () => {
    await expect(detectWith({ plan: { kill: 'SIGKILL' } })).rejects.toMatchObject({ code: 'ENGINE_KILLED' })
  })
})

describe('a plan that cannot be relied on', () => {
  it.each([
    ['says nothing', '', 'OUTPUT_INVALID'],
    ['is no JSON', 'Refreshing state...\n', 'OUTPUT_INVALID'],
    ['ends in the middle', VERSION_LINE, 'OUTPUT_TRUNCATED'],
    ['speaks another major version', '{"type":"version","ui":"2.0"}\n', 'PLAN_FORMAT_UNSUPPORTED'],
  ])('fails where a stream with exit code 0 %s', async (_, stdout, code) => {
    await expect(detectWith({ plan: { ...GOOD_PLAN, stdout } })).rejects.toMatchObject({ code })
  })

  it.each([
    ['empty', ''],
    ['truncated', '{"format_version":"1.2","resource_changes":[{"address":"a"'],
    ['no JSON at all', 'terraform crashed'],
    ['an unknown major version', '{"format_version":"9.0"}'],
    ['errored', '{"format_version":"1.2","terraform_version":"1.11.4","errored":true,"complete":false}'],
  ])('fails where the shown plan is %s', async (_, stdout) => {
    const error = await detectWith({ plan: GOOD_PLAN, show: { stdout } }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DriftError)
    expect(['OUTPUT_INVALID', 'OUTPUT_TRUNCATED', 'PLAN_FORMAT_UNSUPPORTED', 'PLAN_INCOMPLETE']).toContain(
      (error as DriftError).code,
    )
  })

  it('fails where the shown plan is not UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"format_version":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ])
    await expect(
      detectWith({ plan: GOOD_PLAN, show: { stdoutBase64: bytes.toString('base64') } }),
    ).rejects.toBeInstanceOf(DriftError)
  })

  it('fails where show itself fails', async () => {
    const show = { stderr: 'Error: Failed to read plan\n', exitCode: 1 }
    await expect(detectWith({ plan: GOOD_PLAN, show })).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
  })
})

describe('init that fails', () => {
  it.each([
    [
      'PROVIDER_NOT_INSTALLABLE',
      'Failed to query available provider packages',
      'provider acme/foo was not found',
    ],
    [
      'LOCKFILE_MISMATCH',
      'Failed to install provider',
      "doesn't match any of the checksums previously recorded",
    ],
    ['BACKEND_UNREACHABLE', 'Error refreshing state: connection refused', ''],
    ['INIT_FAILED', 'Failed to download module', 'exited with 128'],
  ])('gives %s for "%s"', async (code, summary, detail) => {
    const init = { stdout: diagnostic(summary, detail), exitCode: 1 }
    await expect(detectWith({ init })).rejects.toMatchObject({ code })
    expect(await calls()).not.toContain('plan')
  })
})

describe('code that writes files while it is planned', () => {
  it('is planned in a private copy', async () => {
    await stack.write({
      'zip.tf': 'data "archive_file" "x" {\n  type = "zip"\n}\n',
      '.terraform.lock.hcl': '# mine\n',
    })
    await expect(detectWith({ plan: { exitCode: 1 } })).rejects.toMatchObject({ code: 'PLAN_FAILED' })
    const text = await readFile(join(stack.folder, '..', 'scenario.json.calls'), 'utf8')
    const planned = text.split('\n').filter((line) => line.startsWith('plan'))
    expect(planned).toEqual([expect.stringMatching(`in ${stack.dataFolder}/copy`)])
    expect(text).toContain('-lockfile=readonly')
  })
})

describe('stopping', () => {
  it('ends a hanging plan and gives the reason of the stop', async () => {
    const controller = new AbortController()
    const reason = new DriftError('TIMEOUT', 'the scan took too long')
    const onPhase = (phase: string): void => {
      if (phase === 'plan') setTimeout(() => controller.abort(reason), 300)
    }
    await expect(
      detectWith({ plan: { stdout: VERSION_LINE, hang: true } }, { signal: controller.signal, onPhase }),
    ).rejects.toBe(reason)
  })

  it('starts nothing after a stop', async () => {
    const controller = new AbortController()
    const reason = new DriftError('INTERRUPTED', 'Ctrl-C')
    controller.abort(reason)
    await expect(detectWith({}, { signal: controller.signal })).rejects.toBe(reason)
  })
})

describe('the private folders', () => {
  it('gives DISK_FULL where the shown plan does not fit', async () => {
    const scratchFolder = join(stack.folder, '..', 'full')
    await mkdir(scratchFolder)
    await symlink('/dev/full', join(scratchFolder, 'plan.json'))
    const show = { stdout: '{"format_version":"1.2"}' }
    await expect(detectWith({ plan: GOOD_PLAN, show }, { scratchFolder })).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining(scratchFolder),
    })
    expect(await readdir(scratchFolder)).toEqual([])
  })

  it('cleans up after itself where it fails', async () => {
    await chmod(stack.folder, 0o500)
    await expect(detectWith({ plan: { exitCode: 1 } })).rejects.toMatchObject({ code: 'PLAN_FAILED' })
    await rm(join(stack.dataFolder, 'init.json'))
  })
})
