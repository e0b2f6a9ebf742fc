import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A server on loopback that speaks no protocol of its own. */
export interface SocketReceiver {
  readonly port: number
  /** Connections so far. */
  readonly connections: readonly Socket[]
  close(): Promise<void>
}

/** Does with each connection what it is told. */
export async function startSocketReceiver(onConnection: (socket: Socket) => void): Promise<SocketReceiver> {
  const connections: Socket[] = []
  const server = createServer((socket) => {
    connections.push(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    connections,
    async close() {
      for (const socket of connections) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
