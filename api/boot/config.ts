import { join } from 'node:path';
import { parseSources, type Source } from '../../ingest/gateway/source.ts';
import type { S3Settings } from '../../ingest/object-files/bucket-files.ts';
import { type Destination, parseDestination } from '../../ingest/rudder/destination.ts';
import type { StripeAddress } from '../../jobs/payouts/rails/stripe/client.ts';
import { type BigQueryAddress, parseBigQueryAddress } from '../../warehouse/bigquery/client/address.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { OperationalAddress } from '../../warehouse/operational/operational.ts';
import {
  type Environment,
  httpAddress,
  integerBetween,
  SettingsReader,
  storeAddress,
} from '../../warehouse/settings.ts';

/** Everything that the environment decides, read once by an entry point. */
export interface Config {
  readonly dataFolder: string;
  readonly warehouse: WarehouseConfig;
  /** Whether a warehouse file that is not there is made although jobs have run with one: for a move to a new one. */
  readonly acceptsNewWarehouse?: boolean;
  readonly operational: OperationalAddress;
  readonly documentsFolder: string;
  /** Where our own events go; undefined for our own gateway. */
  readonly dataPlaneUrl: string | undefined;
  readonly sources: readonly Source[];
  /** How events become rows of the raw tables, as set at RudderStack. */
  readonly destination: Destination;
  /** Under which our own events are sent: the key of the source `tantieme`. */
  readonly ownWriteKey: string;
  readonly stripe: StripeAddress | undefined;
  /** Where the buckets are whose files are taken in. */
  readonly s3: S3Settings;
  /** With any of which Stripe's events may be signed; without one they are not taken. */
  readonly stripeWebhookSecrets: readonly string[];
  readonly port: number;
  readonly host: string;
  readonly issuerName: string;
}

/** Which engine holds the book of record, and where. */
export type WarehouseConfig =
  | { readonly kind: 'duckdb' /** The file, or `:memory:`. */; readonly path: string }
  | {
      readonly kind: 'bigquery';
      readonly address: BigQueryAddress;
      /** Where BigQuery's API is, if it is not Google's; then it is asked without credentials. */
      readonly apiEndpoint: string | undefined;
      /** A query that would read more is refused by BigQuery before it costs anything. */
      readonly maximumBytesBilled: bigint;
    };

const DATA_FOLDER = '.data';

/** The source of our own events. */
const OWN_SOURCE = 'tantieme';

/** Throws `Rejected` with everything that is missing or malformed, one a line. */
export function readConfig(environment: Environment): Config {
  const settings = new SettingsReader(environment);
  const dataFolder = settings.read('TANTIEME_DATA_DIR', text, DATA_FOLDER);
  const folder = dataFolder ?? '';
  const warehouse = warehouseConfig(settings, { folder });
  const loadsElsewhere = warehouse?.kind === 'bigquery' && warehouse.address.raw !== undefined;
  const operational = settings.read('OPERATIONAL_URL', operationalAddress, `pglite:${join(folder, 'operational')}`);
  const documentsFolder = settings.read('DOCUMENTS_URL', documents, `file:${join(folder, 'documents')}`);
  const dataPlaneUrl = loadsElsewhere
    ? settings.require(
        'RUDDERSTACK_DATA_PLANE_URL',
        httpAddress,
        'WAREHOUSE_URL says that RudderStack itself loads the raw tables (raw=…), so our own events have to go to it.',
      )
    : settings.read('RUDDERSTACK_DATA_PLANE_URL', httpAddress);
  const sources = settings.require(
    'RUDDERSTACK_WRITE_KEYS',
    sourcesWithOwn,
    `who may send events, as name=key, separated by commas; one is named ${OWN_SOURCE}, for our own events.`,
  );
  const destination = settings.read('RUDDERSTACK_DESTINATION_CONFIG', parseDestination, '{}');
  const isEmbedded = operational?.kind === 'pglite';
  const apiKey = settings.read('STRIPE_API_KEY', (key) => durablyPaid(stripeKey(key), { isEmbedded }));
  const apiBase = settings.read('STRIPE_API_BASE', httpAddress);
  const s3 = s3Settings(settings);
  const webhookSecrets = settings.read('STRIPE_WEBHOOK_SECRET', signingSecrets);
  const port = settings.read('PORT', integerBetween(0, 65_535), '8080');
  const host = settings.read('HOST', text, '127.0.0.1');
  const issuerName = settings.read('TANTIEME_ISSUER_NAME', text, 'Tantieme Marketplace');
  settings.finish();
  return Object.freeze({
    dataFolder: known(dataFolder),
    warehouse: known(warehouse),
    operational: known(operational),
    documentsFolder: known(documentsFolder),
    dataPlaneUrl,
    sources: known(sources),
    destination: known(destination),
    ownWriteKey: known(sources?.find(isOwn)).write_key,
    stripe: apiKey === undefined ? undefined : { apiKey, apiBase },
    s3,
    stripeWebhookSecrets: Object.freeze(webhookSecrets ?? []),
    port: known(port),
    host: known(host),
    issuerName: known(issuerName),
  });
}

function known<T>(value: T | undefined): T {
  return requirePresent(value, 'A setting without a value must have been reported.');
}

const text = (value: string): string => value;

/** The value itself never stands in a message. */
function secret(value: string): string {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new Rejected('it contains characters that no key has.');
  return value;
}

/** Stripe's secret and restricted keys (https://docs.stripe.com/keys); no other kind can read records or pay. */
function stripeKey(key: string): string {
  if (/^[sr]k_(test|live)_\w+$/.test(key)) return key;
  const kind = /^(pk|whsec)_/.exec(key)?.[1];
  const found =
    kind === 'pk' ? 'it is a publishable key' : kind ? 'it is the secret of a webhook' : 'it is not a key of Stripe';
  throw new Rejected(
    `${found}; set a secret or restricted key, which begins with sk_test_, sk_live_, rk_test_ or rk_live_.`,
  );
}

/** Without keys, those of the machine are taken; one without the other is a mistake. */
function s3Settings(settings: SettingsReader): S3Settings {
  const endpoint = settings.read('S3_ENDPOINT', httpAddress);
  const region = settings.read('S3_REGION', regionName, 'us-east-1');
  const accessKeyId = settings.read('S3_ACCESS_KEY_ID', secret);
  const secretAccessKey = accessKeyId
    ? settings.require('S3_SECRET_ACCESS_KEY', secret, 'it belongs to S3_ACCESS_KEY_ID.')
    : settings.read('S3_SECRET_ACCESS_KEY', withoutId);
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
  return { endpoint, region: region ?? '', credentials };
}

function regionName(text: string): string {
  if (!/^[a-z0-9-]+$/.test(text)) throw new Rejected(`${JSON.stringify(text)} is no region, such as eu-central-1.`);
  return text;
}

function withoutId(): never {
  throw new Rejected('S3_ACCESS_KEY_ID, to which it belongs, is missing or malformed.');
}

/** Several are valid at once: each endpoint has its own, and while one is rotated, the old one still signs beside the new one. */
function signingSecrets(list: string): string[] {
  const secrets = list.split(',').map((each) => each.trim());
  if (!secrets.every((each) => /^whsec_[\x21-\x7e]+$/.test(each))) {
    throw new Rejected('it is a list of secrets as Stripe shows them, whsec_…, separated by commas.');
  }
  return secrets;
}

/** Real money needs a control store that survives a power cut; PGlite leaves its writes to the operating system. */
function durablyPaid(key: string, { isEmbedded }: { isEmbedded: boolean }): string {
  if (isEmbedded && /^[rs]k_live_/.test(key)) {
    throw new Rejected(
      'a live key moves real money; set OPERATIONAL_URL to a PostgreSQL, for the embedded store may lose its last writes in a power cut.',
    );
  }
  return key;
}

/** Which data folder and warehouse are set, for what needs nothing else. Throws `Rejected` where that is malformed. */
export function readWarehouseConfig(environment: Environment): Pick<Config, 'dataFolder' | 'warehouse'> {
  const settings = new SettingsReader(environment);
  const folder = settings.read('TANTIEME_DATA_DIR', text, DATA_FOLDER) ?? '';
  const warehouse = warehouseConfig(settings, { folder });
  settings.finish();
  return { dataFolder: folder, warehouse: known(warehouse) };
}

/** Undefined where a problem was noted. */
function warehouseConfig(settings: SettingsReader, { folder }: { folder: string }): WarehouseConfig | undefined {
  const stands = settings.read('WAREHOUSE_URL', warehouseAddress, `duckdb:${join(folder, 'warehouse.duckdb')}`);
  const apiEndpoint = settings.read('BIGQUERY_API_ENDPOINT', httpAddress);
  const maximumBytesBilled = settings.read('BIGQUERY_MAXIMUM_BYTES_BILLED', bytes, String(2n ** 40n));
  if (stands === undefined || maximumBytesBilled === undefined) return undefined;
  if (typeof stands === 'string') return { kind: 'duckdb', path: stands };
  return { kind: 'bigquery', address: stands, apiEndpoint, maximumBytesBilled };
}

function warehouseAddress(address: string): string | BigQueryAddress {
  const { kind, rest } = storeAddress('duckdb', 'bigquery')(address);
  return kind === 'bigquery' ? parseBigQueryAddress(address) : rest;
}

function bytes(text: string): bigint {
  if (!/^[1-9]\d{0,17}$/.test(text)) throw new Rejected(`${JSON.stringify(text)} is not a number of bytes.`);
  return BigInt(text);
}

function operationalAddress(address: string): OperationalAddress {
  if (/^postgres(ql)?:/.test(address)) return { kind: 'postgres', url: address };
  // Not repeated in the sentence: it may hold a password.
  const folder = /^pglite:(.+)$/.exec(address)?.[1];
  if (folder === undefined) throw new Rejected('it does not begin with pglite: or postgres:.');
  return { kind: 'pglite', folder: folder === ':memory:' ? undefined : folder };
}

function documents(address: string): string {
  if (address.startsWith('s3:')) throw new Rejected('documents in S3 are not built yet; use file:<folder>.');
  return storeAddress('file')(address).rest;
}

const isOwn = ({ source_id, enabled }: Source): boolean => source_id === OWN_SOURCE && enabled;

function sourcesWithOwn(list: string): readonly Source[] {
  const sources = parseSources(list);
  const placeholders = sources.filter(({ write_key }) => write_key.startsWith('change-me'));
  if (placeholders.length > 0) {
    const names = placeholders.map(({ source_id }) => source_id).join(' and ');
    throw new Rejected(
      `the key of ${names} is the one of .env.example, which everybody knows; set one of your own, such as "openssl rand -hex 16" gives.`,
    );
  }
  if (!sources.some(isOwn)) {
    throw new Rejected(`there must be an enabled source named ${OWN_SOURCE}, through which our own events are sent.`);
  }
  return sources;
}
