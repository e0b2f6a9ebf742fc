import type { AttributePath } from '../../domain/record.js'
import { escapeText } from './escape-text.js'

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/
// how elements of lists are called that have a name or are statements of a policy (compare-values.ts)
const NAMED_ELEMENT = /^(?:(?:Sid|name|Name|id)=|\d+: )[^\]"]*$/

/** An attribute path as people write it: `tags.Owner`, `ingress[0].from_port`, `tags["a b"]`. */
export function pathText(path: AttributePath): string {
  return path.map((step, index) => stepText(step, index === 0)).join('')
}

function stepText(step: string | number, isFirst: boolean): string {
  if (typeof step === 'number') return `[${step}]`
  if (isFirst) return escapeText(step)
  if (NAMED_ELEMENT.test(step)) return `[${escapeText(step)}]`
  return PLAIN_KEY.test(step) ? `.${step}` : `[${escapeText(JSON.stringify(step))}]`
}
