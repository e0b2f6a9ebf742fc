import { type DriftRecord, isDriftKind } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'
import { SEVERITIES, type Severity } from '../../domain/severity.js'
import type { StackStatus } from '../../domain/stack-status.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { recordName } from '../../lib/text/record-words.js'
import { plainRecordLines } from './plain-record.js'
import { KIND_RULES, STATUS_RULES, type StatusRuleId } from './sarif-rules.js'
import { sarifText, sarifUri } from './sarif-text.js'
import { severityCounts } from './scan-headline.js'

type Level = 'error' | 'warning' | 'note'

const LEVELS: Readonly<Record<Severity, Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

/** A record as a result: its rule is its kind, its level its severity, its place the line of code. */
export function recordResult(
  record: DriftRecord,
  { scan, invocationIndex }: { readonly scan: Scan; readonly invocationIndex: number },
): object {
  const title = `${record.kind}: ${recordName(record)} in ${escapeText(scan.stack)}`
  const name = escapeText(record.address)
  return {
    ruleId: record.kind,
    ruleIndex: KIND_RULES.findIndex(({ id }) => id === record.kind),
    // what is no failure has no level (3.27.10)
    ...(isDriftKind(record) ? { level: LEVELS[record.severity] } : { kind: 'informational', level: 'none' }),
    message: { text: sarifText([title, ...plainRecordLines(record, false)].join('\n')) },
    ...suppressionsOf(record),
    locations: [location(record.source ?? fallbackPlace(scan.stack), { name, kind: 'resource' })],
    partialFingerprints: fingerprints(record.fingerprint),
    provenance: { invocationIndex },
    properties: {
      stack: scan.stack,
      record: record.id,
      severity: record.severity,
      action: record.action,
      correctable: record.correctable,
      host: record.host,
      resourceType: record.resourceType,
    },
  }
}

/** A rule of the repository accepts it: readers do not count what is suppressed. */
function suppressionsOf({ ignored }: DriftRecord): object {
  if (ignored === undefined) return {}
  const { reason, owner, until } = ignored
  const justification = sarifText(`${reason} (${owner}, until ${until})`)
  return { suppressions: [{ kind: 'external', status: 'accepted', justification }] }
}

/** The status of a stack as a result; null where a fresh verdict says that nothing drifted. */
export function statusResult(stack: StackStatus, invocationIndex: number): object | null {
  const ruleId = statusRule(stack)
  if (ruleId === null) return null
  const rule = STATUS_RULES.find(({ id }) => id === ruleId)
  const loudest = SEVERITIES.find((severity) => stack.openDrift[severity] > 0)
  const level = ruleId === 'stack-drifted' && loudest ? LEVELS[loudest] : rule?.defaultConfiguration.level
  const drift = severityCounts(stack.openDrift)
  const text = `${stack.name}: ${rule?.shortDescription.text}${drift === '' ? '' : ` (${drift})`}`
  return {
    ruleId,
    ruleIndex: STATUS_RULES.findIndex(({ id }) => id === ruleId),
    level,
    message: { text: sarifText(text) },
    locations: [location(fallbackPlace(stack.name), { name: escapeText(stack.name), kind: 'module' })],
    partialFingerprints: fingerprints(`${stack.name}#${ruleId}`),
    provenance: { invocationIndex },
    properties: { stack: stack.name, status: stack.status, stale: stack.stale, openDrift: stack.openDrift },
  }
}

function statusRule({ status, stale }: StackStatus): StatusRuleId | null {
  if (status !== 'in-sync' && status !== 'pending') return `stack-${status}`
  return stale ? 'stack-stale' : null
}

/** GitHub refuses the whole file where a result has no place in a file. Discovered stacks are named by their path. */
function fallbackPlace(stack: string): { readonly file: string; readonly line: number } {
  return { file: stack, line: 1 }
}

function location(
  { file, line }: { readonly file: string; readonly line: number },
  logical: { readonly name: string; readonly kind: string },
): object {
  const uri = sarifUri(file)
  return {
    physicalLocation: {
      artifactLocation: uri.startsWith('file:') ? { uri } : { uri, uriBaseId: '%SRCROOT%' },
      region: { startLine: Math.max(1, line) },
    },
    logicalLocations: [{ fullyQualifiedName: logical.name, kind: logical.kind }],
  }
}

/** GitHub matches alerts by the first alone, and else by the line of code, on which twins of one resource block collide. */
function fingerprints(identity: string): Readonly<Record<string, string>> {
  return { primaryLocationLineHash: `${identity}:1`, 'driftd/v1': identity }
}
