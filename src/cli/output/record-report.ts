import type { SeenRecord } from '../../documents/seen-scans.js'
import type { DriftRecord } from '../../domain/record.js'
import { explainDrift } from '../../lib/text/drift-words.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { explainRecord, KIND_SYMBOLS, recordName, sourceText } from '../../lib/text/record-words.js'
import { padTo, wrapTo } from '../../lib/text/text-width.js'
import { timeText } from '../../lib/text/time-text.js'
import { changeLines } from './change-lines.js'
import { driftsOf } from './drifts-of.js'
import { createPalette, type Palette } from './paint.js'
import type { ReportView } from './report-view.js'
import { shortCommit } from './scan-headline.js'

const LABEL_WIDTH = 'fingerprint'.length
const INDENT = '  '

/** Records in full: where each comes from, what it means, every value and every line. Ends with a line break. */
export function renderRecords(seen: readonly SeenRecord[], view: ReportView): string {
  return seen.map((one) => renderRecord(one, view)).join('\n')
}

function renderRecord({ record, scan }: SeenRecord, view: ReportView): string {
  const palette = createPalette(view.isColored)
  const width = view.columns - INDENT.length
  const kind = palette.kind[record.kind](`${KIND_SYMBOLS[record.kind]} ${record.kind}`)
  const severity = palette.severity[record.severity](record.severity.toUpperCase())
  const name = wrapTo(recordName(record), view.columns).map(palette.bold)
  const explanation = explainRecord(record).flatMap((text) => wrapTo(text, width).map(palette.warning))
  const changes = changeLines(record.changes, { palette, width, isFull: true })
  const drift = driftsOf(view.drifts, scan.stack).get(record.fingerprint)
  const past = drift === undefined ? [] : explainDrift(drift).flatMap((text) => wrapTo(text, width))
  const blocks = [factLines({ record, scan }, palette, width), past, explanation, changes].filter(
    (block) => block.length > 0,
  )
  const body = blocks.flatMap((block) => ['', ...block.map((line) => INDENT + line)])
  return `${[`${kind}  ${severity}`, ...name, ...body].join('\n')}\n`
}

function factLines({ record, scan }: SeenRecord, palette: Palette, width: number): readonly string[] {
  const commit = scan.commit === null ? '' : `, commit ${shortCommit(scan.commit)}`
  const repository = scan.repository === null ? '' : `, repository ${scan.repository}`
  const facts: readonly (readonly [string, string])[] = [
    ['stack', `${escapeText(scan.stack)} (${scan.provider}${escapeText(repository)}${commit})`],
    ['code', sourceText(record)],
    ['type', record.resourceType === null ? '' : escapeText(record.resourceType)],
    ['applying', applyingText(record)],
    ['seen', `${timeText(scan.startedAt)}, scan ${escapeText(scan.id)}`],
    ['record', record.id],
    ['fingerprint', record.fingerprint],
  ]
  return facts
    .filter(([, text]) => text !== '')
    .flatMap(([label, text]) =>
      wrapTo(text, width - LABEL_WIDTH - 2).map(
        (line, index) => `${palette.dim(padTo(index === 0 ? label : '', LABEL_WIDTH))}  ${line}`,
      ),
    )
}

/** What carrying the code out would do. */
function applyingText({ action, correctable }: DriftRecord): string {
  if (action === 'none') return correctable ? '' : 'the code would do nothing about it'
  return `the code would ${action} it${correctable ? '' : ', which does not undo the difference'}`
}
