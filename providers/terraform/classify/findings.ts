import { contentHash, fingerprint, recordId } from '../../../src/domain/fingerprint.js'
import type { Change, Finding, JsonValue, Kind } from '../../../src/domain/record.js'
import type { Redactor } from '../../../src/lib/redact.js'
import type { ClassifyRequest } from '../classify.js'
import type { CheckResult, OutputDelta } from '../plan-json.js'
import { changeOfPath, contentOfPath } from './change-of-path.js'
import type { ResourceVerdict } from './judge-resource.js'

/** What findings are made with. */
export interface FindingTools {
  readonly request: ClassifyRequest
  /** Knows every secret of the plan and of the request. */
  readonly redactor: Redactor
}

/** The finding of a resource. An object left behind by a replacement is named with its key, as Terraform does. */
export function resourceFinding(verdict: ResourceVerdict, tools: FindingTools): Finding {
  const { resource, deposed } = verdict.resource
  const { kind, action, correctable, detail } = verdict
  const content: JsonValue = [action, ...verdict.paths.map(contentOfPath)]
  return {
    ...identify([resource.address, deposed], { kind, content }, tools),
    kind,
    action,
    correctable,
    address: tools.redactor.text(
      deposed === null ? resource.address : `${resource.address} (deposed ${deposed})`,
    ),
    resourceType: resource.type,
    host: null,
    source: tools.request.sourceOf(resource),
    changes: sortChanges(verdict.paths.map((path) => changeOfPath(path, tools.redactor))),
    detail: detail === null ? null : tools.redactor.text(detail),
  }
}

/** The finding of a failed assertion; it stands beside that of the resource which carries the condition. */
export function checkFinding(check: CheckResult, tools: FindingTools): Finding {
  const text = check.messages.join('; ')
  return {
    ...identify([check.address, null, 'check'], { kind: 'check', content: [check.status, text] }, tools),
    kind: 'check',
    action: 'none',
    correctable: false,
    address: tools.redactor.text(check.address),
    resourceType: check.resource?.type ?? null,
    host: null,
    source: check.resource === null ? null : tools.request.sourceOf(check.resource),
    changes: [],
    detail: text === '' ? 'an assertion of the code fails' : tools.redactor.text(text),
  }
}

/** The finding of an output: a value for others that the next apply will write down, and nobody needs to act on. */
export function outputFinding(output: OutputDelta, tools: FindingTools): Finding {
  const { before, after, isUnknown, isSensitive } = output
  const path = {
    path: ['value'],
    standing: 'code',
    recorded: before,
    actual: before,
    declared: after,
    isUnknown,
    isSensitive,
    isElements: false,
  } as const
  const address = `output.${output.name}`
  return {
    ...identify([address, null], { kind: 'informational', content: contentOfPath(path) }, tools),
    kind: 'informational',
    action: 'none',
    correctable: true,
    address: tools.redactor.text(address),
    resourceType: null,
    host: null,
    source: null,
    changes: [changeOfPath(path, tools.redactor)],
    detail: 'an output whose value the next apply will write down',
  }
}

function identify(
  parts: readonly (string | null)[],
  said: { readonly kind: Kind; readonly content: JsonValue },
  { request }: FindingTools,
): Pick<Finding, 'id' | 'fingerprint' | 'contentHash'> {
  const print = fingerprint({ stack: request.stack, provider: 'terraform', parts })
  const hash = contentHash(request.key, said.kind, said.content)
  return { id: recordId(print), fingerprint: print, contentHash: hash }
}

function sortChanges(changes: readonly Change[]): readonly Change[] {
  const key = (change: Change): string => JSON.stringify(change.path)
  return changes.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}
