import { setTimeout as wait } from 'node:timers/promises';
import { type Dialect, Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Conflict, messageOf, Unavailable } from '../errors.ts';
import { NAMES_ACT } from './acts.ts';
import * as controlTables from './migrations/0001-control-tables.ts';
import * as webhookInbox from './migrations/0002-webhook-inbox.ts';
import * as interruptedRuns from './migrations/0003-interrupted-runs.ts';
import * as exceptionAcknowledgements from './migrations/0004-exception-acknowledgements.ts';
import * as corrections from './migrations/0005-corrections.ts';
import * as breaks from './migrations/0006-breaks.ts';
import * as payoutLife from './migrations/0007-payout-life.ts';
import * as payoutAccounts from './migrations/0008-payout-accounts.ts';
import * as payoutDecisions from './migrations/0009-payout-decisions.ts';
import * as payoutReversals from './migrations/0010-payout-reversals.ts';
import * as payoutLineAccounts from './migrations/0011-payout-line-accounts.ts';
import * as taxProfiles from './migrations/0012-tax-profiles.ts';
import * as documents from './migrations/0013-documents.ts';
import * as bankFiles from './migrations/0014-bank-files.ts';
import * as invoices from './migrations/0015-invoices.ts';
import * as issuersOfDocuments from './migrations/0016-issuers-of-documents.ts';
import * as people from './migrations/0017-people.ts';
import * as ownKeys from './migrations/0018-own-keys.ts';
import * as passkeysAndNotices from './migrations/0019-passkeys-and-notices.ts';
import * as apps from './migrations/0020-apps.ts';
import * as taxAndInvoices from './migrations/0021-tax-and-invoices.ts';
import * as invoiceSequences from './migrations/0022-invoice-sequences.ts';
import * as sealedBillingProfiles from './migrations/0023-sealed-billing-profiles.ts';
import * as ownersAndStops from './migrations/0024-owners-and-stops.ts';
import * as instantPayouts from './migrations/0025-instant-payouts.ts';
import * as retention from './migrations/0026-retention.ts';
import * as payers from './migrations/0027-payers.ts';
import * as attemptCounts from './migrations/0028-attempt-counts.ts';
import * as auditChanges from './migrations/0029-audit-changes.ts';
import * as keyedAuditHashes from './migrations/0030-keyed-audit-hashes.ts';
import type { OperationalTables } from './schema.ts';

/** The control store: people, their passkeys and notices, API keys, apps, job runs, acknowledged exceptions, breaks, corrections, documents, invoices, payout accounts, tax profiles, bank accounts and files, and payouts in progress. */
export type Operational = Kysely<OperationalTables>;

/** In the order in which they are applied; a released migration is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-control-tables': controlTables,
  '0002-webhook-inbox': webhookInbox,
  '0003-interrupted-runs': interruptedRuns,
  '0004-exception-acknowledgements': exceptionAcknowledgements,
  '0005-corrections': corrections,
  '0006-breaks': breaks,
  '0007-payout-life': payoutLife,
  '0008-payout-accounts': payoutAccounts,
  '0009-payout-decisions': payoutDecisions,
  '0010-payout-reversals': payoutReversals,
  '0011-payout-line-accounts': payoutLineAccounts,
  '0012-tax-profiles': taxProfiles,
  '0013-documents': documents,
  '0014-bank-files': bankFiles,
  '0015-invoices': invoices,
  '0016-issuers-of-documents': issuersOfDocuments,
  '0017-people': people,
  '0018-own-keys': ownKeys,
  '0019-passkeys-and-notices': passkeysAndNotices,
  '0020-apps': apps,
  '0021-tax-and-invoices': taxAndInvoices,
  '0022-invoice-sequences': invoiceSequences,
  '0023-sealed-billing-profiles': sealedBillingProfiles,
  '0024-owners-and-stops': ownersAndStops,
  '0025-instant-payouts': instantPayouts,
  '0026-retention': retention,
  '0027-payers': payers,
  '0028-attempt-counts': attemptCounts,
  '0029-audit-changes': auditChanges,
  '0030-keyed-audit-hashes': keyedAuditHashes,
};

/** The first migration of the versions before stored names were changed for good; see CHANGELOG.md. */
const BEFORE_RENAMING = '0001-first-tables';

export type OperationalAddress =
  | { readonly kind: 'pglite'; readonly folder: string | undefined }
  | { readonly kind: 'postgres'; readonly url: string };

/** Opens the store and migrates its tables to this version. Without a folder, PGlite stores everything in memory. */
export async function openOperational(address: OperationalAddress): Promise<Operational> {
  const db = new Kysely<OperationalTables>({ dialect: await dialectOf(address), plugins: [NAMES_ACT] });
  try {
    await migrate(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** The engine that is not set is not loaded. */
async function dialectOf(address: OperationalAddress): Promise<Dialect> {
  if (address.kind === 'pglite') return (await import('./pglite.ts')).openPglite(address.folder);
  return (await import('./postgres.ts')).openPostgres(address.url);
}

/** The timeout of the probe; Kubernetes waits one second for its probes. */
const LONGEST_PROBE_MS = 750;

/** Why the control store cannot be used now, as a sentence; null if it can. */
export async function probeOperational(db: Operational): Promise<string | null> {
  const late = new AbortController();
  const answer = sql`select 1`.execute(db).then(() => null, messageOf);
  const silence = wait(LONGEST_PROBE_MS, 'The control store does not respond.', { signal: late.signal }).catch(
    () => null,
  );
  return Promise.race([answer, silence]).finally(() => late.abort());
}

async function migrate(db: Operational): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  const [, other] = /previously executed migration (\S+) is missing/.exec(messageOf(error)) ?? [];
  if (other === BEFORE_RENAMING) {
    throw new Conflict(
      'The control store cannot be used: it is from a version whose tables and columns had other names. Start with an empty data folder and an empty store, and ingest the events again.',
    );
  }
  if (other !== undefined) {
    throw new Conflict(
      `The control store cannot be used: a newer version of Tantieme prepared it (its migration ${other}); use that version.`,
    );
  }
  throw new Unavailable(
    `The control store could not be brought up to date: ${messageOf(error)}; mend that and start again, or restore it from a backup.`,
  );
}
