import type { Secret } from '../lib/schema/setting.js'

/** Maps of texts that people write themselves: a label may be called `env` or `file`. */
const FREE_MAPS: ReadonlySet<string> = new Set(['labels', 'match', 'extraVars'])

/** Every `{ env: NAME }` and `{ file: PATH }` in a configuration or a part of it. */
export function settingsIn(value: unknown): readonly Secret[] {
  if (typeof value !== 'object' || value === null) return []
  if (isSetting(value)) return [value]
  return Object.entries(value).flatMap(([key, item]) => (FREE_MAPS.has(key) ? [] : settingsIn(item)))
}

function isSetting(value: object): value is Secret {
  const keys = Object.keys(value).filter((key) => key !== 'secret')
  const [key] = keys
  if (keys.length !== 1 || (key !== 'env' && key !== 'file')) return false
  return typeof (value as Record<string, unknown>)[key] === 'string'
}
