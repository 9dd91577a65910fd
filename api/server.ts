import type { AddressInfo } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import type { Services } from '../jobs/job.ts';
import type { Clock } from '../warehouse/clock.ts';
import { messageOf, Unavailable } from '../warehouse/errors.ts';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { makeKey } from './keys.ts';
import { openServices } from './services.ts';

export interface ServerOptions {
  readonly clock: Clock;
  readonly logger?: FastifyBaseLogger | undefined;
}

export interface Server {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** The command line's key, valid until the server stops. */
  readonly ownKey: string;
  readonly services: Services;
  /** Ends what is under way, then closes the stores. */
  stop(): Promise<void>;
}

/** Opens everything and listens. Where it cannot, what was opened is closed again. */
export async function startServer(config: Config, { clock, logger }: ServerOptions): Promise<Server> {
  const opened = await openServices(config, { clock });
  const { services, sources } = opened;
  const own = makeKey();
  const app = buildApp({ services, sources, ownKey: own, ...(logger && { logger }) });
  const stop = async (): Promise<void> => {
    await app.close();
    await opened.close();
  };
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await stop();
    throw new Unavailable(`The server cannot listen on ${config.host}, port ${config.port}: ${messageOf(error)}`);
  }
  const url = urlOf(app.server.address());
  opened.listening(url);
  return { url, ownKey: own.key, services, stop };
}

/** Where this machine reaches what listens; "every address" is reached through the loopback. */
function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Unavailable('The server has no port.');
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address.address];
  return `http://${host ?? (address.family === 'IPv6' ? `[${address.address}]` : address.address)}:${address.port}`;
}
