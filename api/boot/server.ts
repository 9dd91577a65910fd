import type { FastifyBaseLogger } from 'fastify';
import { relayLastTime } from '../../ingest/outbox/emitter.ts';
import type { Services } from '../../jobs/job.ts';
import { stopRuns } from '../../jobs/stop-runs.ts';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { messageOf } from '../../warehouse/errors.ts';
import { makeKey } from '../auth/key-secret.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { buildApp } from '../http/app.ts';
import type { Config } from './config.ts';
import { closeInTime, listen } from './listen.ts';
import { type OpenStores, openServices } from './services.ts';

export interface ServerOptions {
  readonly clock: Clock;
  readonly logger?: FastifyBaseLogger | undefined;
  /** As `openServices` takes them. */
  readonly stores?: OpenStores;
}

export interface Server {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** The command line's key, valid until the server stops. */
  readonly ownKey: string;
  readonly services: Services;
  readonly signIn: SignIn;
  /** Waits for running jobs or interrupts them, sends the events in the outbox, and closes the stores. */
  stop(): Promise<void>;
}

/** Opens the stores and listens. On failure, everything that was opened is closed again. */
export async function startServer(config: Config, { logger, ...given }: ServerOptions): Promise<Server> {
  const opened = await openServices(config, given);
  const { services, sources, signIn } = opened;
  const own = makeKey();
  const { stripeWebhookSecrets, trustedProxies } = config;
  const more = { stripeWebhookSecrets, trustedProxies };
  const app = buildApp({ services, sources, signIn, ...more, ownKey: own, ...(logger && { logger }) });
  const close = async (): Promise<void> => {
    await app.close();
    await opened.close();
  };
  const url = await listen(app, config).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  opened.listening(url);
  const stop = async (): Promise<void> => {
    // The gateway stays open during these steps, because it receives the events of jobs and of the outbox.
    await endRuns(services, app.log);
    await sendOutbox(services, app.log);
    await closeInTime(app, close);
  };
  return { url, ownKey: own.key, services, signIn, stop };
}

/** The maximum duration of each part of a shutdown. The sum is well below the 30 s after which Kubernetes kills a process. */
const RUNS = { graceMs: 6_000, unwindMs: 4_000 };
const LONGEST_RELAY_MS = 5_000;

async function endRuns(services: Services, log: FastifyBaseLogger): Promise<void> {
  try {
    const abandoned = await stopRuns(services, RUNS);
    if (abandoned.length > 0) {
      log.warn(`Runs abandoned in the shutdown; the next start runs them again: ${abandoned.join(', ')}.`);
    }
  } catch (error) {
    log.warn(`The abandoned runs cannot be marked for a restart: ${messageOf(error)}; start them again by hand.`);
  }
}

/** Sends the outbox while the gateway still accepts events. Events that cannot be sent stay in the outbox. */
async function sendOutbox({ operational, emitter, clock }: Services, log: FastifyBaseLogger): Promise<void> {
  const now = (): string => instant(clock.now());
  try {
    await relayLastTime(operational, { emitter, now, withinMs: LONGEST_RELAY_MS });
  } catch (error) {
    log.warn(`Our own events could not be sent and stay in the outbox until the next start: ${messageOf(error)}`);
  }
}
