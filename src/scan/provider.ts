import type { z } from 'zod'
import type { Examination } from '../domain/examination.js'
import type { ApplyOutcome, Proposal, RemediationAction, RemediationScope } from '../domain/proposal.js'
import type { Finding } from '../domain/record.js'
import type { Coverage, PhaseName, ScanWarning } from '../domain/scan.js'
import type { SeverityRule } from '../domain/severity-rule.js'
import type { Stack } from '../domain/stack.js'

/** The files of one commit, read-only, or a folder that is scanned in place. */
export interface Checkout {
  /** Absolute path of the repository's root. */
  readonly root: string
  /** Null where the folder is no Git repository or is scanned in place. */
  readonly commit: string | null
  /** `worktree`: made by driftd; `in-place`: the user's own folder, of which not one byte may change. */
  readonly mode: 'worktree' | 'in-place'
}

/** A stack that `discover` found; its options are what the provider's schema takes. */
export interface DiscoveredStack {
  readonly provider: string
  /** Relative to the root of the tree. */
  readonly path: string
  readonly options: Readonly<Record<string, unknown>>
  /** What a person may want to set beside, each a line of YAML and why: comments in what `driftd init` writes. */
  readonly hints?: readonly string[]
}

/** Everything a provider needs for one detection. */
export interface DetectRequest<Options = unknown> {
  readonly stack: Stack<Options>
  readonly checkout: Checkout
  /** Opaque to all but the provider: what it returned as `nextBaseline` of the last in-sync scan, or null. */
  readonly baseline: string | null
  /** Digest of the stack's code (`hmac:...`), equal over commits that did not touch it; absent or null: not known. */
  readonly code?: string | null
  /** True when an earlier good scan of this stack exists (its state, once seen, may not vanish silently). */
  readonly hasGoodScan: boolean
  /** The whole environment of the engine; nothing else is passed on. */
  readonly env: Readonly<Record<string, string>>
  /** Values that may appear nowhere: those of `{file:}` and `{env:}`. */
  readonly secrets: readonly string[]
  /** The key of content hashes (32 bytes). */
  readonly key: Buffer
  /** Private 0700 folder shared by all stacks: schemas and the like. */
  readonly cacheFolder: string
  /** Private 0700 folder of this stack, kept between scans; never inside a checkout. */
  readonly dataFolder: string
  /** Private 0700 folder of this scan, removed by the caller whatever happens. */
  readonly scratchFolder: string
  /** Aborted on Ctrl-C, at the timeout, and when the daemon stops; `reason` is a DriftError. */
  readonly signal: AbortSignal
  /** Called as each phase begins. */
  readonly onPhase: (phase: PhaseName) => void
  /** Called with the process group of each engine as it starts, so that it can be ended after a kill. */
  readonly onEngine: (groupId: number) => void
}

/** What a detection found out. Free of secrets. */
export interface Detection {
  readonly findings: readonly Finding[]
  readonly coverage: Coverage
  /** Between 0 and 1: verified over applicable, of the worst host where there are several. */
  readonly coverageRatio: number
  /** Some, not all, expected hosts could not be read to the end, or the plan stopped early. */
  readonly isPartial: boolean
  readonly warnings: readonly ScanWarning[]
  /** Stored only in the transaction of an in-sync scan. Null: the provider keeps none. */
  readonly nextBaseline: string | null
  /** The versions of the engine's plug-ins, by name (`registry.terraform.io/hashicorp/aws`). Absent: not known. */
  readonly plugins?: Readonly<Record<string, string>>
}

/** Files below a folder, asked by path relative to its root. Never leaves the root, also not by symlinks. */
export interface Tree {
  /** Every file, relative, with `/`, sorted; `.git` and symlinks that leave the tree left out. */
  readonly files: readonly string[]
  /** Where its symbolic links lead to inside the tree, by path: files (in `files` too) and folders (not followed). Default: none. */
  readonly links?: ReadonlyMap<string, string>
  /** The text of one file, or null where it cannot be read as UTF-8 or is too large. */
  readText(file: string): Promise<string | null>
}

/** What a provider is asked for `driftd doctor`: could these stacks be scanned here and now? */
export interface ExamineRequest<Options = unknown> {
  /** Empty where no configuration names any: then a missing engine is no problem yet. */
  readonly stacks: readonly ExaminedStack<Options>[]
  /** The environment of the engine, without the stacks' own variables. */
  readonly env: Readonly<Record<string, string>>
  /** Private folder that is removed afterwards. */
  readonly scratchFolder: string
  readonly signal: AbortSignal
}

/** A stack with its files, or null where they are not at hand. */
export interface ExaminedStack<Options = unknown> {
  readonly stack: Stack<Options>
  readonly checkout: Checkout | null
}

/** A plug-in that knows one engine. Detections throw a DriftError where there is no verdict. */
export interface Provider<Options = unknown> {
  readonly name: string
  /** The keys of a stack in driftd.yaml that only this provider knows, as a strict object's shape. */
  readonly optionsShape: z.ZodRawShape
  /** Options that decide what an engine may read outside the repository: its own .driftd.yaml may not set them. */
  readonly daemonOnlyOptions?: readonly string[]
  /** Severity table of this engine, first match wins; the user's own rules come before it. */
  readonly severityRules: readonly SeverityRule[]
  /** A gauge that says each stack's last scan as the exit code of a plan: for those who alert on such a metric already. */
  readonly exitCodeMetric?: string
  /** How heavy one detection is: `plugin` counts against memory-bounded slots. `cacheFolder` as in DetectRequest. */
  weight(stack: Stack<Options>, checkout: Checkout, cacheFolder: string): Promise<'light' | 'plugin'>
  discover(tree: Tree): Promise<readonly DiscoveredStack[]>
  /**
   * The file or folder, relative to the root, that a stack is known by: what `discover` globs match, what a discovered
   * stack is named by, and where an explicit entry takes the place of a discovered one. Absent: the stack's path.
   */
  entryOf?(path: string, options: Readonly<Record<string, unknown>>): string
  /** Every file the stack depends on, relative to the root of the tree. */
  inputs(stack: Stack<Options>, tree: Tree): Promise<readonly string[]>
  detect(request: DetectRequest<Options>): Promise<Detection>
  /** Looks for what would make scans fail, without scanning and without changing anything. Absent: knows nothing. */
  examine?(request: ExamineRequest<Options>): Promise<readonly Examination[]>
  /** What this provider can carry out, the usual action first. Present where `prepare` is. */
  readonly remediationActions?: readonly RemediationAction[]
  /**
   * Says what carrying out would do, on a fresh plan, without changing anything. Absent: this provider cannot remediate.
   * Throws as `detect`, and REMEDIATION_UNSUPPORTED with what stands in the way.
   */
  prepare?(request: PrepareRequest<Options>): Promise<Prepared>
}

/** What a remediation is prepared with; the environment is the scan's, with `applyEnv` only for carrying out. */
export interface PrepareRequest<Options = unknown> extends DetectRequest<Options> {
  readonly scope: RemediationScope
}

/** A proposal and the way to carry out exactly that, once: a saved plan, or a playbook and its inputs. */
export interface Prepared {
  readonly proposal: Proposal
  /**
   * Carries it out. The caller has asked the gate. Never throws for what the engine does. `onStart` is called with the
   * process group before anything can change, so that it can be written down.
   */
  apply(run: ApplyRun): Promise<ApplyOutcome>
  /** Gives up what is held for carrying out, whether that was done or not. Safe to call twice. Absent: nothing is. */
  release?(): Promise<void>
}

/** How a prepared proposal is carried out. */
export interface ApplyRun {
  /** The engine's whole environment, `applyEnv` included. */
  readonly env: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly signal: AbortSignal
  onStart(processGroup: number): Promise<void>
}
