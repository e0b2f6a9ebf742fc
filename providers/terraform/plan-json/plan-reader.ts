import { DriftError } from '../../../src/domain/errors.js'
import type { JsonValue } from '../../../src/domain/record.js'
import type { CutDecision, CutVisitor } from './cut-json.js'
import { parsePlanEntry, reducePlanEntry } from './plan-entry.js'
import type { Plan, ResourceDelta } from './plan-json.js'
import {
  parseFailedChecks,
  parseOutputChange,
  parseResourceBlock,
  parseRootVariable,
  parseStateOutput,
  parseStateResource,
  parseVariableBlock,
} from './plan-parts.js'
import { SecretValues } from './plan-secrets.js'
import { modulePathOfBlock, type PlanSection, placeOf } from './plan-sections.js'
import { headOfEntry, isQuietChange, mayHoldSecret } from './quick-look.js'
import { isQuietDrift } from './quick-noise.js'
import { configAddressOf } from './resource-address.js'
import { SiblingIndex } from './sibling-index.js'

/** The order in which Terraform writes the sections of which each needs those before it. */
const BUILDING_ORDER: readonly string[] = [
  'resource_drift',
  'resource_changes',
  'prior_state',
  'configuration',
]

/** Reads the sections of a plan as they pass by: in one pass where they stand in Terraform's order, else in two. */
export class PlanReader implements CutVisitor {
  readonly #secrets = new SecretValues()
  readonly #sections: string[] = []
  readonly #drifts: ResourceDelta[] = []
  readonly #drifted = new Set<string>()
  readonly #changes = new Map<string, ResourceDelta>()
  readonly #outputs: Plan['outputs'][number][] = []
  readonly #failedChecks: Plan['failedChecks'][number][] = []
  readonly #stateResources = new Map<string, Plan['stateResources'][number]>()
  readonly #goneResources: Plan['goneResources'][number][] = []
  readonly #configured = new Map<string, { readonly expressions: Readonly<Record<string, JsonValue>> }>()
  readonly #variables = new Map<string, JsonValue>()
  readonly #sensitiveVariables = new Set<string>()
  readonly #reached = new Set<string>()
  readonly #inState = new Set<string>()
  #wantedBlocks: ReadonlySet<string> | null = null
  #siblings: SiblingIndex | null = null
  #managedCount = 0
  #isComplete = true
  #isSecondPass = false
  #sectionsAgain: ReadonlySet<string> = new Set()
  formatVersion: string | null = null

  decide(path: readonly string[]): CutDecision {
    const [section] = path
    if (path.length === 1 && section !== undefined) this.#beginSection(section)
    if (this.#isSecondPass && section !== undefined && !this.#sectionsAgain.has(section)) return 'skip'
    return placeOf(path).decision
  }

  take(path: readonly string[], bytes: Buffer): void {
    this.#read[placeOf(path).section](bytes, path)
  }

  /** True where the file has to be read once more; what is read then completes what is known. */
  startSecondPass(): boolean {
    this.#sectionsAgain = new Set([...this.#misplacedSections(), ...this.#sectionsOfStoppedPlan()])
    this.#isSecondPass = true
    this.#siblings = null
    this.#wantedBlocks = null
    return this.#sectionsAgain.size > 0
  }

  plan(): Plan {
    for (const name of this.#sensitiveVariables) this.#secrets.add(this.#variables.get(name) ?? null)
    return {
      formatVersion: this.formatVersion ?? '',
      isComplete: this.#isComplete,
      hasChanges: this.#sections.includes('resource_changes'),
      drifts: this.#drifts,
      changes: [...this.#changes.values()],
      outputs: this.#outputs,
      failedChecks: this.#failedChecks,
      managedCount: this.#managedCount,
      stateResources: [...this.#stateResources.values()],
      goneResources: this.#goneResources,
      configured: this.#configured,
      unreached: [...this.#inState].filter((address) => !this.#reached.has(address)).sort(),
      secretValues: this.#secrets.list(),
    }
  }

  readonly #read: Readonly<Record<PlanSection, (bytes: Buffer, path: readonly string[]) => void>> = {
    scalar: (bytes, path) => this.#readScalar(bytes, path[0] ?? ''),
    drift: (bytes) => this.#readDrift(bytes),
    change: (bytes) => this.#readChange(bytes),
    output: (bytes, path) => this.#readOutput(bytes, path.at(-1) ?? ''),
    check: (bytes) => void this.#failedChecks.push(...parseFailedChecks(parseJson(bytes))),
    'state-resource': (bytes) => this.#readStateResource(bytes),
    'state-output': (bytes) => this.#readStateOutput(bytes),
    'root-variable': (bytes, path) => this.#readVariable(bytes, path.at(-1) ?? ''),
    'variable-block': (bytes, path) => this.#readVariableBlock(bytes, path),
    'resource-block': (bytes, path) => this.#readResourceBlock(bytes, path),
  }

  #beginSection(section: string): void {
    if (this.#isSecondPass) return
    if (this.#sections.includes(section)) {
      throw new DriftError('OUTPUT_INVALID', `The plan JSON has the key ${JSON.stringify(section)} twice`)
    }
    this.#sections.push(section)
  }

  /** Sections that stood before another that is needed to understand them. */
  #misplacedSections(): readonly string[] {
    const order = this.#sections.filter((section) => BUILDING_ORDER.includes(section))
    return order.filter((section, index) =>
      order.slice(index + 1).some((later) => BUILDING_ORDER.indexOf(later) < BUILDING_ORDER.indexOf(section)),
    )
  }

  /** What a plan that stopped did not come to is told by its state and its changes together. */
  #sectionsOfStoppedPlan(): readonly string[] {
    return this.#isComplete ? [] : ['resource_changes', 'prior_state']
  }

  #readScalar(bytes: Buffer, name: string): void {
    const value = parseJson(bytes)
    if (name === 'format_version') this.formatVersion = typeof value === 'string' ? value : null
    if (name === 'errored' && value === true) this.#isComplete = false
    if (name === 'complete' && value === false) this.#isComplete = false
  }

  #readDrift(bytes: Buffer): void {
    if (isQuietDrift(bytes)) return
    const entry = parsePlanEntry(parseJson(bytes))
    this.#collectMarked(entry.change)
    if (entry.mode !== 'managed') return
    const delta = reducePlanEntry(entry)
    if (delta.action === 'update' && delta.attributes.length === 0) return
    this.#drifts.push(delta)
    if (delta.action === 'delete') {
      this.#goneResources.push({
        address: entry.address,
        type: entry.type,
        values: entry.change.before ?? {},
        dependsOn: [],
      })
    }
    this.#drifted.add(delta.resource.address)
    if (delta.previousAddress !== null) this.#drifted.add(delta.previousAddress)
  }

  #readChange(bytes: Buffer): void {
    const head = headOfEntry(bytes)
    if (head !== null) this.#noteReached(head.address)
    if (head !== null && !this.#drifted.has(head.address) && isQuietChange(bytes)) return
    const entry = parsePlanEntry(parseJson(bytes))
    this.#noteReached(entry.address)
    this.#collectMarked(entry.change)
    if (entry.mode !== 'managed') return
    const delta = reducePlanEntry(entry)
    const isQuiet = delta.action === 'no-op' && delta.previousAddress === null && !delta.isImport
    if (isQuiet && !this.#drifted.has(entry.address)) return
    this.#changes.set(JSON.stringify([entry.address, delta.deposed]), delta)
  }

  #noteReached(address: string): void {
    if (this.#isSecondPass && !this.#isComplete) this.#reached.add(address)
  }

  #collectMarked(change: ReturnType<typeof parsePlanEntry>['change']): void {
    this.#secrets.addMarked(change.before, change.before_sensitive)
    this.#secrets.addMarked(change.after, change.after_sensitive)
  }

  #readOutput(bytes: Buffer, name: string): void {
    const { delta, raw } = parseOutputChange(name, parseJson(bytes))
    this.#secrets.addMarked(raw.before, raw.before_sensitive)
    this.#secrets.addMarked(raw.after, raw.after_sensitive)
    if (delta !== null) this.#outputs.push(delta)
  }

  #readStateResource(bytes: Buffer): void {
    this.#siblings ??= new SiblingIndex(this.#drifts, [...this.#changes.values()])
    const head = headOfEntry(bytes)
    const isPlain = head?.isManaged === true && !mayHoldSecret(bytes)
    if (isPlain && !this.#siblings.isWanted(head.address) && !this.#siblings.mayName(bytes)) {
      this.#countManaged(head.address)
      return
    }
    const resource = parseStateResource(parseJson(bytes))
    this.#secrets.addMarked(resource.values ?? null, resource.sensitive_values)
    if (resource.mode !== 'managed') return
    this.#countManaged(resource.address)
    const values = resource.values ?? {}
    const isSibling = this.#siblings.names(values)
    if (!isSibling && !this.#siblings.isWanted(resource.address)) return
    const { address, type, depends_on: dependsOn } = resource
    this.#stateResources.set(address, { address, type, dependsOn, values: isSibling ? values : {} })
  }

  #countManaged(address: string): void {
    if (!this.#isSecondPass) this.#managedCount += 1
    else if (!this.#isComplete) this.#inState.add(address)
  }

  #readStateOutput(bytes: Buffer): void {
    const output = parseStateOutput(parseJson(bytes))
    if (output.sensitive) this.#secrets.add(output.value ?? null)
  }

  #readVariable(bytes: Buffer, name: string): void {
    this.#variables.set(name, parseRootVariable(parseJson(bytes)).value ?? null)
  }

  /** Values of child modules' variables are marked wherever they are used; those of the root module stand in `variables`. */
  #readVariableBlock(bytes: Buffer, path: readonly string[]): void {
    const block = parseVariableBlock(parseJson(bytes))
    if (!block.sensitive) return
    this.#secrets.add(block.default ?? null)
    if (path.length === VARIABLE_OF_ROOT_LENGTH) this.#sensitiveVariables.add(path.at(-1) ?? '')
  }

  #readResourceBlock(bytes: Buffer, path: readonly string[]): void {
    this.#wantedBlocks ??= new Set(
      [...this.#drifts, ...this.#changes.values()].map((delta) => configAddressOf(delta.resource)),
    )
    if (this.#wantedBlocks.size === 0) return
    const block = parseResourceBlock(parseJson(bytes))
    const modules = modulePathOfBlock(path).map((name) => `module.${name}`)
    const mode = block.mode === 'data' ? ['data'] : []
    const address = [...modules, ...mode, block.type, block.name].join('.')
    if (this.#wantedBlocks.has(address))
      this.#configured.set(address, { expressions: block.expressions ?? {} })
  }
}

/** `configuration`, `root_module`, `variables`, and the name. */
const VARIABLE_OF_ROOT_LENGTH = 4

function parseJson(bytes: Buffer): JsonValue {
  try {
    return JSON.parse(bytes.toString('utf8')) as JsonValue
  } catch (cause) {
    throw new DriftError('OUTPUT_INVALID', 'A part of the plan JSON is malformed', { cause })
  }
}
