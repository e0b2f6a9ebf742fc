/** Names longer than this are no typing mistake of a key. */
const MAX_LENGTH = 64

/** `did you mean pollEvery?` for the candidate nearest to what was written, or undefined where none is near. */
export function suggest(written: string, candidates: readonly string[]): string | undefined {
  const nearest = findNearest(written, candidates)
  return nearest === undefined ? undefined : `did you mean ${nearest}?`
}

function findNearest(written: string, candidates: readonly string[]): string | undefined {
  if (written.length > MAX_LENGTH) return undefined
  const spelled = normalize(written)
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    const allowed = Math.max(1, Math.floor(Math.max(spelled.length, candidate.length) / 3))
    const distance = editDistance(spelled, normalize(candidate))
    if (distance <= allowed && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { candidate, distance }
  }
  return best?.candidate
}

/** `poll_every`, `poll-every` and `PollEvery` are all `pollevery`. */
function normalize(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '')
}

/** Inserted, deleted, replaced and neighbouring swapped characters, each counted once (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const candidates = [at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + (isSame ? 0 : 1)]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwapped) candidates.push(at(beforePrevious, j - 2) + 1)
      row.push(Math.min(...candidates))
    }
    beforePrevious = previous
    previous = row
  }
  return at(previous, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
