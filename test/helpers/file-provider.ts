import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Proposal } from '../../src/domain/proposal.js'
import type { Finding } from '../../src/domain/record.js'
import { runHeldCommand } from '../../src/lib/held-command.js'
import type { DetectRequest, Prepared, PrepareRequest, Provider } from '../../src/scan/provider.js'
import { buildDetection } from './fake-provider.js'

/** A stack of the engine `file`: what is declared is the text of `declared` in its folder, what is there is a file. */
export interface FileOptions {
  /** Absolute path of what is there. */
  readonly world: string
  /** Seconds that an apply takes before it writes, and a file that it waits for where it is given. */
  readonly holdFile?: string
}

const ADDRESS = 'file.world'

/** A real engine as far as remediation can tell: it plans, is held until its group is written down, and changes a file. */
export const fileProvider: Provider<FileOptions> = {
  name: 'file',
  optionsShape: { world: z.string(), holdFile: z.string().optional() },
  severityRules: [],
  remediationActions: ['revert'],
  weight: async () => 'light',
  discover: async () => [],
  inputs: async ({ path }, tree) => tree.files.filter((file) => file.startsWith(`${path}/`)),
  async detect(request) {
    const { declared, actual } = sides(request)
    return buildDetection({ findings: declared === actual ? [] : [finding(request)] })
  },
  async prepare(request): Promise<Prepared> {
    const proposal = propose(request)
    return {
      proposal,
      async apply({ env, signal, onStart }) {
        const { world, holdFile = '' } = request.stack.options
        const plan = join(request.scratchFolder, 'plan')
        const script =
          'cat declared > "$2"; echo "began $APPLY_TOKEN" >> "$1.log"; while [ -n "$3" ] && [ -e "$3" ]; do sleep 0.05; done; cat "$2" > "$1"; echo ended >> "$1.log"'
        const outcome = await runHeldCommand(
          {
            command: 'sh',
            args: ['-c', script, 'apply', world, plan, holdFile],
            cwd: join(request.checkout.root, request.stack.path),
            env,
            stdout: { kind: 'text' },
            signal,
          },
          { folder: request.scratchFolder, onStart },
        )
        const status = outcome.exitCode === 0 ? 'applied' : 'unknown'
        const message = outcome.exitCode === 0 ? null : outcome.stderr || 'stopped'
        return { status, message, changed: [{ address: ADDRESS, host: null, action: 'update' }] }
      },
    }
  },
}

function sides({ stack, checkout }: DetectRequest<FileOptions>) {
  const { world } = stack.options
  return {
    declared: readFileSync(join(checkout.root, stack.path, 'declared'), 'utf8'),
    actual: existsSync(world) ? readFileSync(world, 'utf8') : null,
  }
}

function finding({ stack }: DetectRequest<FileOptions>): Finding {
  const fingerprint = `sha256:${createHash('sha256').update(stack.name).digest('hex')}`
  return {
    id: 'filefilefile',
    fingerprint,
    contentHash: 'hmac:00',
    kind: 'changed',
    action: 'update',
    correctable: true,
    address: ADDRESS,
    resourceType: 'file',
    host: null,
    source: null,
    changes: [],
    detail: null,
  }
}

function propose(request: PrepareRequest<FileOptions>): Proposal {
  const { declared, actual } = sides(request)
  const isSame = declared === actual
  const digest = createHash('sha256')
    .update(JSON.stringify([declared, actual]))
    .digest('hex')
  const attributes = [{ path: ['content'], before: actual, after: declared, sensitive: false }]
  return {
    action: request.scope.action,
    digest: `sha256:${digest}`,
    digestVersion: 1,
    changes: isSame
      ? []
      : [
          {
            address: ADDRESS,
            host: null,
            action: 'update',
            attributes,
            isIrreversible: false,
            cause: 'drift',
          },
        ],
    unpreviewed: [],
    destroys: 0,
    replaces: 0,
    bindings: { engine: 'file 1.0' },
    managed: 1,
    warnings: [],
  }
}
