import { SCHEMA_VERSION } from '../../documents/schema-version.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { createPalette } from '../output/paint.js'
import type { View } from '../terminal.js'
import type { Check } from './check.js'

const SYMBOLS = { ok: '✓', warning: '!', problem: '✗' } as const
const MAX_NAME_LENGTH = 24

/** What was looked at, by area, each problem with its fix below it, and a last line that counts. */
export function renderDoctorTable(checks: readonly Check[], { isColored }: Pick<View, 'isColored'>): string {
  const palette = createPalette(isColored)
  const paint = {
    ok: palette.status['in-sync'],
    warning: palette.warning,
    problem: palette.status.failed,
  } as const
  const width = Math.min(MAX_NAME_LENGTH, Math.max(...checks.map(({ what }) => what.length)))
  const lines = [...new Set(checks.map(({ area }) => area))].flatMap((area) => [
    palette.bold(area),
    ...checks
      .filter((check) => check.area === area)
      .flatMap(({ what, state, detail, fix }) => [
        `  ${paint[state](SYMBOLS[state])} ${escapeText(what).padEnd(width)}  ${escapeText(state === 'ok' ? detail : `${state}: ${detail}`)}`,
        ...(fix === null ? [] : [`    ${' '.repeat(width)}  fix: ${palette.bold(escapeText(fix))}`]),
      ]),
  ])
  return [...lines, '', summary(checks)].join('\n')
}

/** The same as a document: `{ schemaVersion, ok, checks }`. */
export function renderDoctorJson(checks: readonly Check[]): string {
  const isOk = checks.every(({ state }) => state !== 'problem')
  const ordered = checks.map(({ area, what, state, detail, fix }) => ({ area, what, state, detail, fix }))
  return JSON.stringify({ schemaVersion: SCHEMA_VERSION, ok: isOk, checks: ordered }, null, 2)
}

function summary(checks: readonly Check[]): string {
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length
  const words = (['problem', 'warning'] as const).flatMap((state) => {
    const amount = count(state)
    return amount === 0 ? [] : [`${amount} ${state}${amount === 1 ? '' : 's'}`]
  })
  if (count('problem') > 0) return `${words.join(', ')}: mend the problems, then run driftd doctor again`
  return `${words.length > 0 ? `${words.join(', ')}, ` : ''}nothing stands in the way of a scan: driftd scan`
}
