import { join } from 'node:path'
import { monotonicFactory } from 'ulid'
import { onTestFinished } from 'vitest'
import type { AlertDispatcher, DeliveryResult } from '../../src/alert/alert-dispatcher.js'
import type { Channel } from '../../src/alert/channel.js'
import { createDispatcher } from '../../src/alert/dispatch.js'
import type { AlertedStack, DispatcherParts } from '../../src/alert/dispatch-parts.js'
import type { AlertPolicy } from '../../src/domain/alert-policy.js'
import { followDrift } from '../../src/domain/lifecycle.js'
import type { DriftRecord } from '../../src/domain/record.js'
import type { Scan } from '../../src/domain/scan.js'
import type { Logger } from '../../src/lib/logger.js'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import type { ScanResult } from '../../src/store/store.js'
import { tempFolder } from '../lib/temp-folder.js'
import { NOW, PACE } from './build-alert.js'
import { buildKnownStack } from './build-drift.js'
import { buildRecord, buildScan } from './build-record.js'
import { createFakeClock, type FakeClock } from './fake-clock.js'

/** Longer than anybody waits before he looks again. */
const WATCHED_MS = 40_000

/** A dispatcher on a real store, with stacks that are scanned by hand and a clock that stands still. */
export interface AlertLab {
  readonly store: OpenedStore
  readonly clock: FakeClock
  readonly dispatcher: AlertDispatcher
  /** Every attempt, as `channel result`. */
  readonly results: readonly string[]
  /** What was logged, as `level event`. */
  readonly logged: readonly string[]
  /** Stores a scan of a stack that found these records; its drift is followed. */
  scan(stack: string, records: readonly DriftRecord[], plugins?: ScanResult['plugins']): Promise<void>
  /** Stores a scan without a verdict. */
  fail(stack: string): Promise<void>
  /** Lets so much time pass, most of it unobserved as on a machine that sleeps, and everything be done that is due then. */
  later(ms: number): Promise<void>
  /** Another dispatcher of the same store, as after a restart; the first one is not stopped. */
  restart(channels: readonly Channel[]): AlertDispatcher
}

/** What a lab is made of; all of it has defaults. */
export interface LabRequest extends Partial<Pick<DispatcherParts, 'timed' | 'retentionMs' | 'canRemediate'>> {
  readonly channels: readonly Channel[]
  readonly policy?: Partial<AlertPolicy>
  /** Default: those that were scanned. */
  readonly stacks?: () => readonly AlertedStack[]
  readonly storePath?: string
  /** Of every stack. Default: 3 h. */
  readonly maxAgeMs?: number
}

/** A policy that tells every channel everything, at the pace of the documentation. */
export function openPolicy(channels: readonly Channel[], overrides: Partial<AlertPolicy> = {}): AlertPolicy {
  const names = channels.map(({ name }) => name)
  const everything = {
    matches: () => true,
    channels: names,
    continues: false,
    routes: [],
    pace: PACE,
    openFromMs: (instantMs: number) => instantMs,
  }
  return {
    routes: [everything],
    mutes: [],
    pace: PACE,
    causeStacks: 3,
    failingAfter: 3,
    pendingAfterMs: null,
    budgetOf: () => ({ messages: 30, perMs: 3_600_000 }),
    ...overrides,
  }
}

/** Opens a lab; it is closed when the test has finished. */
export async function openAlertLab(request: LabRequest): Promise<AlertLab> {
  const store = await openStore(`sqlite:${request.storePath ?? join(tempFolder(), 'driftd.db')}`)
  const clock = createFakeClock(NOW)
  const newId = monotonicFactory()
  const scanned = new Map<string, AlertedStack>()
  const lastGood = new Map<string, string>()
  const results: string[] = []
  const logged: string[] = []
  const dispatchers: AlertDispatcher[] = []
  const nextId = (): string => newId(clock.now().getTime())

  const start = (channels: readonly Channel[]): AlertDispatcher => {
    const dispatcher = createDispatcher({
      store: store.alerts,
      drifts: store.drift,
      stacks: async () => request.stacks?.() ?? [...scanned.values()],
      channels,
      policy: openPolicy(channels, request.policy),
      timed: request.timed ?? [],
      repositoryUrls: new Map([['infra', 'https://github.com/acme/infra.git']]),
      severityReason: () => null,
      canRemediate: request.canRemediate ?? false,
      retentionMs: request.retentionMs ?? 90 * 86_400_000,
      clock,
      log: loggerTo(logged),
      newId: nextId,
      random: () => 0.5,
      observe: (channel: string, result: DeliveryResult) => results.push(`${channel} ${result}`),
    })
    dispatchers.push(dispatcher)
    return dispatcher
  }
  const dispatcher = start(request.channels)
  onTestFinished(async () => {
    const stopped = Promise.all(dispatchers.map((one) => one.stop()))
    // a channel that hangs is waited for
    await clock.advance(WATCHED_MS)
    await stopped
    await store.close()
  })

  async function save(scan: Scan, plugins: ScanResult['plugins'] = {}): Promise<void> {
    const lastGoodScanAt = lastGood.get(scan.stack) ?? null
    const settings = {
      code: 'hmac:code',
      confirm: 1,
      firstScan: 'alert',
      remediated: new Set<string>(),
    } as const
    const follow = { ...settings, scan, lastGoodScanAt, now: clock.now().toISOString(), newId: nextId }
    scanned.set(
      scan.stack,
      buildKnownStack({ name: scan.stack, maxAgeMs: request.maxAgeMs ?? 3 * 3_600_000 }),
    )
    await store.saveScan({
      scan,
      nextBaseline: null,
      plugins,
      ...(scan.status === 'failed' ? {} : { follow: (previous) => followDrift(follow, previous) }),
    })
    if (scan.status !== 'failed') lastGood.set(scan.stack, scan.startedAt)
    dispatcher.nudge()
  }
  const base = (stack: string) => ({ id: nextId(), stack, startedAt: clock.now().toISOString() })
  return {
    store,
    clock,
    dispatcher,
    results,
    logged,
    scan: (stack, records, plugins) => {
      const status = records.length > 0 ? 'drifted' : 'in-sync'
      return save(buildScan({ ...base(stack), status, records }), plugins)
    },
    fail: (stack) => {
      const error = {
        code: 'BACKEND_UNREACHABLE',
        phase: 'init',
        message: 'no route',
        retryable: true,
      } as const
      return save(buildScan({ ...base(stack), status: 'failed', error }))
    },
    async later(ms) {
      clock.step(Math.max(0, ms - WATCHED_MS))
      await clock.advance(Math.min(ms, WATCHED_MS))
    },
    restart: start,
  }
}

/** A record of a stack: the same name is the same record. */
export function recordOf(
  stack: string,
  overrides: Partial<DriftRecord> & { readonly name?: string } = {},
): DriftRecord {
  const { name = 'main', ...rest } = overrides
  return buildRecord({
    id: 'aaaaaaaaaaaa',
    fingerprint: `sha256:${stack}/${name}`,
    address: `aws_vpc.${name}`,
    contentHash: `hmac:${stack}/${name}`,
    changes: [
      {
        path: ['tags', 'Owner'],
        cause: 'outside',
        declared: 'platform',
        // another value in every stack: nothing brought it about everywhere
        actual: `somebody in ${stack}`,
        recorded: 'platform',
        sensitive: false,
      },
    ],
    ...rest,
  })
}

function loggerTo(lines: string[]): Logger {
  const at = (level: string) => (event: string) => void lines.push(`${level} ${event}`)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
