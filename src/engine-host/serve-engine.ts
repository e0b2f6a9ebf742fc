import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError, toDriftError } from '../domain/errors.js'
import { unavailable } from '../lib/account.js'
import { ensurePrivateFolder, makeScratchFolder, wipeAbandonedScratch } from '../lib/private-folder.js'
import type { DetectRequest, PrepareRequest, Provider } from '../scan/provider.js'
import { dropPrivileges } from './drop-privileges.js'
import type { AccountQuestion, FromHost, HostedAs, HostedRequest, ToHost } from './messages.js'

/** What a host works with. */
export interface EngineHostParts {
  readonly providers: readonly Provider[]
  /** Messages in the order they come; ends when driftd hangs up, or is gone. */
  readonly messages: AsyncIterator<ToHost>
  say(message: FromHost): void
  /** Aborted when the engine is to stop. */
  readonly signal: AbortSignal
  /** A file of driftd's own program. */
  readonly program: string
}

/** Serves one request as another account, and returns when that is done. Never throws. */
export async function serveEngine(parts: EngineHostParts): Promise<void> {
  try {
    const first = await parts.messages.next()
    if (first.done) return
    const message = first.value
    if (message.type !== 'check' && message.type !== 'run') throw unexpected(message)
    dropPrivileges(message.as.account)
    await checkProgram(message.as, parts.program)
    if (message.type === 'check') await check(parts, message)
    else await run(parts, message)
  } catch (error) {
    const { code, message } = toDriftError(error)
    parts.say({ type: 'failed', code, message })
  }
}

/** What is loaded from here on is read as that account. */
async function checkProgram({ account }: HostedAs, program: string): Promise<void> {
  await access(program, constants.R_OK).catch((error: unknown) => {
    const remedy = 'install it where every account may read it (npm install --global)'
    throw unavailable(account.name, `that account may not read driftd itself (${program})`, remedy, error)
  })
}

async function check({ say }: EngineHostParts, { forbidden, needed }: AccountQuestion): Promise<void> {
  const readable: string[] = []
  for (const path of forbidden) if (await mayAccess(path, constants.R_OK)) readable.push(path)
  const closed: string[] = []
  for (const path of needed) if (!(await mayAccess(path, constants.X_OK))) closed.push(path)
  say({ type: 'checked', answer: { readable, closed } })
}

async function mayAccess(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}

async function run(
  parts: EngineHostParts,
  { as, provider: name, request }: Extract<ToHost, { type: 'run' }>,
): Promise<void> {
  const provider = parts.providers.find((candidate) => candidate.name === name)
  if (provider === undefined) throw new DriftError('INTERNAL', `there is no provider ${name}`)
  await checkCheckout(as, request)
  const scratchRoot = join(as.work, 'scratch')
  await wipeAbandonedScratch(scratchRoot)
  const scratch = await makeScratchFolder(scratchRoot)
  try {
    const given = await toDetectRequest(parts, { as, request, scratchFolder: scratch.path })
    if (request.scope === null) await detect(parts, provider, given)
    else await remediate(parts, as, { provider, request: { ...given, scope: request.scope } })
  } finally {
    await scratch.remove()
  }
}

async function checkCheckout({ account }: HostedAs, { checkout }: HostedRequest): Promise<void> {
  await access(checkout.root, constants.R_OK | constants.X_OK).catch((error: unknown) => {
    const why = `that account may not enter ${checkout.root} or a folder above it`
    const remedy = 'give it the right to, or keep the store where others may come near (/var/lib/driftd)'
    throw unavailable(account.name, why, remedy, error)
  })
}

async function toDetectRequest(
  { say, signal }: EngineHostParts,
  hosted: { readonly as: HostedAs; readonly request: HostedRequest; readonly scratchFolder: string },
): Promise<DetectRequest> {
  const { as, request, scratchFolder } = hosted
  const { stack, checkout, baseline, hasGoodScan, env, secrets, key, dataName } = request
  return {
    stack,
    checkout,
    baseline,
    hasGoodScan,
    env: { ...(await ownVariables(as)), ...env },
    secrets,
    key: Buffer.from(key, 'base64'),
    cacheFolder: await ensurePrivateFolder(join(as.work, 'cache')),
    dataFolder: await ensurePrivateFolder(join(as.work, 'stacks', dataName)),
    scratchFolder,
    signal,
    onPhase: (phase) => say({ type: 'phase', phase }),
    onEngine: (groupId) => say({ type: 'engine', groupId }),
  }
}

/** Who the engine is. An account without a home, as system accounts are, has one among its own folders. */
async function ownVariables({ account, work }: HostedAs): Promise<Readonly<Record<string, string>>> {
  const hasHome = await mayAccess(account.home, constants.R_OK | constants.W_OK | constants.X_OK)
  const home = hasHome ? account.home : join(work, 'home')
  if (!hasHome) await mkdir(home, { recursive: true, mode: 0o700 })
  return { HOME: home, USER: account.name, LOGNAME: account.name }
}

async function detect({ say }: EngineHostParts, provider: Provider, request: DetectRequest): Promise<void> {
  const { findings, ...detection } = await provider.detect(request)
  for (const finding of findings) say({ type: 'finding', finding })
  say({ type: 'detected', detection })
}

/** Shows what was prepared, and carries it out once driftd says so; hung up before, nothing happens. */
async function remediate(
  parts: EngineHostParts,
  as: HostedAs,
  { provider, request }: { readonly provider: Provider; readonly request: PrepareRequest },
): Promise<void> {
  const { messages, say, signal } = parts
  const prepared = await provider.prepare?.(request)
  if (prepared === undefined)
    throw new DriftError('REMEDIATION_UNSUPPORTED', `${provider.name} carries nothing out`)
  try {
    say({ type: 'prepared', proposal: prepared.proposal })
    const { value, done } = await messages.next()
    if (done) return
    if (value.type !== 'apply') throw unexpected(value)
    const env = { ...(await ownVariables(as)), ...value.env }
    const onStart = (groupId: number): Promise<void> => askToStart(parts, groupId)
    say({ type: 'applied', outcome: await prepared.apply({ env, secrets: value.secrets, signal, onStart }) })
  } finally {
    await prepared.release?.()
  }
}

async function askToStart({ messages, say }: EngineHostParts, groupId: number): Promise<void> {
  say({ type: 'starting', groupId })
  const { value, done } = await messages.next()
  if (done) throw new DriftError('INTERRUPTED', 'driftd is gone: nothing is carried out')
  if (value.type === 'refused') throw new DriftError(value.code, value.message)
  if (value.type !== 'noted') throw unexpected(value)
}

function unexpected({ type }: ToHost): DriftError {
  return new DriftError('INTERNAL', `a host was told "${type}" out of turn`)
}
