import { canonicalJson, contentHash, fingerprint, recordId } from '../../../src/domain/fingerprint.js'
import type { Finding, JsonValue, Source } from '../../../src/domain/record.js'
import { createRedactor, type Redactor } from '../../../src/lib/redact.js'
import type { CausedDelta, Verdict } from './decide-verdict.js'
import { type Presenter, presentChange, UNKNOWN_PLACEHOLDER } from './present-change.js'
import { canonicalValue } from './same-value.js'

const PROVIDER = 'terraform'

/** What a finding is built of. */
export interface FindingDraft {
  readonly address: string
  readonly deposed: string | null
  readonly resourceType: string | null
  readonly source: Source | null
  readonly verdict: Verdict
}

/** Builds the findings of one stack, free of secrets. */
export class FindingBuilder {
  readonly #stack: string
  readonly #key: Buffer
  readonly #presenter: Presenter

  constructor({ stack, key, secrets }: { stack: string; key: Buffer; secrets: readonly string[] }) {
    this.#stack = stack
    this.#key = key
    this.#presenter = { redactor: createRedactor(secrets), secrets: new Set(secrets) }
  }

  build(draft: FindingDraft): Finding {
    const { verdict, address, deposed } = draft
    const changes = [...verdict.changes].sort(compareDeltas)
    const parts = deposed === null ? [address] : [address, deposed]
    const name = fingerprint({ stack: this.#stack, provider: PROVIDER, parts })
    const content = [...changes.map(contentOf), ...(changes.length === 0 ? [verdict.detail] : [])]
    const { redactor } = this.#presenter
    return {
      id: recordId(name),
      fingerprint: name,
      contentHash: contentHash(this.#key, verdict.kind, [verdict.action, ...content]),
      kind: verdict.kind,
      action: verdict.action,
      correctable: verdict.correctable,
      address: scrubAddress(address, redactor),
      resourceType: draft.resourceType,
      host: null,
      source: draft.source,
      changes: changes.map((change) => presentChange(change, this.#presenter)),
      detail: verdict.detail === null ? null : redactor.text(verdict.detail),
    }
  }

  /** A text for people, free of secrets. */
  text(text: string): string {
    return this.#presenter.redactor.text(text)
  }
}

/** Names in the code are no secrets, though one may happen to equal a secret value; instance keys may be some. */
function scrubAddress(address: string, redactor: Redactor): string {
  return address.replace(/\["(?:[^"\\]|\\.)*"\]/g, (key) => redactor.text(key))
}

/** What a change hashes to: values as they mean, so that another order of keys is no other content. */
function contentOf({ delta, cause }: CausedDelta): JsonValue {
  const declared = delta.isUnknown ? UNKNOWN_PLACEHOLDER : canonicalValue(delta.declared)
  return [[...delta.path], cause, declared, canonicalValue(delta.actual), canonicalValue(delta.recorded)]
}

function compareDeltas(a: CausedDelta, b: CausedDelta): number {
  const left = canonicalJson([[...a.delta.path], a.cause])
  const right = canonicalJson([[...b.delta.path], b.cause])
  return left < right ? -1 : left > right ? 1 : 0
}
