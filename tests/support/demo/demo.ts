import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { buildApp } from '../../../api/app.ts';
import { readConfig } from '../../../api/config.ts';
import { createKey } from '../../../api/keys.ts';
import { openServices } from '../../../api/services.ts';
import { invariant } from '../../../warehouse/check.ts';
import type { Clock } from '../../../warehouse/clock.ts';
import { parseDecimal } from '../../../warehouse/money.ts';
import { parsePeriod, periodEnd, previousPeriod } from '../../../warehouse/period.ts';
import { marketplace } from '../marketplace/marketplace.ts';
import { startStripe } from '../stripe/stand-in.ts';
import { openApi } from './client.ts';
import { countEvents, markEvents, markFinished } from './events.ts';
import { type DemoOptions, prepareFolder } from './options.ts';
import { sendMonth } from './sender.ts';
import { saveStatements } from './statements.ts';
import { Steps } from './steps.ts';
import { printTable, summaryOf } from './summary.ts';

const PERIOD = parsePeriod('2026-01');
const WRITE_KEY = 'wk_demo_marketplace';

/** Two hours after the month's end, from where the time goes on as it does outside. */
function demoClock(): Clock {
  const began = performance.now();
  return { now: () => periodEnd(PERIOD) + 2 * 3_600_000 + Math.floor(performance.now() - began) };
}

/** The whole month; what an earlier run has done is found done, and nothing is done twice. */
export async function runDemo(options: DemoOptions): Promise<void> {
  await prepareFolder(options);
  const clock = demoClock();
  const stripe = await startStripe({
    clock,
    apiKey: 'sk_test_demo',
    journalPath: join(options.folder, 'stripe.journal'),
  });
  const config = readConfig({
    TANTIEME_DATA_DIR: join(options.folder, 'data'),
    RUDDERSTACK_WRITE_KEYS: `marketplace=${WRITE_KEY},tantieme=wk_demo_tantieme`,
    STRIPE_API_KEY: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
    TANTIEME_ISSUER_NAME: 'Tantieme Demo Marketplace',
    PORT: '0',
  });
  const opened = await openServices(config, { clock });
  const app = buildApp({ services: opened.services, sources: opened.sources });
  try {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    opened.listening(url);
    await month({ options, clock, stripe, url, services: opened.services });
  } finally {
    await app.close();
    await opened.close();
    await stripe.stop();
  }
}

interface Scene {
  readonly options: DemoOptions;
  readonly clock: Clock;
  readonly stripe: Awaited<ReturnType<typeof startStripe>>;
  readonly url: string;
  readonly services: Awaited<ReturnType<typeof openServices>>['services'];
}

async function month({ options, stripe, url, services }: Scene): Promise<void> {
  const steps = new Steps();
  const finance = openApi({ url, key: await createKey(services, { role: 'finance', name: 'Ada (finance)' }) });
  const approver = openApi({ url, key: await createKey(services, { role: 'finance', name: 'Ben (finance lead)' }) });
  const operator = openApi({ url, key: await createKey(services, { role: 'operator', name: 'operator' }) });
  const job = (
    api: typeof finance,
    name: string,
    step: string,
    line: (outcome: Record<string, unknown>) => string,
    period: string | undefined = PERIOD,
  ) =>
    steps.step(
      step,
      (progress) => api.run(name, { period, progress }),
      ({ outcome, note }) => note ?? line(outcome),
    );

  const { acts, truth } = marketplace({ seed: options.world.seed, period: PERIOD, ...sizesOf(options.world) });
  await steps.step(
    'open books',
    async (progress) => {
      // What an interrupted run has sent is in the spool still.
      await operator.run('load-events', { progress });
      return finance.run('close-period', { period: previousPeriod(PERIOD), progress });
    },
    ({ note }) =>
      note ?? `${previousPeriod(PERIOD)} closed empty; what is learned of it from now on is booked in ${PERIOD}`,
  );
  const before = await markEvents(services.warehouse, options);
  const sent = await steps.step(
    'send',
    (progress) => sendMonth({ acts, url, stripe, writeKey: WRITE_KEY, progress }),
    ({ events, accepted }) => `${accepted} of ${events} events acknowledged by the gateway`,
  );
  await job(
    operator,
    'load-events',
    'load',
    (done) => `${done.landed} landed, ${done.duplicates} duplicates, ${done.rejected} set aside`,
    undefined,
  );
  const events = await countEvents(services.warehouse, { sent, before });
  await job(operator, 'build-period', 'build', () => `the books of ${PERIOD} built and every check passed`);
  await job(
    finance,
    'close-period',
    'close',
    (done) => `${done.postings} postings frozen under the seal ${String(done.seal).slice(0, 16)}…`,
  );
  await job(finance, 'issue-statements', 'statements', (done) => `${done.issued} issued as PDF, XLSX, CSV and JSON`);
  await job(
    finance,
    'plan-payouts',
    'plan',
    (done) => `${done.payouts} payouts planned, ${done.skipped} balances not paid, each with its reason`,
  );
  await job(
    approver,
    'approve-payouts',
    'approve',
    (done) => `approved by someone else than the planner: ${String(done.batch_id)}`,
  );
  await job(
    finance,
    'send-payouts',
    'payouts',
    (done) => `${done.sent} sent, ${done.failed} failed, ${done.waiting} waiting`,
  );
  await job(finance, 'pull-stripe', 'pull Stripe', (done) => `${done.pulled} records`, undefined);
  await job(finance, 'reconcile-stripe', 'reconcile', (done) => `${done.verdict}: ${done.breaks} breaks`);

  const summary = await summaryOf({ period: PERIOD, services, stripe, events, seconds: steps.seconds });
  for (const { currency, buyers_net } of summary.money) {
    const known = truth.currencies[currency as keyof typeof truth.currencies];
    invariant(
      known && known.net_nanos === parseDecimal(buyers_net),
      `Buyers paid ${buyers_net} ${currency} by our books, which is not what the marketplace knows.`,
    );
  }
  const files = await saveStatements({ api: finance, folder: options.folder, period: PERIOD });
  const path = join(options.folder, 'summary.json');
  await writeFile(path, `${JSON.stringify(summary, null, 2)}\n`);
  await markFinished(services.warehouse, options);
  printTable(summary, { files: [...files, path].map((file) => relative(process.cwd(), file)) });
}

/** A smaller month keeps the proportions of the large one. */
function sizesOf({ creators, events }: DemoOptions['world']): {
  creators: number;
  assets: number;
  developers: number;
  events: number;
} {
  return {
    creators,
    assets: Math.round((creators * 25) / 3),
    developers: Math.max(2, Math.round(creators * 0.4)),
    events,
  };
}
