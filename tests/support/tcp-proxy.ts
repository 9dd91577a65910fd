import { connect, createServer, type Socket } from 'node:net';
import { listenLocally } from './loopback.ts';

/** A proxy between a client and a TCP server, so that a test can interrupt the connection. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Closes every connection and refuses new ones. */
  cut(): void;
  /** Accepts connections and data but forwards nothing, like a network that drops packets. */
  silence(): void;
  mend(): void;
}

export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'silent' = 'open';
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    if (state === 'cut') return void client.resetAndDestroy();
    keep(client);
    const upstream = connect(target);
    keep(upstream);
    client.on('data', (piece) => state === 'open' && upstream.write(piece));
    upstream.on('data', (piece) => state === 'open' && client.write(piece));
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
  });
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const { url, stop } = await listenLocally(server);
  return {
    port: Number(new URL(url).port),
    cut() {
      state = 'cut';
      end();
    },
    silence() {
      state = 'silent';
    },
    mend() {
      end();
      state = 'open';
    },
    async [Symbol.asyncDispose]() {
      end();
      await stop();
    },
  };
}
