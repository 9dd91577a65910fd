import type Stripe from 'stripe';
import type { Sender } from '../ingest/events/senders.ts';
import type { SegmentLoader } from '../ingest/load/segment-loader.ts';
import type { Places } from '../ingest/object-files/places.ts';
import type { Emitter } from '../ingest/outbox/emitter.ts';
import type { Destination } from '../ingest/rudder/destination.ts';
import type { SegmentSource, Spool } from '../ingest/spool/spool.ts';
import type { Wait } from '../ingest/stripe/retry.ts';
import type { Brand } from '../reports/brand.ts';
import type { DocumentRenderer } from '../reports/documents/renderer.ts';
import type { StatementSettings } from '../reports/statement/settings.ts';
import type { Clock } from '../warehouse/clock.ts';
import type { Documents } from '../warehouse/documents/documents.ts';
import { Unavailable } from '../warehouse/errors.ts';
import type { AttemptCounts } from '../warehouse/operational/attempt-counts.ts';
import type { Operational } from '../warehouse/operational/operational.ts';
import type { Period } from '../warehouse/period.ts';
import type { S3Settings } from '../warehouse/s3.ts';
import type { StorePlaces } from '../warehouse/store-sizes.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { LineageSettings } from './lineage/record-lineage.ts';
import type { Mailer } from './mail/mail.ts';
import type { Retention } from './retention/retention-rules.ts';
import type { TaxKeys } from './tax/tax-keys.ts';

/** The addresses in an account link: where a creator goes on after it, and where a new link is made if it no longer works. */
export interface AccountUrls {
  readonly returnUrl: string | undefined;
  readonly refreshUrl: string | undefined;
}

/** The largest amounts that are paid, in minor units by currency; a currency that is missing has no limit. */
export interface PayoutLimits {
  /** Of one payout. */
  readonly line: ReadonlyMap<string, bigint>;
  /** Of all payouts of a batch in the currency. */
  readonly batch: ReadonlyMap<string, bigint>;
}

export const MISSING_CURRENCY = ['wait', 'cancel'] as const;
export type MissingCurrency = (typeof MISSING_CURRENCY)[number];

/** Where marts are published, and how far queries on them may go. */
export interface PublishingSettings {
  /** The folder of the published files. */
  readonly folder: string;
  /** The PostgreSQL database to which they are published too; undefined if none is. */
  readonly databaseUrl?: string | undefined;
  /** How long a query of an analyst may take, here and in that database. */
  readonly queryTimeMs: number;
  /** How much memory it may use here: `1GB`. */
  readonly queryMemory: string;
  /** How many rows it may return here. */
  readonly queryRows: number;
  /** How many queries may run here at the same time, each in a process of its own. */
  readonly queryProcesses: number;
}

/** What jobs work with; an entry point opens it once. */
export interface Services {
  readonly clock: Clock;
  readonly warehouse: Warehouse;
  readonly operational: Operational;
  /** Counts requests and log-ins where several processes serve them. Without it, each process counts its own. */
  readonly attempts?: AttemptCounts | undefined;
  readonly documents: Documents;
  readonly renderer: DocumentRenderer;
  readonly spool: Spool;
  /** The spools of the gateways that run alone. */
  readonly gatewaySpools: readonly SegmentSource[];
  /** How events become rows of the raw tables. */
  readonly destination: Destination;
  /** What loads large segments of events; by default the thread that asks. */
  readonly segmentLoader?: SegmentLoader;
  /** The sources of events, which decide what each may send. */
  readonly sources: readonly Sender[];
  /** Access to the buckets whose files are loaded. */
  readonly s3: S3Settings;
  /** Where files may be loaded from at the request of an API key. */
  readonly ingestFrom: Places;
  readonly emitter: Emitter;
  /** How to wait for Stripe; by default with a timer. */
  readonly wait?: Wait;
  /** Undefined without an API key; jobs that need Stripe then throw `Unavailable`. */
  readonly stripe: Stripe | undefined;
  /** How long a creator's new payout account waits before it is paid to. */
  readonly accountHoldMs: number;
  /** How many requests of a kind go to Stripe in a second, by default as many as Stripe allows; and how many payouts are in progress at once. */
  readonly payoutPacing?: { readonly perSecond: number; readonly atOnce?: number };
  /** Where Stripe sends creators back to from its onboarding; undefined where it is not configured. */
  readonly accountUrls: AccountUrls;
  /** How long what Stripe has may be missing in our books before it counts as a break: the event of the service may be late. */
  readonly breakGraceMs: number;
  /** How old the last complete comparison of a period with Stripe may be for its payouts to be planned and sent; undefined: it is only said. */
  readonly comparisonMaxAgeMs?: number | undefined;
  /** What becomes of a payout whose currency the platform's balance at Stripe does not have. Default: it waits. */
  readonly missingCurrency?: MissingCurrency;
  /** Whether creators who want it are paid out to their bank at once, where Stripe offers that. Default: none is. */
  readonly instantPayouts?: boolean;
  /** Whether what Stripe transfers by itself for charges with a destination is booked as paid to the creator. Default: it is a break. */
  readonly destinationCharges?: boolean;
  /** Payouts above them are neither approved nor sent; without limits, any amount is. */
  readonly payoutLimits?: PayoutLimits;
  /** The file with the accounts of accounting software, which an export of the journal reads anew; undefined where none is configured. */
  readonly accountingFile?: string | undefined;
  /** The file with what is decided for tax exports, read anew by each; undefined where none is configured. */
  readonly taxFile?: string | undefined;
  /** The file with what is decided for invoices, read anew by each run; undefined where none is configured. */
  readonly invoiceFile?: string | undefined;
  /** The file with the accounts from which payouts are paid by bank files, read anew by each; undefined where none is configured. */
  readonly bankFile?: string | undefined;
  /** The keys of tax profiles and of bank accounts; without them none is stored or opened. */
  readonly taxKeys?: TaxKeys | undefined;
  /** Whether another person must release the opening of the numbers of all creators on a form of a year. Default: two people. */
  readonly taxOpenedBy?: 'one_person' | 'two_people';
  /** For how many years after the year that it is about the law requires a tax form to be kept; nothing is erased without it. */
  readonly taxRetentionYears?: number | undefined;
  /** For how many years records of each kind are kept, after which they are deleted; nothing is deleted without it, nor what it does not name. */
  readonly retention?: Retention | undefined;
  /** Where marts are published for BI tools. */
  readonly publishing?: PublishingSettings | undefined;
  /** Where runs are reported as events of OpenLineage; undefined where they are not. */
  readonly lineage?: LineageSettings | undefined;
  /** How people are mailed, and where our pages are, known once the server listens; undefined where nobody is mailed. */
  readonly mail?: { readonly mailer: Mailer; readonly url: () => string };
  /** Who owes the royalties; printed on statements. */
  readonly issuerName: string;
  /** How the pages look to those outside; default: the name and logo of statements. */
  readonly brand?: Brand;
  /** In which language statements are written, and what else they show of the issuer. Default: English, and its name. */
  readonly statements?: StatementSettings;
  /** New random bytes in hex: the secret of a closing, or what the id of a correction is derived from. */
  readonly newSecret: () => string;
  /** Throws `Unavailable` if the free disk space will not do for long work, which is named as the subject of a sentence. */
  readonly assertDiskSpace: (work: string) => Promise<void>;
  /** Where on this machine the stores are; undefined: their sizes are not known. */
  readonly storePlaces?: StorePlaces | undefined;
}

/** One run of a job, as the job sees it. */
export interface Run extends Services {
  /** Its id in `job_runs`, with which it shows that it holds its lease. */
  readonly runId: string;
  /** Who started it: the name of the API key, or of the user at the command line. */
  readonly startedBy: string;
  /** Records the progress with the run. A safe point: throws `Interrupted` if the server is shutting down. */
  readonly progress: (text: string) => void;
  /** Aborted when the server is shutting down or the run has lost its lease; `throwIfAborted` is a safe point. */
  readonly interruption: AbortSignal;
}

/** The result of a run: a plain value, stored with the run and printed as JSON. */
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
  /** Throws one of the errors of warehouse/errors.ts, and then leaves nothing half done. */
  run(run: Run, period: Period, options?: Options): Promise<Outcome>;
  /** Parses the options; a job without this takes none. Throws `Rejected` for an unknown or malformed option. */
  readOptions?(given: GivenOptions): Options;
  /** The options that a caller other than the command line of this machine gets: the given ones, or narrower ones. Throws `Rejected`. */
  narrowOptions?(given: GivenOptions, services: Services): GivenOptions;
}

/** The Stripe client. Throws `Unavailable` without an API key. */
export function requireStripe(run: Pick<Services, 'stripe'>): Stripe {
  if (!run.stripe) throw new Unavailable('Stripe cannot be reached without an API key; set STRIPE_API_KEY.');
  return run.stripe;
}
