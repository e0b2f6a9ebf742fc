import { type DriftRecord, isDrift, isIgnored } from '../../domain/record.js'

/** True for a record that a report shows with what differs: drift; of all records, also what needs nobody. */
export function isShownInFull(record: DriftRecord, isAll: boolean): boolean {
  return isDrift(record) || (isAll && (record.kind === 'informational' || isIgnored(record)))
}
