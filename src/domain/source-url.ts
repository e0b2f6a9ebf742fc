import type { Source } from './record.js'
import { classifyRepositoryUrl } from './repository-url.js'

/** How a forge writes the address of a line of a file at a commit. */
type BlobPath = (commit: string, file: string, line: number) => string

const FORGES: readonly (readonly [name: string, path: BlobPath])[] = [
  ['github', (commit, file, line) => `blob/${commit}/${file}#L${line}`],
  ['gitlab', (commit, file, line) => `-/blob/${commit}/${file}#L${line}`],
  ['bitbucket', (commit, file, line) => `src/${commit}/${file}#lines-${line}`],
  ['codeberg', (commit, file, line) => `src/commit/${commit}/${file}#L${line}`],
]

/**
 * The page of a forge that shows a place in the code at a commit; null where the repository's URL is of no forge that can be
 * told by its host (`github.com`, `gitlab.acme.io`).
 */
export function sourceUrl(
  repositoryUrl: string,
  commit: string | null,
  source: Source | null,
): string | null {
  const page = commit === null || source === null ? null : pageOf(repositoryUrl)
  if (page === null || commit === null || source === null) return null
  const path = FORGES.find(([name]) => page.host.split('.').includes(name))?.[1]
  const file = source.file.split('/').map(encodeURIComponent).join('/')
  return path === undefined ? null : `https://${page.host}/${page.path}/${path(commit, file, source.line)}`
}

/** Host and path of a repository's page: the same for `https://`, `ssh://` and `git@host:path`. */
function pageOf(url: string): { readonly host: string; readonly path: string } | null {
  const location = classifyRepositoryUrl(url)
  if ('problem' in location || location.kind === 'local') return null
  const [, scpHost, scpPath] = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(url) ?? []
  const parsed = URL.canParse(url) ? new URL(url) : null
  const isWeb = parsed?.protocol === 'https:' || parsed?.protocol === 'http:'
  // the port of ssh is none of the web
  const host = isWeb ? parsed.host : ((parsed?.hostname || scpHost) ?? '')
  const path = (isWeb || parsed?.protocol === 'ssh:' ? (parsed?.pathname ?? '') : (scpPath ?? ''))
    .replace(/^\/+/, '')
    .replace(/\.git\/?$/, '')
    .replace(/\/+$/, '')
  return host === '' || path === '' ? null : { host, path }
}
