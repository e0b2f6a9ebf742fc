import type { HostedForgeWorld } from '../contracts/hosted-forge-contract.js'
import { ACCOUNTS, type HostedForge, type Word } from './hosted-forge.js'

/** What people do on a forge with accounts, whichever it is. */
export function peopleOf(
  hosted: HostedForge,
): Omit<HostedForgeWorld, 'forge' | 'methods' | 'failReviews' | 'goAway'> {
  const { git } = hosted
  return {
    approvers: ['alice', 'bob'],
    buildProposal: git.buildProposal,
    commitToBase: git.commitToBase,
    approve: async ({ branch }, person) => hosted.say(branch, person, 'approved'),
    requestChanges: ({ branch }, person) => hosted.say(branch, person, 'changes-requested'),
    comment({ branch }, person, times) {
      for (let count = 0; count < times; count += 1) hosted.say(branch, person, 'comment')
    },
    withdraw({ branch }, person) {
      // the same approval, without its force
      const last = hosted
        .pullOf(branch)
        .words.findLast(({ account, kind }) => isApprovalOf(person, account, kind))
      if (last !== undefined) last.kind = 'withdrawn'
    },
    note({ branch }, times) {
      const { notes, number } = hosted.pullOf(branch)
      for (let count = 0; count < times; count += 1)
        notes.push({ id: number * 1_000 + notes.length, body: `<!-- other:receipt -->\n${count}` })
    },
    notes: ({ branch }) => hosted.pullOf(branch).notes.map(({ body }) => body),
    pushToBranch: async ({ branch }, files, person = 'mallory') =>
      hosted.push(branch, person, () => void git.clone.commit(files)),
    forcePush: ({ branch }, person, files) =>
      hosted.push(branch, person, () => {
        git.clone.git('reset', '--quiet', '--hard', 'origin/main')
        git.clone.commit(files)
      }),
    async updateFromBase({ branch }) {
      await git.commitToBase({ 'other/file': branch })
      hosted.push(branch, 'mallory', () => void git.clone.git('merge', '--quiet', '--no-edit', 'origin/main'))
    },
    merge: ({ branch }, method) => hosted.merge(branch, method),
    closeUnmerged: async ({ branch }) => {
      hosted.pullOf(branch).state = 'closed'
    },
    async openFromFork(proposal) {
      const { branch, baseBranch: base, baseCommit, path, content, title: message, createdAt: at } = proposal
      const files = [{ path, content }]
      const pushedCommit = await git.branches.push(
        { branch, baseCommit, files, message, at },
        new AbortController().signal,
      )
      hosted.open({ branch, base, author: ACCOUNTS.mallory, isFromFork: true })
      return pushedCommit
    },
    deleteAccount: hosted.deleteAccount,
    takeRights: (person) => void hosted.rights.delete(hosted.accountOf(person)),
  }
}

function isApprovalOf(person: string, account: Word['account'], kind: Word['kind']): boolean {
  return account?.login === person && kind === 'approved'
}
