import type { Emulator } from '../lab/emulator.js'
import { commandsOfApprover, findRequest, runCommands, whatChanges } from './approval.js'
import { APPROVER, createApprover } from './approver.js'
import { faint, loud, say, sayCommand, sayMark, sayStep, secondsText } from './console.js'
import { bucketOwner, createAwsClients, EDITS, type World } from './edits.js'
import { applyEstate, STACKS, writeDriftdConfig } from './estate.js'
import type { Estate } from './estate-place.js'
import { hostsFolder } from './hosts-stack.js'
import { compareReport, compareStatuses, type Report } from './report.js'
import { createDriftd, type Driftd } from './run-driftd.js'

/** The stack that is put right; every difference of it is one that applying its code undoes. */
const REMEDIATED = 'storage'

/** Of 80 columns three are free. */
const TEXT_WIDTH = 77

interface Stage {
  readonly estate: Estate
  readonly emulator: Pick<Emulator, 'kind' | 'url'>
  readonly driftd: Driftd
  readonly world: World
}

interface Step {
  readonly title: string
  /** Returns what is not as it must be, in words. */
  readonly play: (stage: Stage) => Promise<readonly string[]>
}

const STEPS: readonly Step[] = [
  { title: 'A small AWS estate, declared in Git and applied', play: apply },
  { title: 'First scan: does reality match what Git says?', play: scanClean },
  { title: `Somebody changes ${EDITS.length} things behind Git's back`, play: edit },
  { title: 'Second scan: what driftd finds', play: scanDrifted },
  { title: `driftd proposes to put ${REMEDIATED} right, and changes nothing yet`, play: propose },
  { title: 'A person reads it, signs it, merges it: that is the approval', play: approve },
  { title: 'driftd carries out what was approved: exactly that, once', play: carryOut },
  { title: `Last scan: ${REMEDIATED} is what Git says, the rest was left alone`, play: scanRemediated },
]

/** Plays the demo and returns, in words, what is wrong with driftd's answers; it ends with the first step that is. */
export async function playDemo(estate: Estate, emulator: Emulator): Promise<readonly string[]> {
  const driftd = createDriftd(estate, await writeDriftdConfig(estate))
  const world = { ...createAwsClients(emulator.url), hosts: hostsFolder(estate) }
  for (const [index, { title, play }] of STEPS.entries()) {
    estate.signal.throwIfAborted()
    sayStep(`${index + 1}/${STEPS.length}`, title)
    const problems = await play({ estate, emulator, driftd, world })
    for (const problem of problems) sayMark(false, problem)
    if (problems.length > 0) return problems
  }
  return []
}

async function apply({ estate, emulator }: Stage): Promise<readonly string[]> {
  say(`${emulator.kind} plays AWS at ${emulator.url}: nothing leaves this machine`)
  say('terraform apply: network, storage, access; ansible-playbook: hosts ...')
  const startedAt = performance.now()
  await createApprover(estate)
  await applyEstate(estate)
  sayMark(true, `applied, committed, pushed ${faint(secondsText(performance.now() - startedAt))}`)
  return []
}

async function scanClean({ driftd }: Stage): Promise<readonly string[]> {
  sayCommand('driftd scan')
  const report = await driftd.read({ args: ['scan'], exitCode: 0 })
  const problems = [...compareReport(report, []), ...compareStatuses(report, inSync(STACKS))]
  if (problems.length > 0) return problems
  for (const { stack, status, coverage } of report.scans)
    sayMark(true, `${stack.padEnd(8)} ${status}, ${coverage.verified} of ${coverage.applicable} verified`)
  say(faint('what cannot be verified is counted and named, never hidden'))
  return []
}

async function edit({ estate, world }: Stage): Promise<readonly string[]> {
  for (const { expected, text, carryOut } of EDITS) {
    estate.signal.throwIfAborted()
    await carryOut(world)
    say(`${loud('•')} ${expected.stack.padEnd(8)} ${text}${expected.correctable ? '' : loud(' *')}`)
  }
  say(`${loud('*')} ${faint('for these `terraform plan` says "No changes"')}`)
  return []
}

async function scanDrifted({ driftd }: Stage): Promise<readonly string[]> {
  await driftd.show({ args: ['scan'], exitCode: 2 })
  const problems = compareReport(await readStored(driftd), expectedOf(STACKS))
  if (problems.length > 0) return problems
  const counts = STACKS.map((stack) => `${stack} ${expectedOf([stack]).length}`).join(', ')
  sayMark(true, `it names exactly those ${EDITS.length}: ${counts}`)
  return []
}

async function propose({ driftd, world }: Stage): Promise<readonly string[]> {
  await driftd.show({ args: ['remediate', REMEDIATED], exitCode: 2 })
  if ((await bucketOwner(world)) !== 'somebody') return ['the bucket was changed before anybody approved it']
  sayMark(true, 'exit code 2: there is drift, and a person is asked')
  return []
}

async function approve({ estate }: Stage): Promise<readonly string[]> {
  const request = await findRequest(estate, REMEDIATED)
  say('The request is one file on a branch of its own, bound to one exact plan:')
  for (const line of whatChanges(request.body, TEXT_WIDTH)) say(faint(line))
  say('')
  say(`What ${APPROVER} types in a clone, with a key that the demo made:`)
  const commands = commandsOfApprover(estate, request)
  for (const command of commands) sayCommand(command)
  await runCommands(estate, commands)
  sayMark(true, `signed by ${APPROVER} and merged; whoever asked could not have approved it`)
  return []
}

async function carryOut({ driftd, world }: Stage): Promise<readonly string[]> {
  say('It plans anew, refuses unless that plan is the approved one, applies it:')
  await driftd.show({ args: ['remediate', REMEDIATED], exitCode: 0 })
  if ((await bucketOwner(world)) !== 'platform') return ['the bucket is not what the code says']
  sayMark(true, 'exit code 0: carried out, and verified by a scan')
  return []
}

async function scanRemediated({ driftd }: Stage): Promise<readonly string[]> {
  sayCommand('driftd scan')
  const report = await driftd.read({ args: ['scan'], exitCode: 2 })
  const others = STACKS.filter((stack) => stack !== REMEDIATED)
  const left = expectedOf(others)
  const problems = [...compareReport(report, left), ...compareStatuses(report, inSync([REMEDIATED]))]
  if (problems.length > 0) return problems
  await driftd.show({ args: ['status'], exitCode: 0 })
  sayMark(true, `${REMEDIATED} is in sync; the other ${left.length} changes are still there, and named`)
  return []
}

/** The report that was shown, as driftd stored it. */
async function readStored(driftd: Driftd): Promise<Report> {
  const scans: Report['scans'] = []
  for (const stack of STACKS) scans.push(...(await driftd.read({ args: ['show', stack], exitCode: 0 })).scans)
  return { schemaVersion: 1, scans }
}

function expectedOf(stacks: readonly string[]) {
  return EDITS.map(({ expected }) => expected).filter(({ stack }) => stacks.includes(stack))
}

function inSync(stacks: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(stacks.map((stack) => [stack, 'in-sync']))
}
