import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** The maximum duration of a request during a shutdown. */
const LONGEST_REQUEST_MS = 3_000;

/** Listens, and resolves with the URL for clients on this machine. Throws `Unavailable`. */
export async function listen(app: FastifyInstance, { host, port }: ListenAddress): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new Unavailable(`The server cannot listen on ${host}, port ${port}: ${listenCauseOf(error)}`);
  }
  return requireUrl(app.server.address());
}

/** Closes what `close` closes, the application among it, and cuts the connections that take too long. */
export async function closeInTime(app: FastifyInstance, close: () => Promise<void>): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), LONGEST_REQUEST_MS);
  await close().finally(() => clearTimeout(cut));
}

function listenCauseOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return 'another program listens there; stop it, or set PORT to another port.';
    case 'EACCES':
      return 'this user may not use that port; set PORT to one from 1024 on.';
    default:
      return `${messageOf(error)}; correct HOST and PORT.`;
  }
}

/** An unspecified address ("all interfaces") becomes the loopback. */
function requireUrl(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Unavailable('The server has no port.');
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address.address];
  return `http://${host ?? (address.family === 'IPv6' ? `[${address.address}]` : address.address)}:${address.port}`;
}
