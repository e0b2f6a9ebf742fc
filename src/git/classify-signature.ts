/** The format of `git log` that `classifySignature` reads: git-log(1), `%G?`. */
export const SIGNATURE_FORMAT = '%G?'

/** Everything but a good signature of a signer that is allowed, neither expired nor revoked. */
const PROBLEMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    N: 'has no signature that is looked at',
    B: 'has a signature that does not fit its content, or was not made for Git',
    U: 'is signed by a key that is not among the allowed signers',
    X: 'has a signature that has expired',
    Y: 'is signed by a key that has expired',
    R: 'is signed by a key that was revoked',
    E: 'is signed by an unknown key, or in a way that cannot be checked',
  }),
)

/** Why a commit of which Git says this does not count as signed, in words that follow "commit X"; null: it does. */
export function classifySignature(answer: string): string | null {
  if (answer === 'G') return null
  return PROBLEMS.get(answer) ?? 'has a signature of which Git says nothing that driftd knows'
}
