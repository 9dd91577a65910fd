import { type Pulled, pullStripe } from '../ingest/stripe/pull.ts';
import { pullBalance } from '../ingest/stripe/pull-balance.ts';
import { type ConnectedPulled, pullConnected } from '../ingest/stripe/pull-connected.ts';
import { pullPayoutTransactions } from '../ingest/stripe/pull-payout-transactions.ts';
import { DAY_MS, instant } from '../warehouse/clock.ts';
import { countOf } from '../warehouse/count-of.ts';
import { Rejected } from '../warehouse/errors.ts';
import { periodOf, periodStart, previousPeriod } from '../warehouse/period.ts';
import { type GivenOptions, type Job, type Outcome, type Run, requireStripe } from './job.ts';
import { recordLostAccounts } from './payout-accounts/create-account.ts';
import { readOlderAccounts } from './payout-accounts/read-accounts.ts';
import { reportAccountChanges } from './payout-accounts/report-changes.ts';

/** Milliseconds since the epoch, half-open. The defaults are the beginning of last month and the end of today. */
export interface PullOptions {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

export const pullFromStripe: Job<PullOptions> = {
  name: 'pull-stripe',
  meaning: "Reads Stripe's records of everything created since the beginning of last month or in a given window.",
  about: 'everything',
  readOptions: readWindow,
  async run(run, _, options = {}) {
    const outcome = await pull(run, options);
    await recordLostAccounts(run);
    await readOlderAccounts(run, Date.parse(outcome.from));
    const account_changes = await reportAccountChanges(run);
    const connected = await pullAccounts(run, outcome);
    const bank_payouts = await pullPayoutTransactions(run.warehouse, {
      ...readingOf(run),
      from: Date.parse(outcome.from),
      onProgress: run.progress,
    });
    return { ...outcome, connected, bank_payouts, ...(account_changes > 0 && { account_changes }) };
  },
};

/** Parses `from` and `to`: days, or instants in UTC. Throws `Rejected`. */
export function readWindow({ from, to, ...more }: GivenOptions): PullOptions {
  const unknown = Object.keys(more);
  if (unknown.length > 0) throw new Rejected(`pull-stripe takes the options from and to, not ${unknown.join(', ')}.`);
  const window = { from: readInstant('from', from), until: readInstant('to', to) };
  if (window.from === undefined && window.until !== undefined)
    throw new Rejected('pull-stripe cannot be run with to but without from; give both.');
  if (window.from !== undefined && window.until !== undefined && window.until <= window.from) {
    throw new Rejected(
      `pull-stripe needs a window whose end is after its start, but to (${to}) is not after from (${from}).`,
    );
  }
  return window;
}

/** The window that was pulled, with the day before it, and the numbers of records. */
export interface Pull extends Outcome, Pulled {
  readonly from: string;
  readonly until: string;
}

/**
 * Pulls a window and the day before it: successive windows overlap, because Stripe may list a record late with an older
 * `created`. The default end is the same all day, so an interrupted pull continues where it stopped.
 */
export async function pull(run: Run, { from, until }: PullOptions): Promise<Pull> {
  const now = run.clock.now();
  if (from !== undefined && from > now)
    throw new Rejected(`pull-stripe cannot start in the future: from is ${instant(from)}.`);
  const begin = (from ?? periodStart(previousPeriod(periodOf(now)))) - DAY_MS;
  const end = until ?? (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  const reading = readingOf(run);
  const { pulled, stored, resumed } = await pullStripe(run.warehouse, {
    ...reading,
    from: begin,
    until: end,
    onProgress: (progress) =>
      run.progress(
        `${countOf(progress.pulled, 'record')} pulled, ${progress.kind} until ${progress.until.slice(0, 10)}`,
      ),
  });
  // A balance is one of the present; the records of a past window do not lead to it.
  if (end > now) {
    const balance = await pullBalance(run.warehouse, { ...reading, since: now });
    if ('reason' in balance) run.progress(`the balance is read by the next pull: ${balance.reason}`);
  }
  return { from: instant(begin), until: instant(end), pulled, stored, resumed };
}

/** Reads what happened inside the connected accounts, first those that were paid in the window. */
async function pullAccounts(run: Run, { from, until }: Pull): Promise<ConnectedPulled> {
  return pullConnected(run.warehouse, {
    ...readingOf(run),
    from: Date.parse(from),
    until: Date.parse(until),
    onProgress: run.progress,
  });
}

function readingOf(run: Run) {
  return { stripe: requireStripe(run), clock: run.clock, ...(run.wait && { wait: run.wait }) };
}

/** An instant, or the first instant of a day in UTC; in milliseconds since the epoch. */
function readInstant(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isWellFormed = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/.test(text);
  const epochMs = isWellFormed ? Date.parse(text) : Number.NaN;
  // `Date.parse` reads 2026-02-30 as the second of March.
  if (Number.isNaN(epochMs) || !instant(epochMs).startsWith(text.slice(0, 10))) {
    throw new Rejected(
      `${name} takes a day such as 2026-01-31 or an instant such as 2026-01-31T18:00:00Z, not ${JSON.stringify(text)}.`,
    );
  }
  return epochMs;
}
