import { configAddressOf, modulePathOf } from '../resource-address.js'
import type { ResourceVerdict } from './judge-resource.js'

/**
 * Turns into `informational` every planned change whose only cause is a value that is known only after apply, because
 * something it refers to was deleted outside or must be made anew for that reason (shared facts, correction f).
 */
export function settleKnockOns(verdicts: readonly ResourceVerdict[]): readonly ResourceVerdict[] {
  const origins = new Map<string, string>()
  for (const verdict of verdicts)
    if (isOrigin(verdict)) origins.set(nameOf(verdict), verdict.resource.resource.address)
  if (origins.size === 0) return verdicts
  const hasPendingCode = verdicts.some(
    (verdict) => verdict.kind === 'pending' && verdict.unknown.length === 0,
  )
  const settled = new Map<ResourceVerdict, string>()
  // each round may find what follows from the round before; every round but the last settles at least one
  for (let round = 0; round <= verdicts.length; round += 1) {
    const sizeBefore = settled.size
    for (const verdict of verdicts) {
      if (settled.has(verdict) || verdict.kind !== 'pending' || verdict.unknown.length === 0) continue
      const origin = originOf(verdict, origins, hasPendingCode)
      if (origin === null) continue
      settled.set(verdict, origin)
      if (verdict.action === 'replace') origins.set(nameOf(verdict), origin)
    }
    if (settled.size === sizeBefore) break
  }
  return verdicts.map((verdict) => {
    const origin = settled.get(verdict)
    if (origin === undefined) return verdict
    const again = verdict.action === 'replace' ? ', and it will be replaced with it' : ''
    return { ...verdict, kind: 'informational', detail: `follows from ${origin}, which was deleted${again}` }
  })
}

function isOrigin(verdict: ResourceVerdict): boolean {
  const isReplacedDrift =
    verdict.action === 'replace' && (verdict.kind === 'changed' || verdict.kind === 'conflict')
  return verdict.kind === 'deleted' || isReplacedDrift
}

/** The resource that was deleted, where every unknown value follows from one; else null. */
function originOf(
  verdict: ResourceVerdict,
  origins: ReadonlyMap<string, string>,
  hasPendingCode: boolean,
): string | null {
  const found = verdict.unknown.map(({ setting }) => {
    const references = setting.kind === 'expression' ? setting.references : []
    const named = references
      .map((reference) => findOrigin(verdict, reference, origins))
      .find((one) => one !== null)
    if (named) return named
    // by way of a local value, a data source or an output of a module, which the plan does not resolve
    const isIndirect =
      references.length === 0 ||
      references.some((reference) => /^(local|data|module|each|var)\./.test(reference))
    const [only] = origins.values()
    return isIndirect && !hasPendingCode ? (only ?? null) : null
  })
  return found.every((origin) => origin !== null) ? (found[0] ?? null) : null
}

function findOrigin(
  verdict: ResourceVerdict,
  reference: string,
  origins: ReadonlyMap<string, string>,
): string | null {
  const modules = modulePathOf(verdict.resource.resource.moduleAddress).map((name) => `module.${name}.`)
  const full = `${modules.join('')}${withoutKeys(reference)}`
  for (const [name, address] of origins) {
    if (full === name || full.startsWith(`${name}.`)) return address
    // `module.m.output`: something in that module is the origin
    const call = /^((?:module\.[^.]+\.)*module\.[^.]+)\./.exec(full)?.[1]
    if (call !== undefined && name.startsWith(`${call}.`)) return address
  }
  return null
}

/** `aws_x.y["a.b"].arn` -> `aws_x.y.arn` */
function withoutKeys(reference: string): string {
  return reference.replace(/\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]/g, '')
}

function nameOf(verdict: ResourceVerdict): string {
  return configAddressOf(verdict.resource.resource)
}
