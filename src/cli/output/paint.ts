import picocolors from 'picocolors'
import type { Kind } from '../../domain/record.js'
import type { ScanStatus } from '../../domain/scan.js'
import type { Severity } from '../../domain/severity.js'

/** A text in a colour, or as it is. */
export type Paint = (text: string) => string

/** The colours of a report. Colour never says anything that words do not. */
export interface Palette {
  readonly bold: Paint
  readonly dim: Paint
  /** What Git says. */
  readonly declared: Paint
  /** What is there. */
  readonly actual: Paint
  readonly warning: Paint
  readonly status: Readonly<Record<ScanStatus | 'unknown', Paint>>
  readonly severity: Readonly<Record<Severity, Paint>>
  readonly kind: Readonly<Record<Kind, Paint>>
}

/** The colours, or none. */
export function createPalette(isColored: boolean): Palette {
  const c = picocolors.createColors(isColored)
  const loud: Paint = (text) => c.bold(c.red(text))
  return {
    bold: c.bold,
    dim: c.dim,
    declared: c.green,
    actual: c.red,
    warning: c.yellow,
    status: {
      failed: loud,
      drifted: loud,
      incomplete: c.yellow,
      pending: c.cyan,
      'in-sync': c.green,
      unknown: c.dim,
    },
    severity: {
      critical: (text) => c.bold(c.inverse(c.red(text))),
      high: loud,
      medium: (text) => c.bold(c.yellow(text)),
      low: c.bold,
      info: c.dim,
    },
    kind: {
      changed: c.yellow,
      deleted: c.red,
      conflict: c.magenta,
      unmanaged: c.magenta,
      check: c.red,
      pending: c.cyan,
      informational: c.dim,
    },
  }
}
