import type { HttpResponse } from '../../lib/http.js'
import type { ChannelTools, Delivery } from '../channel-kind.js'

/** Posts JSON; what comes back is not looked at yet. */
export type SlackPost = (
  url: string,
  payload: Readonly<Record<string, unknown>>,
  token?: string,
) => Promise<HttpResponse>

const TIMEOUT_MS = 15_000

/** The way to Slack for one delivery. */
export function createSlackPost(
  { http }: ChannelTools,
  { signal }: Delivery,
  allowPrivate: boolean,
): SlackPost {
  return (url, payload, token) =>
    http({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(payload),
      timeoutMs: TIMEOUT_MS,
      allowPrivate,
      signal,
    })
}
