import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

/** A request as it came in. */
export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What a receiver does with a request. */
export type Reply =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  /** Never answers; closes without a word; sends half of the answer and closes; answers in full, then resets; a byte now and then for ever. */
  | 'hang'
  | 'reset'
  | 'reset-in-body'
  | 'reset-after-body'
  | 'drip'

/** A server on loopback that answers as told. */
export interface Receiver {
  readonly port: number
  /** `http://127.0.0.1:PORT`, or https. */
  readonly origin: string
  readonly requests: readonly ReceivedRequest[]
  close(): Promise<void>
}

/** Answers each request with what `reply` returns for it and the number of requests before it. */
export async function startReceiver(
  reply: (request: ReceivedRequest, index: number) => Reply,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Receiver> {
  const requests: ReceivedRequest[] = []
  const sockets = new Set<Socket>()
  const server = tls === undefined ? createServer() : createTlsServer(tls)
  server.on('request', async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
    const { method = '', url = '', headers } = incoming
    const received = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') }
    requests.push(received)
    act(reply(received, requests.length - 1), outgoing)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function act(reply: Reply, outgoing: ServerResponse): void {
  if (reply === 'hang') return
  if (reply === 'reset') return void outgoing.socket?.resetAndDestroy()
  if (reply === 'reset-in-body') {
    outgoing.writeHead(200, { 'content-length': '10' })
    outgoing.write('ok', () => outgoing.socket?.resetAndDestroy())
    return
  }
  if (reply === 'reset-after-body') {
    outgoing.writeHead(200, { 'content-length': '2' })
    outgoing.end('ok', () => setImmediate(() => outgoing.socket?.destroy()))
    return
  }
  if (reply === 'drip') {
    outgoing.writeHead(200)
    const timer = setInterval(() => outgoing.write('x'), 20)
    outgoing.on('close', () => clearInterval(timer))
    return
  }
  outgoing.writeHead(reply.status, reply.headers)
  outgoing.end(reply.body ?? '')
}
