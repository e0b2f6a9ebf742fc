import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DriftError } from '../../../src/domain/errors.js'
import { hostMain } from '../../../src/engine-host/host-main.js'
import { runCommand } from '../../../src/lib/run-command.js'
import type { Detection, DetectRequest, Provider } from '../../../src/scan/provider.js'
import { buildRecord } from '../../helpers/build-record.js'
import { buildDetection, fakeProvider } from '../../helpers/fake-provider.js'

/** A provider whose "engine" is a shell script: the one that the stack's options hold. */
const provider: Provider = {
  ...fakeProvider(detect),
  remediationActions: ['revert'],
  async prepare(request) {
    await detect(request)
    return {
      proposal: { digest: 'sha256:1' } as never,
      async apply({ env, signal, onStart }) {
        await onStart(process.pid)
        await runScript(request, { env, signal })
        return { status: 'applied', changed: [], message: env.ACCOUNT_OF_APPLY ?? null }
      },
    }
  },
}

async function detect(request: DetectRequest): Promise<Detection> {
  request.onPhase('plan')
  const { stdout, exitCode, wasStopped } = await runScript(request, request)
  if (wasStopped) throw request.signal.reason
  if (exitCode !== 0) throw new DriftError('PLAN_FAILED', `the script ended with ${exitCode}`)
  writeFileSync(join(request.dataFolder, 'kept'), stdout)
  const folders = [request.dataFolder, request.cacheFolder, request.scratchFolder]
  const findings = [buildRecord({ detail: stdout }), buildRecord({ address: folders.join(' ') })]
  const { baseline, hasGoodScan, key, secrets } = request
  const seen = JSON.stringify({ baseline, hasGoodScan, key: key.toString('hex'), secrets, env: request.env })
  return buildDetection({ findings, nextBaseline: seen })
}

function runScript(
  request: DetectRequest,
  { env, signal }: { readonly env: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) {
  const { script } = request.stack.options as { readonly script: string }
  return runCommand({
    command: 'sh',
    args: ['-c', readFileSync(join(request.checkout.root, script), 'utf8')],
    cwd: request.checkout.root,
    env,
    stdout: { kind: 'text' },
    signal,
    onSpawn: request.onEngine,
  })
}

await hostMain([provider], fileURLToPath(import.meta.url))
