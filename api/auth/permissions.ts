import { closePeriod } from '../../jobs/close-period.ts';
import { fetchFromStripe } from '../../jobs/fetch-from-stripe.ts';
import { issueInvoices } from '../../jobs/invoices/issue-invoices.ts';
import { issueStatements } from '../../jobs/issue-statements.ts';
import type { Job } from '../../jobs/job.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { confirmPayouts } from '../../jobs/payouts/confirm-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { exportPayouts } from '../../jobs/payouts/rails/bank/export-payouts.ts';
import { readBankAnswers } from '../../jobs/payouts/rails/bank/read-bank-answers.ts';
import { reversePayout } from '../../jobs/payouts/reverse-payout.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../jobs/reconcile-stripe.ts';
import { replayRejected } from '../../jobs/replay-rejected.ts';
import { restatePeriod } from '../../jobs/restate-period.ts';
import { traceLine } from '../../jobs/trace-line.ts';
import { verifyPeriod } from '../../jobs/verify-period.ts';
import type { Caller, Role } from './keys.ts';

/** What a permission can be granted to: a role of API keys, or the command line of this machine. */
export type Grantee = Role | 'command line';

/** The permissions of the API and who has them. A creator can read only its own rows; see `maySee`. */
export const PERMISSIONS = {
  'statements:read': ['creator', 'finance', 'operator'],
  // Each kind of document also needs the permission of its own; see api/http/documents.ts.
  // All of a period at once.
  'statements:export': ['finance', 'operator'],
  'documents:read': ['creator', 'finance', 'operator'],
  'earnings:read': ['creator', 'finance', 'operator', 'analyst'],
  'periods:read': ['finance', 'operator', 'analyst'],
  'exceptions:read': ['finance', 'operator', 'analyst'],
  'exceptions:acknowledge': ['finance', 'operator'],
  'corrections:read': ['finance', 'operator', 'analyst'],
  // Another person approves than the one who proposes.
  'corrections:decide': ['finance', 'operator'],
  'reconciliations:read': ['finance', 'operator', 'analyst'],
  'journals:read': ['finance', 'operator'],
  'journals:issue': ['finance', 'operator'],
  'invoices:read': ['finance', 'operator'],
  // Agreements, the data of businesses, and who is invoiced.
  'invoices:decide': ['finance', 'operator'],
  // A creator answers its own.
  'invoices:answer': ['creator', 'finance', 'operator'],
  'breaks:decide': ['finance', 'operator'],
  'traces:read': ['finance', 'operator'],
  'marts:read': ['analyst', 'finance', 'operator'],
  'payouts:read': ['finance', 'operator'],
  'payout-accounts:read': ['creator', 'finance', 'operator'],
  // Whoever has an account link can say to which bank Stripe pays.
  'payout-accounts:create': ['finance', 'operator'],
  'payouts:decide': ['finance', 'operator'],
  // Bank files have the account numbers of creators.
  'bank-files:read': ['finance', 'operator'],
  'bank-files:answer': ['finance', 'operator'],
  'tax-years:read': ['finance', 'operator'],
  // Every TIN of a year.
  'tax-years:export': ['finance', 'operator'],
  'tax-years:file': ['finance', 'operator'],
  // A creator gives and sees its own; numbers are masked for everyone.
  'tax-profiles:read': ['creator', 'finance', 'operator'],
  'tax-profiles:set': ['creator', 'finance', 'operator'],
  'tax-profiles:list': ['finance', 'operator'],
  'tax-profiles:decide': ['finance', 'operator'],
  // TINs and dates of birth in full.
  'tax-profiles:reveal': ['operator'],
  'tax-profiles:erase': ['operator'],
  'runs:read': ['finance', 'operator'],
  'jobs:start': ['finance', 'operator'],
  // Whoever can create keys can act as anyone.
  'keys:manage': ['command line'],
} as const satisfies Readonly<Record<string, readonly Grantee[]>>;

export type Permission = keyof typeof PERMISSIONS;

/** The month-end jobs, and the replay of what they found in the quarantine. Finance may start only these; an operator may start any job. */
const FINANCE_JOBS: readonly Pick<Job, 'name'>[] = [
  closePeriod,
  issueStatements,
  issueInvoices,
  planPayouts,
  approvePayouts,
  sendPayouts,
  exportPayouts,
  readBankAnswers,
  pullFromStripe,
  confirmPayouts,
  reversePayout,
  fetchFromStripe,
  reconcileStripe,
  replayRejected,
  verifyPeriod,
  restatePeriod,
  traceLine,
];

const financeJobs: ReadonlySet<string> = new Set(FINANCE_JOBS.map(({ name }) => name));

export function hasPermission({ role, isCommandLine }: Caller, permission: Permission): boolean {
  const grantees: readonly Grantee[] = PERMISSIONS[permission];
  return grantees.includes(role) || (isCommandLine && grantees.includes('command line'));
}

/** The roles that may start this job. */
export function startersOf({ name }: Pick<Job, 'name'>): readonly Role[] {
  return PERMISSIONS['jobs:start'].filter((role) => role !== 'finance' || financeJobs.has(name));
}
