/** A full object id, SHA-1 or SHA-256. */
const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * Why a text cannot be the ref of a repository, or null where it can: the rules of git-check-ref-format(1), and no
 * leading `-` or `+`, which Git would take for an option or a forced update (fault 40).
 */
export function refProblem(ref: string): string | null {
  if (ref === '') return 'is empty'
  if (ref.length > 256) return 'is longer than 256 characters'
  if (/^[-+]/.test(ref)) return `may not begin with "${ref[0]}"`
  if (/[\0-\x20\x7f~^:?*[\\]/.test(ref)) return 'holds a character that no branch or tag may have'
  if (ref.includes('..') || ref.includes('@{') || ref.includes('//')) return 'may not hold "..", "@{" or "//"'
  if (ref === '@' || /^\/|\/$|\.$/.test(ref)) return 'is no name of a branch or tag'
  if (ref.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock')))
    return 'has a part that begins with "." or ends in ".lock"'
  return null
}

/** True for a full commit id, which needs no looking up. */
export function isObjectId(text: string): boolean {
  return OBJECT_ID.test(text)
}
