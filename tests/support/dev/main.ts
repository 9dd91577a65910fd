/** `npm run dev`: what `npm start` runs, on invented data and a local Stripe. Started again whenever a file changes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Config, readConfig } from '../../../api/boot/config.ts';
import { publishControl } from '../../../api/boot/running-server.ts';
import { startServer } from '../../../api/boot/server.ts';
import { startSchedule } from '../../../jobs/schedule.ts';
import { systemClock } from '../../../warehouse/clock.ts';
import { messageOf, Rejected } from '../../../warehouse/errors.ts';
import { periodOf, previousPeriod } from '../../../warehouse/period.ts';
import { openDesk } from '../people/desk.ts';
import { inventPeople } from '../people/people.ts';
import { type LocalStripe, startStripe } from '../stripe/local-stripe.ts';
import { guide } from './guide.ts';
import { type DevOptions, readOptions } from './options.ts';
import { seed, WRITE_KEY } from './seed.ts';
import { readState, writeState } from './state.ts';

/** The longest shutdown. What is interrupted then is resumed by the next start. */
const LONGEST_END_MS = 15_000;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Both may come, one from the terminal and one from the watcher.
  process.on(signal, () => {
    if (stopping.signal.aborted) return;
    setTimeout(() => process.exit(0), LONGEST_END_MS).unref();
    stopping.abort();
  });
}

try {
  await serve(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = error instanceof Rejected ? 2 : 1;
}

async function serve(options: DevOptions): Promise<void> {
  const { folder, events } = options;
  mkdirSync(folder, { recursive: true });
  const logger = pino({ base: null, level: 'warn' }, pino.destination({ dest: process.stderr.fd, sync: true }));
  const closers: (() => Promise<void>)[] = [];
  try {
    const stripe = await startStripe({
      clock: systemClock,
      apiKey: 'sk_test_dev',
      journalPath: join(folder, 'stripe.journal'),
    });
    closers.push(() => stripe.stop());
    const server = await startServer(configOf(options, stripe), { clock: systemClock, logger });
    closers.push(() => server.stop());
    const { url, services, signIn, ownKey } = server;
    closers.push(await publishControl(join(folder, 'data'), { url, key: ownKey }));
    const before = readState(folder) ?? firstState(folder);
    const progress = (text: string): void => console.log(text);
    const state = await unlessStopped(seed({ folder, url, services, stripe, events, progress }, before));
    if (!state) return;
    const schedule = await startSchedule(services, logger);
    closers.push(() => schedule.stop());
    const { creatorId = '' } = state;
    const people = await inventPeople({ services, signIn, folder, creatorId });
    const desk = await openDesk({ signIn, people }, options.port === 0 ? 0 : options.port + 1);
    closers.push(() => desk.stop());
    console.log(guide({ url, deskUrl: desk.url, folder, state }));
    await stopped();
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** The last month that has ended, so that all of it can have happened. */
function firstState(folder: string) {
  const period = previousPeriod(periodOf(systemClock.now()));
  return writeState(folder, { period, isSeeded: false, keys: {} });
}

/** The settings of this server alone: a `.env` of the developer may name a real warehouse, or a real key to Stripe. */
function configOf({ folder, port }: DevOptions, { url, apiKey }: LocalStripe): Config {
  const settings = {
    TANTIEME_DATA_DIR: join(folder, 'data'),
    RUDDERSTACK_WRITE_KEYS: `marketplace=${WRITE_KEY},tantieme=wk_dev_tantieme`,
    STRIPE_API_KEY: apiKey,
    STRIPE_API_BASE: url,
    STRIPE_WEBHOOK_SECRET: 'whsec_dev',
    TANTIEME_ISSUER_NAME: 'Tantieme Development Marketplace',
    PORT: String(port),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(folder, 'dev.env'), lines.join(''));
  return readConfig(settings);
}

async function stopped(): Promise<void> {
  const { signal } = stopping;
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

async function unlessStopped<T>(work: Promise<T>): Promise<T | undefined> {
  work.catch(() => undefined);
  return Promise.race([work, stopped().then(() => undefined)]);
}
