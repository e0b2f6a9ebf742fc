import type { DriftRecord } from '../../domain/record.js'
import { cutText } from '../../lib/text/cut-text.js'
import { explainRecord } from '../../lib/text/record-words.js'
import { changeLines } from './change-lines.js'
import { createPalette } from './paint.js'

const WIDTH = 100
const MAX_SENTENCE_LENGTH = 1_000

/**
 * What a record is about, for formats without colours: what differs, and what it means; escaped. Values in short
 * unless `isFull`.
 */
export function plainRecordLines(record: DriftRecord, isFull: boolean): readonly string[] {
  return [
    ...changeLines(record.changes, { palette: createPalette(false), width: WIDTH, isFull }),
    ...explainRecord(record).map((sentence) => cutText(sentence, MAX_SENTENCE_LENGTH)),
  ]
}
