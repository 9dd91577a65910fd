import type Stripe from 'stripe';
import type { S3Settings } from '../ingest/object-files/bucket-files.ts';
import type { Emitter } from '../ingest/outbox/emitter.ts';
import type { Destination } from '../ingest/rudder/destination.ts';
import type { Spool } from '../ingest/spool/spool.ts';
import type { Clock } from '../warehouse/clock.ts';
import type { Documents } from '../warehouse/documents/documents.ts';
import { Unavailable } from '../warehouse/errors.ts';
import type { Operational } from '../warehouse/operational/operational.ts';
import type { Period } from '../warehouse/period.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** What jobs work with; opened once by an entry point. */
export interface Services {
  readonly clock: Clock;
  readonly warehouse: Warehouse;
  readonly operational: Operational;
  readonly documents: Documents;
  readonly spool: Spool;
  /** How events become rows of the raw tables. */
  readonly destination: Destination;
  /** Where the buckets are whose files are taken in. */
  readonly s3: S3Settings;
  readonly emitter: Emitter;
  /** Absent without a key: then payouts say so and stop. */
  readonly stripe: Stripe | undefined;
  /** Who owes the royalties, as it stands on statements. */
  readonly issuerName: string;
}

/** One run of a job, as the job sees it. */
export interface Run extends Services {
  /** Who started it: the name of a key, or of the one at the command line. */
  readonly startedBy: string;
  /** Reports how far it is; kept with the run. A safe point: throws `Interrupted` where the server shuts down. */
  readonly progress: (text: string) => void;
}

/** What a run ends with: a plain value, kept with the run and printed as JSON. */
export type Outcome = Readonly<Record<string, unknown>>;

/** The options of a run, by name: `{ from: '2026-01-01' }`. */
export type GivenOptions = Readonly<Record<string, string>>;

/** A piece of scheduled work. Running it again after it is done changes nothing. */
export interface Job<Options = unknown> {
  /** Verb and object: `close-period`. */
  readonly name: string;
  readonly meaning: string;
  /** Whether it is about one period. */
  readonly about: 'period' | 'everything';
  /** Throws one of the errors of warehouse/errors.ts; whatever it throws, nothing is left half done. */
  run(run: Run, period: Period, options?: Options): Promise<Outcome>;
  /** Parses the options; a job without this takes none. Throws `Rejected` for what it does not take. */
  readOptions?(given: GivenOptions): Options;
}

/** The client of Stripe. Throws `Unavailable` without a key. */
export function stripeOf(run: Services): Stripe {
  if (!run.stripe)
    throw new Unavailable('There is no key to Stripe, so nothing can be asked or paid there; set STRIPE_API_KEY.');
  return run.stripe;
}
