import { basename } from 'node:path'
import { toDriftError } from '../domain/errors.js'
import type { ApplyOutcome, RemediationScope } from '../domain/proposal.js'
import type { Finding } from '../domain/record.js'
import type {
  ApplyRun,
  Detection,
  DetectRequest,
  Prepared,
  PrepareRequest,
  Provider,
} from '../scan/provider.js'
import { type HostCommand, type HostEvents, type HostProcess, startHost } from './host-process.js'
import { expectType, type HostedAs, type ToHost } from './messages.js'

/** How engines are run as another account. */
export interface RunAs {
  readonly host: HostCommand
  /** The account and its folders. Throws RUNAS_UNAVAILABLE. */
  become(): Promise<HostedAs>
}

/**
 * A provider that looks at files as driftd does, and runs its engine as another account: in a process that is that account,
 * with everything that the provider reads and writes for it. What the account's files hold, links included, is so never
 * touched by a process with more rights.
 */
export function providerAs(provider: Provider, runAs: RunAs): Provider {
  const { prepare } = provider
  const hosted = { ...provider, detect: (request: DetectRequest) => detect(provider, runAs, request) }
  if (prepare === undefined) return hosted
  return { ...hosted, prepare: (request) => prepareHosted(provider, runAs, request) }
}

async function detect(provider: Provider, runAs: RunAs, request: DetectRequest): Promise<Detection> {
  const findings: Finding[] = []
  const events = eventsOf(request, { onFinding: ({ finding }) => void findings.push(finding) })
  const host = startHost(runAs.host, events, request.signal)
  try {
    host.send(await opening(provider, runAs, { request, scope: null }))
    return { ...expectType(await host.result(), 'detected').detection, findings }
  } catch (error) {
    // the host knows only that it was stopped, not why
    request.signal.throwIfAborted()
    throw error
  } finally {
    await host.close()
  }
}

async function prepareHosted(provider: Provider, runAs: RunAs, request: PrepareRequest): Promise<Prepared> {
  let onStart: ApplyRun['onStart'] = async () => undefined
  const controller = new AbortController()
  follow(request.signal, controller)
  const events = eventsOf(request, { onStarting: (groupId) => onStart(groupId) })
  const host = startHost(runAs.host, events, controller.signal)
  try {
    host.send(await opening(provider, runAs, { request, scope: request.scope }))
    const { proposal } = expectType(await host.result(), 'prepared')
    return {
      proposal,
      async apply(run) {
        onStart = run.onStart
        follow(run.signal, controller)
        return applyHosted(host, run)
      },
      release: () => host.close(),
    }
  } catch (error) {
    await host.close()
    request.signal.throwIfAborted()
    throw error
  }
}

async function applyHosted(host: HostProcess, { env, secrets }: ApplyRun): Promise<ApplyOutcome> {
  try {
    host.send({ type: 'apply', env, secrets })
    return expectType(await host.result(), 'applied').outcome
  } catch (error) {
    // nobody can say how far it came
    return { status: 'unknown', changed: [], message: toDriftError(error).message }
  } finally {
    await host.close()
  }
}

async function opening(
  provider: Provider,
  runAs: RunAs,
  { request, scope }: { readonly request: DetectRequest; readonly scope: RemediationScope | null },
): Promise<ToHost> {
  const { stack, checkout, baseline, hasGoodScan, env, secrets } = request
  const { root, commit, mode } = checkout
  return {
    type: 'run',
    as: await hostedAs(runAs),
    provider: provider.name,
    request: {
      stack,
      checkout: { root, commit, mode },
      baseline,
      hasGoodScan,
      env,
      secrets,
      key: request.key.toString('base64'),
      dataName: basename(request.dataFolder),
      scope,
    },
  }
}

async function hostedAs(runAs: RunAs): Promise<HostedAs> {
  const { account, work } = await runAs.become()
  return { account, work }
}

function eventsOf({ onPhase, onEngine }: DetectRequest, more: HostEvents): HostEvents {
  return { ...more, onPhase: ({ phase }) => onPhase(phase), onEngine }
}

function follow(signal: AbortSignal, controller: AbortController): void {
  if (signal.aborted) controller.abort(signal.reason)
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true })
}
