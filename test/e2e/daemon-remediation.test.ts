import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createDaemonRemediator } from '../../src/compose/daemon-remediator.js'
import { createScanTools } from '../../src/compose/scan-tools.js'
import {
  createTrackedRepository,
  joinTracked,
  type TrackedRepository,
} from '../../src/compose/tracked-repository.js'
import type { LogFields, Logger } from '../../src/lib/logger.js'
import type { Remediator } from '../../src/remediate/remediator.js'
import type { ScanTools } from '../../src/scan/scan-job.js'
import { scanRepositories } from '../../src/scan/scan-repositories.js'
import { HAND_WISH, openLabRemediation } from '../helpers/open-lab-remediation.js'
import { createRemediationLab, type RemediationLab } from '../helpers/remediation-lab.js'

const WAIT = { timeout: 60_000, interval: 100 }

async function openTools(lab: RemediationLab, onEvent: ScanTools['onEvent'] = () => undefined) {
  const opened = await openLabRemediation(lab.configFile)
  onTestFinished(() => opened.store.close())
  const { parts } = opened
  const tools = await createScanTools({ ...parts, fence: null, onEvent, onWarning: () => undefined })
  return { ...opened, tools }
}

/** Scans the stack of a lab, as a daemon does. */
async function scan(lab: RemediationLab): Promise<void> {
  const { parts, tools } = await openTools(lab)
  const { signal } = new AbortController()
  const sources = parts.loaded.config.repositories.map((repository) =>
    createTrackedRepository({ ...parts, repository, drift: parts.store.drift }),
  )
  const joinStacks = (opened: readonly TrackedRepository[]) => joinTracked(parts.loaded, opened, true)
  const { scans } = await scanRepositories(sources, { patterns: [], signal, join: joinStacks }, tools)
  expect(scans.map(({ status }) => status)).toEqual(['drifted'])
}

/** The remediator of a daemon over a lab, as if it led. */
async function startRemediator(
  lab: RemediationLab,
  told: string[] = [],
  onEvent?: ScanTools['onEvent'],
): Promise<Remediator> {
  const { parts, tools } = await openTools(lab, onEvent)
  const tell = (_: string, fields: LogFields = {}): void => void told.push(String(fields.status))
  const log: Logger = { debug: tell, info: tell, warn: tell, error: tell }
  const remediator = await createDaemonRemediator({ ...parts, tools, log })
  if (remediator === null) throw new Error('remediation is switched off')
  remediator.start()
  return remediator
}

/** A lab whose drift is proposed, approved and merged. */
async function createMergedLab() {
  const lab = await createRemediationLab()
  lab.drift()
  await lab.advance()
  await lab.approve('alice')
  await lab.merge()
  return lab
}

it('carries a merged request out by itself', async () => {
  const lab = await createMergedLab()
  const remediator = await startRemediator(lab)
  // a stop before that would end the scan that verifies it
  const verification = async () => (await lab.requests()).at(-1)?.receipt?.verification
  await expect.poll(verification, WAIT).toBe('converged')
  await remediator.stop(0)
  expect((await lab.requests()).at(-1)?.state).toBe('applied')
  expect(lab.readWorld()).toBe('as declared\n')
})

it('that was stopped before the scan that verifies it makes that scan at its next start, and nothing else', async () => {
  const lab = await createMergedLab()
  let stopped: Promise<void> | null = null
  const remediator = await startRemediator(lab, [], ({ type }) => {
    if (type === 'waiting' && lab.applied().includes('ended')) stopped ??= remediator.stop(null)
  })
  await expect.poll(() => stopped, WAIT).not.toBeNull()
  await stopped
  const receipt = async () => (await lab.requests()).at(-1)?.receipt
  expect(await receipt()).toMatchObject({ status: 'applied', verification: null })

  const next = await startRemediator(lab)
  await expect.poll(async () => (await receipt())?.verification, WAIT).toBe('converged')
  await next.stop(null)
  expect(lab.applied()).toHaveLength(2)
  expect(await lab.remediation.verifyAudit()).toMatchObject({ status: 'whole', rows: 6 })
})

it('lets no stack that cannot be planned keep another one waiting', async () => {
  const lab = await createRemediationLab()
  const world = join(lab.folder, 'broken')
  const stack = `- { name: a/broken, provider: file, path: live/broken, world: ${world} }`
  const config = readFileSync(lab.configFile, 'utf8')
  writeFileSync(
    lab.configFile,
    config.replace('stacks:\n', (line) => `${line}      ${stack}\n`),
  )
  lab.push({ 'live/broken/declared': 'as declared\n' })
  const { parts, desk } = await openTools(lab)
  const watcher = { signal: new AbortController().signal, onEvent: () => undefined }
  expect(await desk.remediate('a/broken', HAND_WISH, watcher)).toMatchObject({ status: 'proposed' })
  mkdirSync(world)
  lab.drift()
  await lab.advance()
  await lab.approve('alice')
  await lab.merge()
  const remediator = await startRemediator(lab)
  await expect.poll(async () => (await lab.requests()).at(-1)?.state, WAIT).toBe('applied')
  await remediator.stop(null)
  expect((await parts.store.ledger.openRequests()).map(({ stack }) => stack)).toEqual(['a/broken'])
})

it('leaves a merged request to a hand where the trigger is manual', async () => {
  const lab = await createRemediationLab('trigger: manual\n')
  lab.drift()
  await lab.advance()
  await lab.approve('alice')
  await lab.merge()
  const told: string[] = []
  const remediator = await startRemediator(lab, told)
  await expect.poll(() => told, WAIT).toEqual(['waiting'])
  await remediator.stop(0)
  expect((await lab.requests()).at(-1)?.state).toBe('proposed')
  expect(await lab.advance()).toMatchObject({ status: 'applied' })
})

it('proposes drift by itself where that is wished, and once', async () => {
  const lab = await createRemediationLab('propose: auto\n')
  lab.drift()
  // a scan is what it hears of drift by
  await scan(lab)
  const remediator = await startRemediator(lab)
  await expect.poll(async () => (await lab.requests()).map(({ state }) => state), WAIT).toEqual(['proposed'])
  await remediator.stop(0)
  const [request] = await lab.requests()
  expect(JSON.parse(request?.content ?? '{}')).toMatchObject({ requester: 'driftd', stack: 'prod/file' })
})
