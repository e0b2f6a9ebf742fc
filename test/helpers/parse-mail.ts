import PostalMime, { type Email } from 'postal-mime'

/** A mail as a reader takes it apart, and what only the wire shows. */
export interface ParsedMail {
  readonly email: Email
  readonly text: string
  readonly html: string
  /** Header lines, unfolded, by their name in lower case. */
  header(name: string): string | undefined
  readonly headerNames: readonly string[]
}

/** Parses a mail as it went over the wire. */
export async function parseMail(raw: string): Promise<ParsedMail> {
  const email = await PostalMime.parse(Buffer.from(raw, 'latin1'))
  const lines = (raw.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = lines.map(
    (line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)] as const,
  )
  return {
    email,
    text: email.text ?? '',
    html: email.html ?? '',
    header: (name) => headers.find(([key]) => key === name)?.[1],
    headerNames: headers.map(([key]) => key),
  }
}

/** Throws where a mail is no good one: too large, not well-formed, with something to load or run in it. */
export async function checkMail(raw: string): Promise<void> {
  if (raw.length > 100_000) throw new Error(`${raw.length} bytes`)
  const bare = raw.replaceAll('\r\n', '')
  if (/[\r\n]/.test(bare)) throw new Error('a line ends without CR LF')
  const longest = Math.max(...raw.split('\r\n').map((line) => line.length))
  if (longest > 998) throw new Error(`a line of ${longest} bytes`)
  const { html, text, headerNames } = await parseMail(raw)
  if (html === '' || text === '') throw new Error('it has no text or no HTML')
  const allowed = new Set([
    ...[
      'from',
      'to',
      'subject',
      'date',
      'message-id',
      'in-reply-to',
      'references',
      'list-id',
      'auto-submitted',
    ],
    ...['x-auto-response-suppress', 'mime-version', 'content-type'],
    ...['x-driftd-message', 'x-driftd-severity', 'x-driftd-reason', 'x-driftd-stack'],
  ])
  const strange = headerNames.filter((name) => !allowed.has(name))
  if (strange.length > 0) throw new Error(`header ${strange.join()}`)
  const markup = `${(html.match(/<[^>]*>/g) ?? []).join('')}${/<style>.*?<\/style>/s.exec(html)?.[0]}`
  if (/<(?:script|img|iframe|form|link|object|svg|input)\b|\son\w+=|url\(|@import/i.test(markup))
    throw new Error('it loads or runs something')
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link)
  if (links.some((link) => !link.startsWith('https://') && !link.startsWith('http://')))
    throw new Error(`a link to ${links.join()}`)
}
