/** What a URL of PostgreSQL may be shown as: user, server and database, never a password. */
export function describePostgresUrl(url: string): string {
  const { username, host, pathname, searchParams } = new URL(url)
  const server = searchParams.get('host') ?? host
  return `postgres://${username === '' ? '' : `${username}@`}${server}${pathname}`
}

/** True where a URL is one of PostgreSQL. */
export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url) && URL.canParse(url)
}
