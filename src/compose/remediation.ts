import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ulid } from 'ulid'
import type { RepositoryConfig } from '../config/schema.js'
import { DriftError } from '../domain/errors.js'
import type { ExplainedRequest, RemediationOutcome } from '../domain/remediation-outcome.js'
import { acknowledgeRewrite } from '../domain/repository-state.js'
import type { ForgePlugin } from '../forge/forge-plugin.js'
import { systemClock } from '../lib/clock.js'
import { endGroup, type StopStep } from '../lib/process-group.js'
import { identifyProcess, stateOfProcess } from '../lib/process-identity.js'
import { loadSigningKey, type SigningKey } from '../lib/signing-key.js'
import { anchoredLedger, checkAnchor, createAnchorFile } from '../remediate/audit-anchor.js'
import { explainRequest, requestFileOf, unknownRequest } from '../remediate/explain-request.js'
import type { Deed, Freeze } from '../remediate/ledger.js'
import { refuseSwitchedOff, remediateStack } from '../remediate/remediate-stack.js'
import type { RemediationWish } from '../remediate/remediation-run.js'
import type { RemediationTools } from '../remediate/remediation-tools.js'
import { type AuditVerdict, verifyAudit } from '../remediate/verify-audit.js'
import type { Watcher } from '../scan/scan-job.js'
import type { OpenedStore } from '../store/open-store.js'
import { isPostgresUrl } from '../store/postgres-url.js'
import { findOneRecord, userName } from './drift-records.js'
import type { Ground } from './ground.js'
import { openConfiguredRepository } from './open-configured-repository.js'
import { gatePolicy } from './remediation-policy.js'
import { openRemediable, type RemediableParts, type RemediableRepository } from './remediation-target.js'
import { createScanTools } from './scan-tools.js'
import { unknownStack } from './unknown-stack.js'

/** What remediation is made of. */
export interface RemediationParts extends Ground {
  readonly forges: readonly ForgePlugin[]
  readonly accounts: RemediableParts['accounts']
  /** True where no daemon leads, which would see what becomes of the repositories. */
  isAlone(): Promise<boolean>
  onWarning(message: string): void
}

/** Who does something, and why; by null: whoever runs driftd. */
export interface Why {
  readonly reason: string
  readonly by: string | null
}

/** What a person wishes of a stack. */
export interface HandWish
  extends Omit<
    RemediationWish,
    'addresses' | 'hosts' | 'requester' | 'mayPropose' | 'mayCarryOut' | 'mayPlan'
  > {
  /** Beginnings of ids; empty: the whole stack. */
  readonly records: readonly string[]
  /** Null: whoever runs driftd. */
  readonly requester: string | null
}

/** What people do about remediation by hand. */
export interface Remediation {
  /** Advances a stack. Throws STACK_UNKNOWN, RECORD_UNKNOWN, RECORD_AMBIGUOUS, and as `remediateStack`. */
  remediate(stack: string, wish: HandWish, watcher: Watcher): Promise<RemediationOutcome>
  /** Every check of the gate on a request. Throws REQUEST_UNKNOWN. */
  explain(requestId: string, watcher: Watcher): Promise<ExplainedRequest>
  /** Null: the kill switch is off. */
  freeze(): Promise<Freeze | null>
  saveFreeze(why: Why): Promise<Freeze>
  /** False: the switch was off. */
  lift(by: string | null): Promise<boolean>
  /** Acknowledges a rewritten history. False: there was none. Throws REPOSITORY_INVALID. */
  unfreeze(repository: string, why: Why): Promise<boolean>
  /** The key that requests are signed with; made where there is none. */
  signingKey(): Promise<SigningKey>
  verifyAudit(): Promise<AuditVerdict>
}

const SIGNING_KEY = 'signing-key'
const ANCHOR = 'audit-anchor.json'

/** An engine that changes things is asked, then urged, and only then killed: a killed one leaves half of a thing. */
const STOP_CARRYING_OUT: readonly StopStep[] = [
  { signal: 'SIGINT', target: 'process', waitMs: 60_000 },
  { signal: 'SIGTERM', target: 'group', waitMs: 20_000 },
  { signal: 'SIGKILL', target: 'group', waitMs: 5_000 },
]

/** Remediation over one configuration. */
export function createRemediation(parts: RemediationParts): Remediation {
  const { loaded, store, dataFolder } = parts
  const anchor = createAnchorFile(join(dataFolder, ANCHOR))
  return {
    async remediate(stack, { records, requester, ...wished }, watcher) {
      const tools = await createRemediationTools(parts)
      const who = { requester: requester ?? userName() }
      const rights = { mayPropose: true, mayCarryOut: true, mayPlan: true }
      const wish = { ...wished, ...(await scopeOf(stack, records, store)), ...who, ...rights }
      const named = await repositoryOf(stack, parts)
      // before the forge is opened: what is off needs none
      const off = refuseSwitchedOff(stack, tools)
      if (off !== null) return off
      return withRepository(await openingOf(named, parts, watcher), watcher.signal, async (repository) => {
        const target = await repository.targetOf(stack)
        if (target === null) throw unknownStack(stack, [])
        const { signal } = watcher
        return remediateStack({ wish, target, tools, signal, applySignal: signal })
      })
    },
    async explain(id, watcher) {
      const tools = await createRemediationTools(parts)
      const known = await store.ledger.request(id)
      if (known === null) return explainStranger(id, parts, { tools, watcher })
      const opening = await openingOf(await repositoryOf(known.stack, parts), parts, watcher)
      return withRepository(opening, watcher.signal, async (repository) => {
        const target = await repository.targetOf(known.stack)
        if (target === null) throw unknownStack(known.stack, [])
        return explainRequest(id, { path: known.path, known }, { target, tools, signal: watcher.signal })
      })
    },
    freeze: () => store.ledger.freeze(),
    async saveFreeze({ reason, by }) {
      const freeze = { reason, ...whoNow(by) }
      await anchoredLedger(store.ledger, anchor).saveFreeze(freeze)
      return freeze
    },
    lift: (by) => anchoredLedger(store.ledger, anchor).lift(whoNow(by)),
    async unfreeze(name, { by, reason }) {
      const repository = loaded.config.repositories.find((one) => one.name === name)
      if (repository === undefined)
        throw new DriftError('REPOSITORY_INVALID', `there is no repository ${name} in ${loaded.file}`)
      const { memory } = await openConfiguredRepository({ ...parts, repository })
      const rewritten = (await memory?.read())?.rewritten ?? null
      if (memory === null || rewritten === null) return false
      const deed = whoNow(by)
      await memory.update((state) => acknowledgeRewrite(state, { reason, ...deed }))
      const detail = { repository: name, reason, from: rewritten.from, to: rewritten.to }
      await anchoredLedger(store.ledger, anchor).note('lifted', detail, deed)
      return true
    },
    signingKey: () => openSigningKey(parts),
    verifyAudit: async () => verifyAudit(store.ledger, await anchor.read()),
  }
}

/** The parts that every remediation of this process shares. Throws KEY_MISSING, PERMISSION_DENIED. */
export async function createRemediationTools(parts: RemediationParts): Promise<RemediationTools> {
  const { loaded, store, dataFolder, storeUrl } = parts
  const key = await openSigningKey(parts)
  const anchor = createAnchorFile(join(dataFolder, ANCHOR))
  const owner = identifyProcess()
  const context = { ledger: store.ledger, clock: systemClock, owner }
  if (await checkAnchor(anchor, context, isPostgresUrl(storeUrl)))
    parts.onWarning('the store was restored from a backup: every request so far is void, propose them anew')
  return {
    ...context,
    ledger: anchoredLedger(store.ledger, anchor),
    key,
    policy: gatePolicy(loaded.config.remediation),
    identify: identifyProcess,
    processState: stateOfProcess,
    endEngine: ({ pid }) => endGroup(pid, STOP_CARRYING_OUT),
    newId: ulid,
    newNonce: () => randomBytes(16).toString('hex'),
    onProblem: parts.onWarning,
  }
}

async function openSigningKey({ store, dataFolder }: RemediationParts): Promise<SigningKey> {
  const path = join(dataFolder, SIGNING_KEY)
  const key = await loadSigningKey({ path, expectedKeyId: await store.ledger.signingKeyId() })
  await store.ledger.saveSigningKeyId(key.keyId)
  return key
}

function whoNow(by: string | null): Deed {
  return { by: by ?? userName(), at: systemClock.now().toISOString() }
}

/** What the records of a wish are about. */
async function scopeOf(
  stack: string,
  records: readonly string[],
  store: OpenedStore,
): Promise<Pick<RemediationWish, 'addresses' | 'hosts'>> {
  const addresses = new Set<string>()
  const hosts = new Set<string>()
  for (const idPrefix of records) {
    const { record, scan } = await findOneRecord(store, idPrefix)
    if (scan.stack !== stack)
      throw new DriftError('RECORD_UNKNOWN', `record ${record.id} is of stack ${scan.stack}, not of ${stack}`)
    if (record.host === null) addresses.add(record.address)
    else hosts.add(record.host)
  }
  return { addresses: [...addresses].sort(), hosts: [...hosts].sort() }
}

/** The repository that is known to have a stack. Throws STACK_UNKNOWN. */
async function repositoryOf(stack: string, { loaded, store }: RemediationParts): Promise<RepositoryConfig> {
  const { repositories } = loaded.config
  const known = await store.knownStacks(repositories.map(({ name }) => name))
  const explicit = repositories.find(({ stacks }) => stacks.some(({ name }) => name === stack))
  const name = explicit?.name ?? known.find((one) => one.name === stack)?.repository
  const repository = repositories.find((one) => one.name === name)
  if (repository === undefined) {
    const names = repositories.flatMap(({ stacks }) => stacks.map(({ name }) => name))
    throw unknownStack(stack, [...names, ...known.map(({ name }) => name)])
  }
  return repository
}

async function openingOf(
  repository: RepositoryConfig,
  parts: RemediationParts,
  watcher: Watcher,
): Promise<RemediableParts> {
  return { ...(await remediableParts(parts, watcher)), repository }
}

/** A request that this store never proposed may still stand on a branch: then people want to know why it is nothing. */
async function explainStranger(
  id: string,
  parts: RemediationParts,
  { tools, watcher }: { readonly tools: RemediationTools; readonly watcher: Watcher },
): Promise<ExplainedRequest> {
  // without a forge nothing was ever proposed from here
  if (parts.loaded.config.remediation.forge === undefined) throw unknownRequest(id)
  const opening = await remediableParts(parts, watcher)
  for (const repository of parts.loaded.config.repositories) {
    const found = await withRepository({ ...opening, repository }, watcher.signal, async (opened) => {
      const files = opened.requestFiles()
      if (!files.some((file) => file.endsWith(`/${id}.json`))) return null
      const { path, stack } = requestFileOf(id, files)
      const target = await opened.targetOf(stack)
      const context = { tools, signal: watcher.signal }
      return target && explainRequest(id, { path, known: null }, { ...context, target })
    })
    if (found !== null) return found
  }
  throw unknownRequest(id)
}

async function withRepository<T>(
  parts: RemediableParts,
  signal: AbortSignal,
  use: (repository: RemediableRepository) => Promise<T>,
): Promise<T> {
  const repository = await openRemediable(parts, signal)
  try {
    return await use(repository)
  } finally {
    await repository.release()
  }
}

async function remediableParts(
  parts: RemediationParts,
  { onEvent }: Watcher,
): Promise<Omit<RemediableParts, 'repository'>> {
  const { store } = parts
  const tools = await createScanTools({ ...parts, fence: null, onEvent })
  return { ...parts, drift: store.drift, drifts: store.drift, tools, isAlone: await parts.isAlone() }
}
