/** Where a repository is, as its `url` says. */
export type RepositoryLocation =
  | { readonly kind: 'remote'; readonly protocol: 'https' | 'http' | 'ssh'; readonly url: string }
  | { readonly kind: 'local'; readonly path: string }

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is
/** `git@host:path`, as scp has it: a colon before the first slash. */
const SCP_LIKE =
  /^(?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?([A-Za-z0-9_][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\]):(?!:)(.+)$/s
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Where a URL points, or why driftd does not use it: https, ssh (also `git@host:path`), `file://` and paths only,
 * http only on loopback; nothing that Git could take for an option or a transport helper (faults 40-42), and no
 * credentials, which would be stored, printed and visible to `ps`.
 */
export function classifyRepositoryUrl(url: string): RepositoryLocation | { readonly problem: string } {
  if (url === '') return { problem: 'is empty' }
  if (url.length > 4_096) return { problem: 'is longer than 4096 characters' }
  if (/[\0-\x1f\x7f]/.test(url)) return { problem: 'may not hold control characters' }
  if (url.startsWith('-')) return { problem: 'may not begin with "-"' }
  if (/^[A-Za-z0-9+.-]+::/.test(url)) return { problem: 'names a transport helper; use https, ssh or a path' }
  const [, scheme, rest = ''] = SCHEME.exec(url) ?? []
  if (scheme !== undefined) return classifyScheme(scheme.toLowerCase(), rest, url)
  if (/^[./~]/.test(url) || !url.split('/')[0]?.includes(':')) return { kind: 'local', path: url }
  if (SCP_LIKE.test(url) && !/^[^:]*:-/.test(url)) return { kind: 'remote', protocol: 'ssh', url }
  return { problem: 'is neither a URL nor a path; use https, ssh or a path' }
}

function classifyScheme(scheme: string, rest: string, url: string): ReturnType<typeof classifyRepositoryUrl> {
  if (scheme === 'file') return classifyFile(rest)
  if (scheme !== 'https' && scheme !== 'http' && scheme !== 'ssh')
    return { problem: `has the scheme ${scheme}; use https, ssh or a path` }
  if (!URL.canParse(url)) return { problem: 'is no valid URL' }
  const { hostname, username, password } = new URL(url)
  if (hostname === '' || hostname.startsWith('-')) return { problem: 'has no valid host' }
  if (password !== '' || (username !== '' && scheme !== 'ssh'))
    return { problem: 'holds credentials; move them to credentials: { username, password }' }
  if (username.startsWith('-')) return { problem: 'has no valid user' }
  if (scheme === 'http' && !LOOPBACK_HOSTS.has(hostname))
    return { problem: 'is not encrypted; use https (http is for loopback only)' }
  return { kind: 'remote', protocol: scheme, url }
}

function classifyFile(rest: string): ReturnType<typeof classifyRepositoryUrl> {
  const path = rest.replace(/^localhost(?=\/)/, '')
  if (!path.startsWith('/')) return { problem: 'must name a path on this machine: file:///path' }
  return { kind: 'local', path }
}
