import { NotFound } from '../warehouse/errors.ts';
import { buildPeriod } from './build-period.ts';
import { closePeriod } from './close-period.ts';
import { deleteAppAccess } from './delete-app-access.ts';
import { fetchFromStripe } from './fetch-from-stripe.ts';
import { importStripeReport } from './import-stripe-report.ts';
import { ingestFiles } from './ingest-files.ts';
import { issueInvoices } from './invoices/issue-invoices.ts';
import { issueStatements } from './issue-statements.ts';
import type { Job } from './job.ts';
import { loadEvents } from './load-events.ts';
import { sendNotices } from './notices/send-notices.ts';
import { approvePayouts } from './payouts/approve-payouts.ts';
import { confirmPayouts } from './payouts/confirm-payouts.ts';
import { requestInstantPayouts } from './payouts/instant/request-instant-payouts.ts';
import { planPayouts } from './payouts/plan-payouts.ts';
import { exportPayouts } from './payouts/rails/bank/export-payouts.ts';
import { readBankAnswers } from './payouts/rails/bank/read-bank-answers.ts';
import { resolveBankFile } from './payouts/rails/bank/resolve-file.ts';
import { reversePayout } from './payouts/reverse-payout.ts';
import { sendPayouts } from './payouts/send-payouts.ts';
import { cancelLongQueries } from './publish-marts/cancel-long-queries.ts';
import { publishMarts } from './publish-marts/publish-marts.ts';
import { pullFromStripe } from './pull-from-stripe.ts';
import { reconcileStripe } from './reconcile-stripe.ts';
import { replayRejected } from './replay-rejected.ts';
import { restatePeriod } from './restate-period.ts';
import { deleteExpiredRecords } from './retention/delete-expired-records.ts';
import { eraseTaxProfiles } from './tax/erase-profiles.ts';
import { fileTaxForm } from './tax/file-tax-form.ts';
import { rotateTaxKeys } from './tax/rotate-keys.ts';
import { traceLine } from './trace-line.ts';
import { verifyPeriod } from './verify-period.ts';

/** Every job that can be run by its name, in the order in which a month needs them. */
export const JOBS_BY_NAME = {
  'load-events': loadEvents,
  'build-period': buildPeriod,
  'close-period': closePeriod,
  'issue-statements': issueStatements,
  'issue-invoices': issueInvoices,
  'plan-payouts': planPayouts,
  'approve-payouts': approvePayouts,
  'send-payouts': sendPayouts,
  'request-instant-payouts': requestInstantPayouts,
  'export-payouts': exportPayouts,
  'read-bank-answers': readBankAnswers,
  'resolve-bank-file': resolveBankFile,
  'pull-stripe': pullFromStripe,
  'confirm-payouts': confirmPayouts,
  'reverse-payout': reversePayout,
  'fetch-from-stripe': fetchFromStripe,
  'reconcile-stripe': reconcileStripe,
  'verify-period': verifyPeriod,
  'restate-period': restatePeriod,
  'trace-line': traceLine,
  'publish-marts': publishMarts,
  'cancel-long-queries': cancelLongQueries,
  'replay-rejected': replayRejected,
  'ingest-files': ingestFiles,
  'import-stripe-report': importStripeReport,
  'file-tax-form': fileTaxForm,
  'rotate-tax-keys': rotateTaxKeys,
  'erase-tax-profiles': eraseTaxProfiles,
  'send-notices': sendNotices,
  'delete-app-access': deleteAppAccess,
  'delete-expired-records': deleteExpiredRecords,
} satisfies Readonly<Record<string, Job>>;

export type JobName = keyof typeof JOBS_BY_NAME;

export const JOBS: readonly Job[] = Object.values(JOBS_BY_NAME);

/** The job with this name. Throws `NotFound` with the names of all jobs. */
export function requireJob(name: string): Job {
  if (Object.hasOwn(JOBS_BY_NAME, name)) return JOBS_BY_NAME[name as JobName];
  throw new NotFound(`There is no job ${JSON.stringify(name)}; the jobs are ${Object.keys(JOBS_BY_NAME).join(', ')}.`);
}
