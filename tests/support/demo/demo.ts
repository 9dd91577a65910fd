import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createKey } from '../../../api/auth/keys.ts';
import { readConfig } from '../../../api/boot/config.ts';
import { listen } from '../../../api/boot/listen.ts';
import { openServices } from '../../../api/boot/services.ts';
import { buildApp } from '../../../api/http/app.ts';
import { closeOf } from '../../../transforms/ledger/closing.ts';
import { countOf } from '../../../warehouse/count-of.ts';
import { messageOf } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { invariant } from '../../../warehouse/invariant.ts';
import { parseDecimal } from '../../../warehouse/money.ts';
import { parsePeriod, periodEnd, periodStart, previousPeriod } from '../../../warehouse/period.ts';
import { copyFreshStore } from '../../warehouse/operational/fresh-store.ts';
import { startBigQuery } from '../bigquery/local-bigquery.ts';
import { isTooLarge } from '../bigquery/refusal.ts';
import type { Act } from '../marketplace/acts.ts';
import { marketplace } from '../marketplace/marketplace.ts';
import { STRIPE_LIMITS, startStripe } from '../stripe/local-stripe.ts';
import { CASES_NET_NANOS, casesAfter, casesBefore, casesDuring } from './cases.ts';
import { cashCases } from './cash-cases.ts';
import { type Api, openApi } from './client.ts';
import { correct, sentenceFor } from './corrections.ts';
import { DemoClock } from './demo-clock.ts';
import { countEvents, markEvents, markFinished } from './events.ts';
import { type DemoOptions, tooLargeForBigQuery } from './options.ts';
import { PAYMENTS_NET_NANOS, paymentCases, paymentCasesBefore, payoutCases } from './payment-cases.ts';
import { sendMonth } from './sender.ts';
import { serve } from './serve.ts';
import { saveStatements } from './statements.ts';
import { Steps } from './steps.ts';
import { printTable, summaryOf } from './summary.ts';

const PERIOD = parsePeriod('2026-01');
const WRITE_KEY = 'wk_demo_marketplace';
/** Only our own source reports payouts. */
const OWN_WRITE_KEY = 'wk_demo_tantieme';

/** The same in each run, so that seals and the bytes of statements are; a real closing draws one. */
const SECRET = sha256Hex('the secret of the demo');

const HOUR_MS = 3_600_000;

/** When finance corrects December, and when it begins to close January. */
const CORRECTED_AT = periodStart(PERIOD) + 19 * 24 * HOUR_MS;
const ENDED_AT = periodEnd(PERIOD) + 2 * HOUR_MS;

/** Runs the whole month in a folder that `prepareFolder` made. Work that an earlier run has done is not repeated. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const clock = new DemoClock(periodStart(PERIOD) + 2 * HOUR_MS);
  const stripe = await startStripe({
    clock,
    apiKey: 'sk_test_demo',
    journalPath: join(options.folder, 'stripe.journal'),
    settlementDelayMs: STRIPE_LIMITS.settlementDelayMs,
  });
  const bigQuery = options.setup.warehouse === 'bigquery' ? await localBigQuery(options.folder) : undefined;
  const config = readConfig({
    ...bigQuery?.settings,
    TANTIEME_DATA_DIR: join(options.folder, 'data'),
    RUDDERSTACK_WRITE_KEYS: `marketplace=${WRITE_KEY},tantieme=${OWN_WRITE_KEY}`,
    STRIPE_API_KEY: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
    TANTIEME_ISSUER_NAME: 'Tantieme Demo Marketplace',
    PORT: '0',
  });
  const { operational } = config;
  const store = operational.kind === 'pglite' ? operational.folder : undefined;
  if (store !== undefined && !existsSync(store)) await copyFreshStore(store);
  const steps = new Steps(() => clock.advance());
  const opened = await steps.step(
    'start',
    () => openServices(config, { clock, newSecret: () => SECRET }),
    () =>
      `a local Stripe${bigQuery ? ', a local BigQuery' : ''}, and the embedded stores in ${relative(process.cwd(), options.folder)}`,
  );
  const app = buildApp({ services: opened.services, sources: opened.sources, signIn: opened.signIn });
  try {
    const url = await listen(app, { host: '127.0.0.1', port: options.servePort ?? 0 });
    opened.listening(url);
    await month({ options, steps, clock, stripe, url, services: opened.services });
    if (options.servePort === undefined) return;
    clock.followSystem();
    await serve({ ...opened, folder: options.folder, url, period: PERIOD, deskPort: options.servePort + 1 });
  } catch (error) {
    throw isTooLarge(messageOf(error)) ? tooLargeForBigQuery(options.setup) : error;
  } finally {
    await app.close();
    await opened.close();
    await stripe.stop();
    await bigQuery?.stop();
  }
}

/** A local BigQuery that stores its data in the folder. */
async function localBigQuery(
  folder: string,
): Promise<{ settings: Readonly<Record<string, string>>; stop(): Promise<void> }> {
  const projectId = 'tantieme-demo';
  const { url, stop } = await startBigQuery({ projectId, folder: join(folder, 'bigquery'), answersDone: true });
  return { settings: { WAREHOUSE_URL: `bigquery://${projectId}/tantieme`, BIGQUERY_API_ENDPOINT: url }, stop };
}

interface DemoContext {
  readonly options: DemoOptions;
  readonly steps: Steps;
  readonly clock: DemoClock;
  readonly stripe: Awaited<ReturnType<typeof startStripe>>;
  readonly url: string;
  readonly services: Awaited<ReturnType<typeof openServices>>['services'];
}

type Describe = (outcome: Record<string, unknown>) => string;

/** The jobs after the end of the month, each started by a person with their own key. */
const MONTH_END_JOBS: readonly {
  step: string;
  job: string;
  who: 'finance' | 'approver' | 'operator';
  about?: 'everything';
  describe: Describe;
}[] = [
  {
    step: 'read Stripe',
    job: 'pull-stripe',
    who: 'finance',
    about: 'everything',
    describe: ({ pulled }) => `${countOf(Number(pulled), 'record')}, to see which sale has no charge`,
  },
  {
    step: 'build',
    job: 'build-period',
    who: 'operator',
    describe: () => `the books of ${PERIOD} built, all checks passed`,
  },
  {
    step: 'close',
    job: 'close-period',
    who: 'finance',
    describe: ({ postings, exceptions, seal }) =>
      `${countOf(Number(postings), 'posting')}, ${countOf(Number(exceptions), 'exception')}; the seal is ${String(seal).slice(0, 16)}…`,
  },
  {
    step: 'statements',
    job: 'issue-statements',
    who: 'finance',
    describe: ({ issued }) => (issued === 0 ? 'already issued' : `${issued} issued as PDF, XLSX, CSV and JSON`),
  },
  {
    step: 'pull Stripe',
    job: 'pull-stripe',
    who: 'finance',
    about: 'everything',
    describe: ({ pulled }) => countOf(Number(pulled), 'record'),
  },
  {
    step: 'compare',
    job: 'reconcile-stripe',
    who: 'finance',
    describe: ({ verdict, breaks }) => `${verdict}: ${countOf(Number(breaks), 'break')}, before anything is paid`,
  },
  {
    step: 'plan',
    job: 'plan-payouts',
    who: 'finance',
    describe: ({ payouts, skipped }) =>
      `${countOf(Number(payouts), 'payout')} planned, ${countOf(Number(skipped), 'balance')} not paid, each with a reason`,
  },
  {
    step: 'approve',
    job: 'approve-payouts',
    who: 'approver',
    describe: () => 'approved by a different person from the planner',
  },
  {
    step: 'send payouts',
    job: 'send-payouts',
    who: 'finance',
    describe: ({ sent, failed, waiting }) => `${sent} sent, ${failed} failed, ${waiting} waiting`,
  },
  {
    step: 'pull again',
    job: 'pull-stripe',
    who: 'finance',
    about: 'everything',
    describe: ({ pulled }) => countOf(Number(pulled), 'record'),
  },
  {
    step: 'reconcile',
    job: 'reconcile-stripe',
    who: 'finance',
    describe: ({ verdict, breaks }) => `${verdict}: ${countOf(Number(breaks), 'break')}`,
  },
];

async function month({ options, steps, clock, stripe, url, services }: DemoContext): Promise<void> {
  const api = async (role: 'finance' | 'operator', name: string): Promise<Api> =>
    openApi({ url, key: await createKey(services, { role, name }) });
  const people = {
    finance: await api('finance', 'Ada'),
    approver: await api('finance', 'Ben'),
    operator: await api('operator', 'Cy'),
  };

  const { acts, truth } = marketplace({ seed: options.setup.seed, period: PERIOD, ...sizesOf(options.setup) });
  const before = await markEvents(services.warehouse, options);
  const send = (some: readonly Act[], progress: (text: string) => void, writeKey = WRITE_KEY) =>
    sendMonth({ acts: some, url, stripe, writeKey, progress });
  const previous = previousPeriod(PERIOD);
  // What an interrupted run has sent is not recorded at a time before it happened.
  if (await closeOf(services.warehouse, previous)) clock.goTo(ENDED_AT);
  const earlier = await steps.step(
    'open books',
    async (progress) => {
      const sent = await send([...casesBefore(), ...paymentCasesBefore()], progress);
      await people.operator.run('load-events', { progress });
      return { sent, ...(await people.finance.run('close-period', { period: previous, progress })) };
    },
    ({ note }) => note ?? `${previous} closed; what comes late is booked later`,
  );
  clock.goTo(CORRECTED_AT);
  await steps.step(
    'correct',
    (progress) => correct(people, progress),
    (count) => (count === 0 ? 'already corrected' : `${countOf(count, 'correction')} of ${previous}, by two people`),
  );
  clock.goTo(ENDED_AT);
  const sent = await steps.step(
    'send',
    async (progress) => {
      const all = await send([...acts, ...casesDuring(), ...cashCases(), ...paymentCases()], progress);
      await send(payoutCases(), progress, OWN_WRITE_KEY);
      return all;
    },
    ({ events, accepted }) => `${accepted} of ${events} events acknowledged by the gateway`,
  );
  const events = await steps.step(
    'load',
    async (progress) => {
      await people.operator.run('load-events', { progress });
      const all = { events: earlier.sent.events + sent.events, accepted: earlier.sent.accepted + sent.accepted };
      return countEvents(services.warehouse, { sent: all, before });
    },
    ({ landed, duplicates, quarantined }) => `${landed} landed, ${duplicates} duplicates, ${quarantined} quarantined`,
  );
  for (const { step, job, who, about, describe } of MONTH_END_JOBS) {
    if (job === 'close-period') {
      await steps.step(
        'acknowledge',
        () => people.finance.acknowledge(PERIOD, sentenceFor),
        (exceptions) => `${countOf(exceptions, 'exception')}, each with a sentence`,
      );
    }
    if (step === 'pull Stripe') await send(casesAfter(), () => undefined);
    await steps.step(
      step,
      (progress) => people[who].run(job, { period: about ? undefined : PERIOD, progress }),
      ({ outcome, note }) => note ?? describe(outcome),
    );
  }

  const summary = await summaryOf({ period: PERIOD, services, stripe, events, seconds: steps.seconds });
  for (const { currency, buyers_net } of summary.money) {
    const ofCases = (currency === 'EUR' ? CASES_NET_NANOS : 0n) + (PAYMENTS_NET_NANOS[currency] ?? 0n);
    const expected = (truth.currencies[currency]?.net_nanos ?? 0n) + ofCases;
    invariant(
      expected === parseDecimal(buyers_net),
      `Buyers paid ${buyers_net} ${currency} by our books, which must equal the amount that the marketplace computed.`,
    );
  }
  const files = await saveStatements({ api: people.finance, folder: options.folder, period: PERIOD });
  const path = join(options.folder, 'summary.json');
  await writeFile(path, `${JSON.stringify(summary, null, 2)}\n`);
  await markFinished(services.warehouse, options);
  printTable(summary, { files: [...files, path].map((file) => relative(process.cwd(), file)) });
}

/** The sizes of a marketplace, in the proportions of the default month. */
function sizesOf({ creators, events }: DemoOptions['setup']): {
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
