import type { DriftRecord } from '../../domain/record.js'
import { changeLines } from './change-lines.js'
import { createPalette } from './paint.js'
import { explainRecord } from './record-lines.js'
import { cutTo } from './text-width.js'

const WIDTH = 100
const MAX_SENTENCE_WIDTH = 1_000

/** What a record is about, for formats without colours: what differs, and what it means. Values in short; escaped. */
export function plainRecordLines(record: DriftRecord): readonly string[] {
  return [
    ...changeLines(record.changes, { palette: createPalette(false), width: WIDTH, isFull: false }),
    ...explainRecord(record).map((sentence) => cutTo(sentence, MAX_SENTENCE_WIDTH)),
  ]
}
