import { jsonText } from '../../documents/json-text.js'
import { type RuleLine, rulesDocument } from '../../documents/rules-document.js'
import { decideRuleState, type RuleState } from '../../domain/rule-state.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { cutTo } from '../../lib/text/text-width.js'
import type { View } from '../terminal.js'
import { type Cell, columnLines, columnWidths, GAP_WIDTH } from './columns.js'
import { createPalette, type Paint, type Palette } from './paint.js'
import { ageText } from './status-table.js'

/** What a list of rules is rendered for; they stand as they do at `now`. */
export interface RulesView extends View {
  readonly now: Date
}

const COLUMNS = ['state', 'hits', 'last hit', 'until', 'owner', 'repository', 'matches'] as const
const MIN_LAST_WIDTH = 20
const plain: Paint = (text) => text

/** Formats of a list of ignore rules. */
export const RULES_FORMATS: Readonly<
  Record<'table' | 'json', (rules: readonly RuleLine[], view: RulesView) => string>
> = {
  table: renderRulesTable,
  json: (rules, { now }) => jsonText(rulesDocument(rules, now.toISOString()), { isIndented: true }),
}

function renderRulesTable(rules: readonly RuleLine[], view: RulesView): string {
  if (rules.length === 0) return 'no repository has an ignore rule (as far as it was read)\n'
  const palette = createPalette(view.isColored)
  const heading = COLUMNS.map((text) => ({ text: text.toUpperCase(), paint: palette.dim }))
  const rows = [heading, ...rules.map((rule) => cellsOf(rule, palette, view.now))]
  return `${columnLines(cutLast(rows, view.columns)).join('\n')}\n`
}

function cellsOf(rule: RuleLine, palette: Palette, now: Date): readonly Cell[] {
  const state = decideRuleState(rule, now.toISOString())
  const texts = [
    String(rule.hits),
    rule.lastHitAt === null ? 'never' : ageText(rule.lastHitAt, now),
    rule.until,
    escapeText(rule.owner),
    escapeText(rule.repository),
    escapeText(rule.match),
  ]
  return [{ text: state, paint: paintOf(state, palette) }, ...texts.map((text) => ({ text, paint: plain }))]
}

/** What protects nothing any more is to be seen. */
function paintOf(state: RuleState, palette: Palette): Paint {
  return state === 'expired' || state === 'dead' ? palette.warning : plain
}

function cutLast(rows: readonly (readonly Cell[])[], columns: number): readonly (readonly Cell[])[] {
  const widths = columnWidths(rows).slice(0, -1)
  const before = widths.reduce((sum, width) => sum + width + GAP_WIDTH, 0)
  const width = Math.max(MIN_LAST_WIDTH, columns - before)
  return rows.map((row) => [
    ...row.slice(0, -1),
    ...row.slice(-1).map((cell) => ({ ...cell, text: cutTo(cell.text, width) })),
  ])
}
