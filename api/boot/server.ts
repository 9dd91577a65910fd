import type { AddressInfo } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { relayLastTime } from '../../ingest/outbox/emitter.ts';
import type { Services } from '../../jobs/job.ts';
import { stopRuns } from '../../jobs/stop-runs.ts';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import { makeKey } from '../auth/keys.ts';
import { buildApp } from '../http/app.ts';
import type { Config } from './config.ts';
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
  /** Ends or interrupts the jobs that run, sends what waits in the outbox, and closes the stores. */
  stop(): Promise<void>;
}

/** Opens everything and listens. Where it cannot, what was opened is closed again. */
export async function startServer(config: Config, { clock, logger }: ServerOptions): Promise<Server> {
  const opened = await openServices(config, { clock });
  const { services, sources } = opened;
  const own = makeKey();
  const { stripeWebhookSecrets } = config;
  const app = buildApp({ services, sources, stripeWebhookSecrets, ownKey: own, ...(logger && { logger }) });
  const close = async (): Promise<void> => {
    await app.close();
    await opened.close();
  };
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await close();
    throw new Unavailable(`The server cannot listen on ${config.host}, port ${config.port}: ${messageOf(error)}`);
  }
  const url = urlOf(app.server.address());
  opened.listening(url);
  const stop = async (): Promise<void> => {
    // Our own gateway takes the events of jobs and of the outbox up to here.
    await endRuns(services, app.log);
    await sendOutbox(services, app.log);
    const cut = setTimeout(() => app.server.closeAllConnections(), LONGEST_REQUEST_MS);
    await close().finally(() => clearTimeout(cut));
  };
  return { url, ownKey: own.key, services, stop };
}

/** How long each part of a stop may take. Together they are well below the 30 s after which Kubernetes kills a process. */
const RUNS = { graceMs: 6_000, unwindMs: 4_000 };
const LONGEST_RELAY_MS = 5_000;
const LONGEST_REQUEST_MS = 3_000;

async function endRuns(services: Services, log: FastifyBaseLogger): Promise<void> {
  try {
    const abandoned = await stopRuns(services, RUNS);
    if (abandoned.length > 0) {
      log.warn(`Abandoned where they were, and run again at the next start: ${abandoned.join(', ')}.`);
    }
  } catch (error) {
    log.warn(`Runs that are abandoned cannot be marked, so start them again by hand: ${messageOf(error)}`);
  }
}

/** Sends the events of our own services while our own gateway still takes them. A data plane that is down is no failure. */
async function sendOutbox({ operational, emitter, clock }: Services, log: FastifyBaseLogger): Promise<void> {
  const now = (): string => instant(clock.now());
  try {
    await relayLastTime(operational, { emitter, now, withinMs: LONGEST_RELAY_MS });
  } catch (error) {
    log.warn(`Events of our own stay in the outbox and are sent after the next start: ${messageOf(error)}`);
  }
}

/** Where this machine reaches what listens; "every address" is reached through the loopback. */
function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Unavailable('The server has no port.');
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address.address];
  return `http://${host ?? (address.family === 'IPv6' ? `[${address.address}]` : address.address)}:${address.port}`;
}
