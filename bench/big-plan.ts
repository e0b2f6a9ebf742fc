import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { classifyPlan } from '../providers/terraform/classify/classify.js'
import { cutJson } from '../providers/terraform/plan-json/cut-json.js'
import { readPlan } from '../providers/terraform/plan-json/read-plan.js'
import { writeBigPlan } from './write-big-plan.js'

/** What a process of its own found out about one way to read the plan. */
interface Measurement {
  readonly wallMs: number
  /** User and system time of all threads: says more than the wall where other programs share the cores. */
  readonly cpuMs: number
  readonly peakRssMiB: number
  readonly note: string
}

const MIB = 1024 * 1024
const CHUNK_BYTES = MIB
const DEFAULT_SIZE_MIB = 256

/** Where the parts of a plan are, each an element of one of these. */
const ENTERED: ReadonlySet<string> = new Set([
  'planned_values',
  'prior_state',
  'values',
  'configuration',
  'root_module',
  'resources',
  'resource_drift',
  'resource_changes',
])

const [, , first = String(DEFAULT_SIZE_MIB), path] = process.argv
if (first === 'read' && path) await report(path, readAndClassify)
else if (first === 'parse' && path) await report(path, parseParts)
else await compare(Number(first))

/** Writes a plan of that size, reads it in both ways, each in a process of its own, and prints the two side by side. */
async function compare(sizeMiB: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'driftd-big-plan-'))
  try {
    const file = join(folder, 'plan.json')
    const resources = await writeBigPlan(file, sizeMiB * MIB)
    const bytes = (await stat(file)).size
    console.log(`plan JSON: ${(bytes / MIB).toFixed(0)} MiB, ${resources} resources`)
    const read = await measure('read', file)
    const parse = await measure('parse', file)
    console.log(line('driftd: read and classify', bytes, read))
    console.log(line('JSON.parse of the parts alone', bytes, parse))
    const ratios = [read.wallMs / parse.wallMs, read.cpuMs / parse.cpuMs].map((ratio) => ratio.toFixed(2))
    console.log(`ratio of the walls: ${ratios[0]}, of the CPU times: ${ratios[1]}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(way: 'read' | 'parse', file: string): Promise<Measurement> {
  const args = ['--import', 'tsx', fileURLToPath(import.meta.url), way, file]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as Measurement
}

function line(name: string, bytes: number, { wallMs, cpuMs, peakRssMiB, note }: Measurement): string {
  const speed = bytes / MIB / (wallMs / 1000)
  return `${name}: ${(wallMs / 1000).toFixed(2)} s wall, ${(cpuMs / 1000).toFixed(2)} s CPU, ${speed.toFixed(0)} MiB/s, peak RSS ${peakRssMiB.toFixed(0)} MiB (${note})`
}

async function report(
  file: string,
  run: (file: string) => Promise<Omit<Measurement, 'peakRssMiB'>>,
): Promise<void> {
  const measured = await run(file)
  // resourceUsage gives KiB on every platform Node runs on
  console.log(JSON.stringify({ ...measured, peakRssMiB: process.resourceUsage().maxRSS / 1024 }))
}

async function readAndClassify(file: string): Promise<Omit<Measurement, 'peakRssMiB'>> {
  const startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  const plan = await readPlan(() => createReadStream(file, { highWaterMark: CHUNK_BYTES }))
  const { findings, coverage } = classifyPlan({
    plan,
    schema: null,
    stack: 'bench',
    key: Buffer.alloc(32),
    secrets: [],
    sourceOf: () => null,
  })
  const wallMs = performance.now() - startedAt
  return {
    wallMs,
    cpuMs: cpuSince(cpuBefore),
    note: `${findings.length} findings, ${coverage.verified} verified`,
  }
}

/** Only the time inside JSON.parse: what the parts cost whoever finds them for nothing. */
async function parseParts(file: string): Promise<Omit<Measurement, 'peakRssMiB'>> {
  let wallMs = 0
  let cpuMs = 0
  let parts = 0
  await cutJson(createReadStream(file, { highWaterMark: CHUNK_BYTES }), {
    decide: (path) => (ENTERED.has(path.at(-1) ?? '') ? 'enter' : 'take'),
    take: (_, bytes) => {
      const text = bytes.toString('utf8')
      const startedAt = performance.now()
      const cpuBefore = process.cpuUsage()
      JSON.parse(text)
      cpuMs += cpuSince(cpuBefore)
      wallMs += performance.now() - startedAt
      parts += 1
    },
  })
  return { wallMs, cpuMs, note: `${parts} parts` }
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
