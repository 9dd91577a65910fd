import { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import { requirePresent } from '../../warehouse/invariant.ts';

export interface Loopback {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Stops the server; closes every connection of an HTTP server. */
  stop(): Promise<void>;
}

/** Listens on 127.0.0.1, on a free port unless one is given. Throws if that port is taken. */
export async function listenLocally(server: Server, port = 0): Promise<Loopback> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = requirePresent(server.address(), 'A listening server must have an address.');
  return {
    url: typeof address === 'string' ? address : `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if (server instanceof HttpServer) server.closeAllConnections();
      await closed;
    },
  };
}
