const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const DURATION = /^([1-9][0-9]{0,8})([smhd])$/
/** Ten years: beyond, a duration is a typing mistake. */
const MAX_DURATION_MS = 3_650 * UNITS_MS.d

/** Milliseconds of `30s`, `5m`, `24h`, `3d`, or null where the text is none (zero and more than ten years included). */
export function parseDuration(text: string): number | null {
  const [, amount, unit] = DURATION.exec(text) ?? []
  if (amount === undefined || unit === undefined) return null
  const ms = Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
  return ms <= MAX_DURATION_MS ? ms : null
}
