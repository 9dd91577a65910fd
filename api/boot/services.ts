import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Source } from '../../ingest/gateway/source.ts';
import { segmentLoader } from '../../ingest/load/segment-loader.ts';
import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { type Emitter, openEmitter } from '../../ingest/outbox/emitter.ts';
import { gatewaySpool } from '../../ingest/spool/gateway-spool.ts';
import { openSpool, spoolFolderIn } from '../../ingest/spool/open-spool.ts';
import type { Services } from '../../jobs/job.ts';
import { openMailer } from '../../jobs/mail/open-mailer.ts';
import { openStripe } from '../../jobs/payouts/rails/stripe/client.ts';
import { recoverRuns } from '../../jobs/run-job.ts';
import { openTaxKeys } from '../../jobs/tax/key-places.ts';
import { documentRenderer } from '../../reports/documents/renderer.ts';
import { deploy } from '../../transforms/engine/deploy.ts';
import type { Clock } from '../../warehouse/clock.ts';
import { assertDiskSpace, isDiskFull, type Stores } from '../../warehouse/disk-space.ts';
import { openDocuments } from '../../warehouse/documents/open-documents.ts';
import { Conflict, InvariantBroken, messageOf, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { lockFolder } from '../../warehouse/folder-lock.ts';
import { randomSecret } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { sharedCounts } from '../../warehouse/operational/attempt-counts.ts';
import { type Operational, openOperational } from '../../warehouse/operational/operational.ts';
import type { StorePlaces } from '../../warehouse/store-sizes.ts';
import { openSignIn, type SignIn } from '../auth/sign-in.ts';
import { removeQueries } from '../queries/query-marts.ts';
import { readAuthSecret } from './auth-secret.ts';
import type { Config } from './config.ts';
import { openWarehouse, removeSpill } from './warehouse.ts';
import type { WarehouseConfig } from './warehouse-config.ts';

export interface OpenServices {
  readonly services: Services;
  readonly sources: readonly Source[];
  readonly signIn: SignIn;
  /** Sets the URL of our own gateway; our own events are sent there unless `dataPlaneUrl` is set. */
  listening(url: string): void;
  close(): Promise<void>;
}

/** Stores that are open and up to date. */
export type OpenStores = Pick<Services, 'operational' | 'warehouse'>;

/** Where time and secrets come from. */
interface Given {
  readonly clock: Clock;
  readonly newSecret?: () => string;
  /** The caller closes them; otherwise those of the configuration are opened. */
  readonly stores?: OpenStores;
}

type Closer = () => Promise<void> | void;

/**
 * Locks the data folder, opens every store and upgrades it to this version. If one cannot be opened, those already open
 * are closed; throws one of the project's four errors, with a message of one sentence.
 */
export async function openServices(config: Config, given: Given): Promise<OpenServices> {
  const closers: Closer[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const opened = await open(config, { ...given, closers });
    return { ...opened, sources: config.sources, close };
  } catch (error) {
    const found = await toUserError(error, config);
    // A damaged store may fail to close too; the caller needs the first error.
    await close().catch(() => undefined);
    throw found;
  }
}

async function open(
  config: Config,
  { clock, newSecret = randomSecret, stores, closers }: Given & { closers: Closer[] },
): Promise<Pick<OpenServices, 'services' | 'listening' | 'signIn'>> {
  closers.push(await lockFolder(config.dataFolder));
  const { operational, warehouse } = stores ?? (await openStores(config, closers));
  await removeQueries(config);
  const spool = await openSpool({ folder: spoolFolderIn(config.dataFolder), clock });
  closers.push(() => spool.close());
  const { emitter, listening: emitTo } = ownEmitter(config);
  closers.push(() => emitter.close());
  const renderer = documentRenderer({ threads: config.renderThreads, documents: config.documents });
  closers.push(() => renderer.close());
  const spillFolder = config.warehouse.kind === 'duckdb' ? config.warehouse.spillFolder : undefined;
  const loader = segmentLoader({ folder: spillFolder });
  closers.push(() => loader.close());
  let url = config.publicUrl;
  const mailer = openMailer(config.mail);
  const pagesUrl = (): string => requirePresent(url, 'Nobody logs in before the server listens.');
  const attempts = config.operational.kind === 'postgres' ? sharedCounts(operational, clock) : undefined;
  const services: Services = {
    clock,
    warehouse,
    operational,
    attempts,
    documents: openDocuments(config.documents),
    renderer,
    spool,
    segmentLoader: loader,
    gatewaySpools: config.gatewayFolders.map((folder) => gatewaySpool(spoolFolderIn(folder))),
    destination: config.destination,
    sources: config.sources,
    s3: config.s3,
    ingestFrom: config.ingestFrom,
    emitter,
    stripe: config.stripe && openStripe(config.stripe),
    mail: { mailer, url: pagesUrl },
    issuerName: config.issuerName,
    brand: config.brand,
    statements: config.statements,
    accountingFile: config.accountingFile,
    bankFile: config.bankFile,
    taxFile: config.taxFile,
    invoiceFile: config.invoiceFile,
    accountHoldMs: config.accountHoldMs,
    accountUrls: config.accountUrls,
    breakGraceMs: config.breakGraceMs,
    comparisonMaxAgeMs: config.comparisonMaxAgeMs,
    missingCurrency: config.missingCurrency,
    instantPayouts: config.instantPayouts,
    destinationCharges: config.destinationCharges,
    payoutLimits: config.payoutLimits,
    payoutPacing: config.payoutPacing,
    taxKeys: config.taxKeyPlaces && openTaxKeys(config.taxKeyPlaces),
    taxOpenedBy: config.taxOpenedBy,
    taxRetentionYears: config.taxRetentionYears,
    retention: config.retention,
    publishing: config.publishing,
    lineage: config.lineage,
    newSecret,
    assertDiskSpace: (work) => assertDiskSpace(work, storesIn(config)),
    storePlaces: storePlacesIn(config),
  };
  await recoverRuns(services, { onlyProcess: config.operational.kind === 'pglite' });
  const signIn = openSignIn({
    ...{ operational, clock, attempts, mailer, url: pagesUrl, sso: config.sso },
    secret: config.authSecret ?? (await readAuthSecret(config.dataFolder)),
  });
  const listening = (address: string): void => {
    url ??= address;
    emitTo(address);
  };
  return { services, listening, signIn };
}

async function openStores(config: Config, closers: Closer[]): Promise<OpenStores> {
  const operational = await openOperational(config.operational);
  closers.push(() => operational.destroy());
  if (!config.acceptsNewWarehouse) await assertNotLost(config.warehouse, operational);
  await removeSpill(config.warehouse);
  const warehouse = await openWarehouse(config.warehouse);
  closers.push(() => warehouse.close());
  await deploy(warehouse, SOURCE_TABLES, { stripeFeeLimits: config.stripeFeeLimits });
  return { operational, warehouse };
}

/** The folders on whose disks long work writes, and the warehouse file. */
function storesIn(config: Config): Stores {
  const { warehouse: file, documents } = storePlacesIn(config);
  const beside = [documents, file && dirname(file)].filter((folder) => folder !== undefined);
  return { folders: [config.dataFolder, ...beside], file };
}

function storePlacesIn({ dataFolder, documents, warehouse, operational }: Config): StorePlaces {
  const isFile = warehouse.kind === 'duckdb' && warehouse.path !== ':memory:';
  return {
    warehouse: isFile ? resolve(warehouse.path) : undefined,
    control: operational.kind === 'pglite' ? operational.folder : undefined,
    documents: documents.kind === 'folder' ? documents.folder : undefined,
    spool: spoolFolderIn(dataFolder),
  };
}

/** A missing warehouse file must not be replaced by an empty one, which would have no record of what was paid. */
async function assertNotLost(config: WarehouseConfig, operational: Operational): Promise<void> {
  if (config.kind !== 'duckdb' || config.path === ':memory:' || existsSync(config.path)) return;
  const [run, batch] = [
    await operational.selectFrom('job_runs').select('run_id').limit(1).executeTakeFirst(),
    await operational.selectFrom('payout_batches').select('batch_id').limit(1).executeTakeFirst(),
  ];
  if (!run && !batch) return;
  throw new Conflict(
    `The warehouse file ${config.path} is missing, although jobs have run with it; restore it from a backup, or correct WAREHOUSE_URL. To start over, set TANTIEME_DATA_DIR to a new folder and OPERATIONAL_URL to an empty store.`,
  );
}

/** Created before the gateway listens, because its port may be chosen only then. */
function ownEmitter({ dataPlaneUrl, ownWriteKey }: Config): Pick<OpenServices, 'listening'> & { emitter: Emitter } {
  const emitterTo = (url: string): Emitter => openEmitter({ dataPlaneUrl: url, writeKey: ownWriteKey });
  let emitter = dataPlaneUrl === undefined ? undefined : emitterTo(dataPlaneUrl);
  return {
    listening: (url) => {
      emitter ??= emitterTo(url);
    },
    emitter: {
      async send(events, acknowledged) {
        if (!emitter) throw new Unavailable('Our own events cannot be sent: the gateway is not listening yet.');
        await emitter.send(events, acknowledged);
      },
      close: () => emitter?.close(),
    },
  };
}

/** An engine's message about a damaged file is long and technical; the user needs the folder and what to do. */
async function toUserError(error: unknown, { dataFolder }: Config): Promise<unknown> {
  const isKnownError = [Rejected, Conflict, Unavailable, InvariantBroken].some((kind) => error instanceof kind);
  if (isKnownError) return error;
  if (await isDiskFull(dataFolder)) {
    return new Unavailable(
      `The data folder ${dataFolder} cannot be used: the disk is full; free some space and try again.`,
      { cause: error },
    );
  }
  return new Conflict(
    `The data folder ${dataFolder} cannot be used: ${messageOf(error).split('\n')[0]}; correct the cause, or restore the folder from a backup.`,
    { cause: error },
  );
}
