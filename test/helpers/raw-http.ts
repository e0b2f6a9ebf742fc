import { request } from 'node:http'
import { connect } from 'node:net'

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** GET of exactly this path, as no tidy client would send it, with these headers. */
export function get(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return send(url, { method: 'GET', path, headers })
}

/** One request, its path and headers as given. */
export function send(
  url: string,
  options: {
    readonly method: string
    readonly path: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  },
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const { method, path, headers = {} } = options
    const host = hostname.replace(/^\[|\]$/g, '')
    const outgoing = request({ host, port, method, path, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    outgoing.on('error', reject)
    outgoing.end(options.body)
  })
}

/** Sends bytes and returns everything that comes back until the other side closes. */
export function talk(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.on('error', () => resolve(answer)).on('close', () => resolve(answer))
  })
}
