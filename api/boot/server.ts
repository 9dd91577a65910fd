import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { relayLastTime } from '../../ingest/outbox/emitter.ts';
import type { Services } from '../../jobs/job.ts';
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
  /** Ends what is under way and sends what waits in the outbox, then closes the stores. */
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
    await runsHaveEnded(services);
    await outboxIsSent(services, app.log);
    await close();
  };
  return { url, ownKey: own.key, services, stop };
}

/** How long a run that is under way may hold up the end; what it leaves then is taken up by the next one. */
const LONGEST_END_MS = 30_000;

/** Lets jobs come to their end while our own gateway still takes the events that they tell. */
async function runsHaveEnded({ operational }: Services): Promise<void> {
  for (let waitedMs = 0; waitedMs < LONGEST_END_MS; waitedMs += 100) {
    const running = operational.selectFrom('job_runs').select('run_id').where('state', '=', 'running').limit(1);
    if (!(await running.executeTakeFirst())) return;
    await wait(100);
  }
}

/** How long the outbox may hold up the end: longer than the SDK's own repetitions. */
const LONGEST_RELAY_MS = 10_000;

/** Sends what our own services have told, while our own gateway still takes it. A data plane that is down is no failure. */
async function outboxIsSent({ operational, emitter, clock }: Services, log: FastifyBaseLogger): Promise<void> {
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
