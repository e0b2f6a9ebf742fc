import type { AttributePath } from '../../domain/record.js'
import { escapeText } from './escape-text.js'

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/

/** An attribute path as people write it: `tags.Owner`, `ingress[0].from_port`, `tags["a b"]`. */
export function pathText(path: AttributePath): string {
  return path.map((step, index) => stepText(step, index === 0)).join('')
}

function stepText(step: string | number, isFirst: boolean): string {
  if (typeof step === 'number') return `[${step}]`
  if (isFirst) return escapeText(step)
  return PLAIN_KEY.test(step) ? `.${step}` : `[${escapeText(JSON.stringify(step))}]`
}
