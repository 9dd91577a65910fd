import { pullStripe } from '../ingest/stripe/pull.ts';
import { instant } from '../warehouse/clock.ts';
import { Rejected } from '../warehouse/errors.ts';
import { periodOf, periodStart, previousPeriod } from '../warehouse/period.ts';
import { type GivenOptions, type Job, type Outcome, type Run, stripeOf } from './job.ts';

/** Milliseconds since the epoch, half-open. Without a beginning it is that of last month, without an end the end of today. */
export interface AskedWindow {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export const pullFromStripe: Job<AskedWindow> = {
  name: 'pull-stripe',
  meaning:
    "Reads Stripe's own records of what was created since the beginning of last month, or in a window that is named.",
  about: 'everything',
  readOptions: readWindow,
  run: (run, _, asked = {}) => pull(run, asked),
};

/** Reads `from` and `to`: days, or instants in UTC. Throws `Rejected`. */
export function readWindow({ from, to, ...more }: GivenOptions): AskedWindow {
  const unknown = Object.keys(more);
  if (unknown.length > 0) throw new Rejected(`pull-stripe takes from and to, not ${unknown.join(', ')}.`);
  const window = { from: readInstant('from', from), until: readInstant('to', to) };
  if (window.from === undefined && window.until !== undefined) throw new Rejected('to needs from.');
  if (window.from !== undefined && window.until !== undefined && window.until <= window.from) {
    throw new Rejected(`to (${to}) is not after from (${from}).`);
  }
  return window;
}

/**
 * Pulls a window, from a day before it: windows that follow each other overlap, for what appears late at Stripe under an older
 * `created`. The end of today is the same all day, so that a pull that broke off goes on where it stopped.
 */
export async function pull(run: Run, { from, until }: AskedWindow): Promise<Outcome> {
  const now = run.clock.now();
  if (from !== undefined && from > now) throw new Rejected(`from (${instant(from)}) has not come yet.`);
  const begin = (from ?? periodStart(previousPeriod(periodOf(now)))) - DAY_MS;
  const end = until ?? (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  const { pulled, stored, resumed } = await pullStripe(run.warehouse, {
    stripe: stripeOf(run),
    clock: run.clock,
    from: begin,
    until: end,
    onProgress: (progress) =>
      run.progress(`${progress.pulled} records pulled, ${progress.kind} until ${progress.until.slice(0, 10)}`),
  });
  return { from: instant(begin), until: instant(end), pulled, stored, resumed };
}

/** The first instant of a day in UTC, or an instant as it stands; in milliseconds since the epoch. */
function readInstant(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isWellFormed = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/.test(text);
  const epochMs = isWellFormed ? Date.parse(text) : Number.NaN;
  // 2026-02-30 would be read as the second of March.
  if (Number.isNaN(epochMs) || !instant(epochMs).startsWith(text.slice(0, 10))) {
    throw new Rejected(
      `${name} takes a day such as 2026-01-31 or an instant such as 2026-01-31T18:00:00Z, not ${JSON.stringify(text)}.`,
    );
  }
  return epochMs;
}
