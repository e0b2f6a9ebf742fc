import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a port of loopback that takes its time. */
export interface DelayProxy {
  readonly port: number
  close(): Promise<void>
}

/** Listens on loopback and hands every byte on after `delayMs`, in both directions: a round trip takes twice that. */
export async function startDelayProxy(targetPort: number, delayMs: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1')
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.setNoDelay(true).on('error', () => socket.destroy())
    }
    forward(client, target, delayMs)
    forward(target, client, delayMs)
  })
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Timers of one length fire in the order they were set, so bytes keep theirs. */
function forward(from: Socket, to: Socket, delayMs: number): void {
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), delayMs))
  from.on('close', () => setTimeout(() => to.destroy(), delayMs))
}
