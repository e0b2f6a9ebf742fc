/** A mail address with the name before it. */
export interface Mailbox {
  /** Empty where there is none. */
  readonly name: string
  readonly address: string
}

/** `driftd <driftd@acme.io>` or `ops@acme.io`; no line breaks, so that no header can be smuggled in (fault 55). */
export const MAILBOX = /^(?:[^<>\0-\x1f\x7f]{0,200}<[^\s<>@,;]+@[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/

/** The two parts of a mailbox that the configuration has checked. */
export function parseMailbox(text: string): Mailbox {
  const [, name = '', address = text] = /^(.*)<(.+)>$/.exec(text) ?? []
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address }
}

/** The domain of an address, as far as it may stand in a Message-ID or a List-Id. */
export function domainOf({ address }: Mailbox): string {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/.test(domain) ? domain.toLowerCase() : 'driftd.invalid'
}
