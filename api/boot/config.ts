import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { OWN_SOURCE, type Source } from '../../ingest/gateway/source.ts';
import { type Places, parsePlaces } from '../../ingest/object-files/places.ts';
import { type Destination, parseDestination } from '../../ingest/rudder/destination.ts';
import { type AccountUrls, MISSING_CURRENCY, type MissingCurrency, type PayoutLimits } from '../../jobs/job.ts';
import type { StripeAddress } from '../../jobs/payouts/rails/stripe/client.ts';
import type { Brand } from '../../reports/brand.ts';
import type { StripeFeeLimit } from '../../transforms/seeds/stripe-fees.ts';
import { DAY_MS } from '../../warehouse/clock.ts';
import type { DocumentsAddress } from '../../warehouse/documents/open-documents.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { OperationalAddress } from '../../warehouse/operational/operational.ts';
import { parseBucketAddress, type S3Settings } from '../../warehouse/s3.ts';
import {
  type Environment,
  integerBetween,
  requireHttpAddress,
  SettingsReader,
  storeAddress,
  webAddress,
  wordOf,
} from '../../warehouse/settings.ts';
import { brandConfig } from './brand-config.ts';
import { dataFolderIn, listenAddressIn, parseOwnKeys } from './gateway-config.ts';
import { parseLimits } from './payout-limits.ts';
import { type PeopleConfig, peopleConfig } from './people-config.ts';
import { type PublishingConfig, publishingConfig } from './publishing-config.ts';
import { type StatementConfig, statementConfig } from './statement-config.ts';
import { parseStripeFees } from './stripe-fees.ts';
import { type TaxConfig, taxConfig } from './tax-config.ts';
import { type WarehouseConfig, warehouseConfig } from './warehouse-config.ts';

/** All settings from the environment, read once by an entry point. */
export interface Config extends TaxConfig, StatementConfig, PeopleConfig, PublishingConfig {
  readonly dataFolder: string;
  readonly warehouse: WarehouseConfig;
  /** Whether to create a missing warehouse file although jobs have run before; for a move to a new warehouse. */
  readonly acceptsNewWarehouse?: boolean;
  readonly operational: OperationalAddress;
  readonly documents: DocumentsAddress;
  /** Where our own events are sent; undefined for our own gateway. */
  readonly dataPlaneUrl: string | undefined;
  readonly sources: readonly Source[];
  /** The options of RudderStack's warehouse destination, which decide how events become rows of the raw tables. */
  readonly destination: Destination;
  /** The write key of the source `tantieme`, used to send our own events. */
  readonly ownWriteKey: string;
  readonly stripe: StripeAddress | undefined;
  /** The S3 service whose files can be ingested, and in which documents can be stored. */
  readonly s3: S3Settings;
  /** Where files may be loaded from at the request of an API key. */
  readonly ingestFrom: Places;
  /** The secrets that Stripe may sign its events with; if there are none, its events are refused. */
  readonly stripeWebhookSecrets: readonly string[];
  readonly port: number;
  readonly host: string;
  /** The data folders of the gateways that run alone, whose events this server loads. */
  readonly gatewayFolders: readonly string[];
  /** The file with the accounts of accounting software. It is read anew by each export, so a fault in it stops no server. */
  readonly accountingFile: string | undefined;
  /** The file with the accounts from which payouts are paid by bank files; undefined if none are. */
  readonly bankFile: string | undefined;
  /** How long a creator's new payout account waits before it is paid to. */
  readonly accountHoldMs: number;
  /** Where Stripe sends creators back to from its onboarding. */
  readonly accountUrls: AccountUrls;
  /** How long what Stripe has may be missing in our books before it counts as a break. */
  readonly breakGraceMs: number;
  /** How old the last complete comparison of a period with Stripe may be for its payouts to be planned and sent; undefined if it is only said. */
  readonly comparisonMaxAgeMs: number | undefined;
  readonly missingCurrency: MissingCurrency;
  readonly instantPayouts: boolean;
  readonly destinationCharges: boolean;
  /** The largest amounts that are paid. */
  readonly payoutLimits: PayoutLimits;
  /** The most that Stripe's fee for a movement may be, where it is not the default. */
  readonly stripeFeeLimits: readonly StripeFeeLimit[];
  /** How many requests of a kind go to Stripe in a second. */
  readonly payoutPacing: { readonly perSecond: number };
  /** How the pages look to those outside, and what they show to everybody. */
  readonly brand: Brand;
  /** How many threads render documents, by default one for each processor, since they yield to the gateway; 0 for the thread that answers requests. */
  readonly renderThreads: number;
}

/** Throws `Rejected` with every setting that is missing or malformed, one per line. */
export function readConfig(environment: Environment): Config {
  const settings = new SettingsReader(environment);
  const folder = dataFolderIn(settings);
  const warehouse = warehouseConfig(settings, { folder });
  const loadsElsewhere = warehouse?.kind === 'bigquery' && warehouse.address.raw !== undefined;
  const operational = settings.read(
    'OPERATIONAL_URL',
    parseOperationalAddress,
    `pglite:${join(folder, 'operational')}`,
  );
  const s3 = s3Settings(settings);
  const documents = settings.read('DOCUMENTS_URL', documentsAt(s3), `file:${join(folder, 'documents')}`);
  const dataPlaneUrl = loadsElsewhere
    ? settings.require(
        'RUDDERSTACK_DATA_PLANE_URL',
        requireHttpAddress,
        'with raw=… in WAREHOUSE_URL, RudderStack loads the raw tables, so our own events must be sent to it; set the URL of its data plane.',
      )
    : settings.read('RUDDERSTACK_DATA_PLANE_URL', requireHttpAddress);
  const sources = settings.require(
    'RUDDERSTACK_WRITE_KEYS',
    parseSources,
    `set the sources that may send events as name=key, separated by commas; one must be named ${OWN_SOURCE}, for our own events.`,
  );
  const destination = settings.read('RUDDERSTACK_DESTINATION_CONFIG', parseDestination, '{}');
  const isEmbedded = operational?.kind === 'pglite';
  const apiKey = settings.read('STRIPE_API_KEY', (key) => requireStripeKey(key, { isEmbedded }));
  const apiBase = settings.read('STRIPE_API_BASE', requireHttpAddress);
  const ingestFrom = settings.read('TANTIEME_INGEST_FROM', parsePlaces);
  const webhookSecrets = settings.read('STRIPE_WEBHOOK_SECRET', parseSigningSecrets);
  const address = listenAddressIn(settings);
  const gatewayFolders = settings.read('TANTIEME_GATEWAY_FOLDERS', (list) => parseOtherFolders(list, folder));
  const statements = statementConfig(settings);
  const brand = brandConfig(settings, statements);
  const accountingFile = settings.read('TANTIEME_ACCOUNTING_FILE', (path) => resolve(path));
  const bankFile = settings.read('TANTIEME_BANK_FILE', (path) => resolve(path));
  const holdDays = settings.read('TANTIEME_ACCOUNT_HOLD_DAYS', integerBetween(0, 90), '7');
  const returnUrl = settings.read('TANTIEME_ACCOUNT_RETURN_URL', webAddress);
  const refreshUrl = settings.read('TANTIEME_ACCOUNT_REFRESH_URL', webAddress);
  const graceDays = settings.read('TANTIEME_BREAK_GRACE_DAYS', integerBetween(0, 30), '3');
  const stripeFeeLimits = settings.read('TANTIEME_STRIPE_FEES', parseStripeFees);
  const comparisonHours = settings.read(
    'TANTIEME_COMPARISON_MAX_AGE_HOURS',
    integerBetween(1, 720),
    isLiveKey(apiKey) ? '72' : undefined,
  );
  const missingCurrency = settings.read('TANTIEME_MISSING_CURRENCY', wordOf(MISSING_CURRENCY), 'wait');
  const instantPayouts = settings.read('TANTIEME_INSTANT_PAYOUTS', wordOf(['off', 'on']), 'off');
  const destinationCharges = settings.read('TANTIEME_DESTINATION_CHARGES', wordOf(['off', 'on']), 'off');
  const lineLimits = settings.read('TANTIEME_PAYOUT_LIMIT_LINE', parseLimits);
  const batchLimits = settings.read('TANTIEME_PAYOUT_LIMIT_BATCH', parseLimits);
  const transfersPerSecond = settings.read('TANTIEME_TRANSFERS_PER_SECOND', integerBetween(1, 100), '25');
  const tax = taxConfig(settings);
  const people = peopleConfig(settings, { folder });
  const publishing = publishingConfig(settings, { folder, operational });
  const renderThreads = settings.read('TANTIEME_RENDER_THREADS', integerBetween(0, 64), String(availableParallelism()));
  settings.finish();
  return Object.freeze({
    dataFolder: folder,
    warehouse: requireValue(warehouse),
    operational: requireValue(operational),
    documents: requireValue(documents),
    dataPlaneUrl,
    sources: requireValue(sources),
    destination: requireValue(destination),
    ownWriteKey: requireValue(sources?.find(isOwn)).write_key,
    stripe: apiKey === undefined ? undefined : { apiKey, apiBase },
    s3,
    ingestFrom: Object.freeze(ingestFrom ?? []),
    stripeWebhookSecrets: Object.freeze(webhookSecrets ?? []),
    ...requireValue(address),
    gatewayFolders: Object.freeze(gatewayFolders ?? []),
    ...statements,
    brand,
    accountingFile,
    bankFile,
    accountHoldMs: requireValue(holdDays) * DAY_MS,
    accountUrls: { returnUrl, refreshUrl },
    breakGraceMs: requireValue(graceDays) * DAY_MS,
    stripeFeeLimits: Object.freeze(stripeFeeLimits ?? []),
    comparisonMaxAgeMs: comparisonHours === undefined ? undefined : comparisonHours * HOUR_MS,
    missingCurrency: requireValue(missingCurrency),
    instantPayouts: instantPayouts === 'on',
    destinationCharges: destinationCharges === 'on',
    payoutPacing: { perSecond: requireValue(transfersPerSecond) },
    payoutLimits: { line: lineLimits ?? new Map(), batch: batchLimits ?? new Map() },
    ...tax,
    ...people,
    ...publishing,
    renderThreads: requireValue(renderThreads),
  });
}

const HOUR_MS = 3_600_000;

/** Of real money: docs.stripe.com/keys. */
function isLiveKey(key: string | undefined): boolean {
  return /^[sr]k_live_/.test(key ?? '');
}

function requireValue<T>(value: T | undefined): T {
  return requirePresent(value, 'A setting without a value must have been reported.');
}

/** Messages never contain the value itself. */
function requireSecret(value: string): string {
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new Rejected('it contains spaces or other characters that are not allowed in a key.');
  return value;
}

/** Accepts Stripe's secret and restricted keys (https://docs.stripe.com/keys); other kinds cannot read records or pay. */
function requireStripeKey(key: string, { isEmbedded }: { isEmbedded: boolean }): string {
  if (/^[sr]k_(test|live)_\w+$/.test(key)) {
    assertDurablyPaid(key, { isEmbedded });
    return key;
  }
  const kind = /^(pk|whsec)_/.exec(key)?.[1];
  const found =
    kind === 'pk' ? 'it is a publishable key' : kind ? 'it is a webhook signing secret' : 'it is not a Stripe key';
  throw new Rejected(
    `${found}; set a secret or restricted key, which begins with sk_test_, sk_live_, rk_test_ or rk_live_.`,
  );
}

/** Without keys, the credentials of the machine are used; one key without the other is an error. */
function s3Settings(settings: SettingsReader): S3Settings {
  const endpoint = settings.read('S3_ENDPOINT', requireHttpAddress);
  const region = settings.read('S3_REGION', requireRegion, 'us-east-1');
  const accessKeyId = settings.read('S3_ACCESS_KEY_ID', requireSecret);
  const secretAccessKey = accessKeyId
    ? settings.require('S3_SECRET_ACCESS_KEY', requireSecret, 'S3_ACCESS_KEY_ID is set; set both or neither.')
    : settings.read('S3_SECRET_ACCESS_KEY', throwMissingKeyId);
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
  return { endpoint, region: region ?? '', credentials };
}

function requireRegion(text: string): string {
  if (!/^[a-z0-9-]+$/.test(text)) throw new Rejected(`${JSON.stringify(text)} is not a region such as eu-central-1.`);
  return text;
}

function throwMissingKeyId(): never {
  throw new Rejected('S3_ACCESS_KEY_ID is missing or malformed; set both or neither.');
}

/** Several are valid at once: one per webhook endpoint, and both the old and the new one during a rotation. */
function parseSigningSecrets(list: string): string[] {
  const secrets = list.split(',').map((each) => each.trim());
  if (!secrets.every((each) => /^whsec_[\x21-\x7e]+$/.test(each))) {
    throw new Rejected('it must be a list of Stripe signing secrets, whsec_…, separated by commas.');
  }
  return secrets;
}

/** Real money needs a control store that survives a power cut; PGlite does not flush its writes to disk. */
function assertDurablyPaid(key: string, { isEmbedded }: { isEmbedded: boolean }): void {
  if (isEmbedded && /^[rs]k_live_/.test(key)) {
    throw new Rejected(
      'a live key moves real money, but the embedded store may lose its last writes in a power cut; set OPERATIONAL_URL to a PostgreSQL database.',
    );
  }
}

/** The folders of a list, each once, without the one of this server, which it loads anyway. */
function parseOtherFolders(list: string, own: string): string[] {
  const items = list.split(',').map((item) => item.trim());
  if (items.includes('')) throw new Rejected(`an item is empty; ${FOLDERS_CURE}`);
  const folders = items.map((item) => resolve(item));
  if (folders.includes(resolve(own))) {
    throw new Rejected(`${resolve(own)} is the data folder of this server; ${FOLDERS_CURE}`);
  }
  const twice = folders.find((folder, index) => folders.indexOf(folder) !== index);
  if (twice !== undefined) throw new Rejected(`${twice} is listed twice; ${FOLDERS_CURE}`);
  return folders;
}

const FOLDERS_CURE = 'list the data folder of each gateway that runs alone, once.';

function parseOperationalAddress(address: string): OperationalAddress {
  if (/^postgres(ql)?:/.test(address)) return { kind: 'postgres', url: address };
  // The message leaves out the address, which may contain a password.
  const folder = /^pglite:(.+)$/.exec(address)?.[1];
  if (folder === undefined) throw new Rejected('it does not begin with pglite: or postgres:.');
  return { kind: 'pglite', folder: folder === ':memory:' ? undefined : folder };
}

function documentsAt(s3: S3Settings): (address: string) => DocumentsAddress {
  return (address) =>
    address.startsWith('s3:')
      ? { kind: 's3', ...parseBucketAddress(address), s3 }
      : { kind: 'folder', folder: storeAddress('file', 's3')(address).rest };
}

const isOwn = ({ source_id, enabled }: Source): boolean => source_id === OWN_SOURCE && enabled;

function parseSources(list: string): readonly Source[] {
  const sources = parseOwnKeys(list);
  if (!sources.some(isOwn)) {
    throw new Rejected(`there must be an enabled source named ${OWN_SOURCE}, for our own events; add it.`);
  }
  return sources;
}
