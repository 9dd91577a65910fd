import { closePeriod } from '../../jobs/close-period.ts';
import { fetchFromStripe } from '../../jobs/fetch-from-stripe.ts';
import { issueStatements } from '../../jobs/issue-statements.ts';
import type { Job } from '../../jobs/job.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../jobs/reconcile-stripe.ts';
import { verifyPeriod } from '../../jobs/verify-period.ts';
import type { Caller, Role } from './keys.ts';

/** Who a permission can be given to: a role of keys, or the command line of this machine. */
export type Grantee = Role | 'command line';

/** What can be done through the API, and by whom. A creator reads its own rows alone; see `maySee`. */
export const PERMISSIONS = {
  'statements:read': ['creator', 'finance', 'operator'],
  'earnings:read': ['creator', 'finance', 'operator', 'analyst'],
  'periods:read': ['finance', 'operator', 'analyst'],
  'reconciliations:read': ['finance', 'operator', 'analyst'],
  'marts:read': ['analyst', 'finance', 'operator'],
  'payouts:read': ['finance', 'operator'],
  'runs:read': ['finance', 'operator'],
  'jobs:start': ['finance', 'operator'],
  // Whoever can create keys can act as anyone.
  'keys:manage': ['command line'],
} as const satisfies Readonly<Record<string, readonly Grantee[]>>;

export type Permission = keyof typeof PERMISSIONS;

/** The jobs of a month's end. Finance may start these, an operator any. */
const FINANCE_JOBS: readonly Pick<Job, 'name'>[] = [
  closePeriod,
  issueStatements,
  planPayouts,
  approvePayouts,
  sendPayouts,
  pullFromStripe,
  fetchFromStripe,
  reconcileStripe,
  verifyPeriod,
];

const financeJobs: ReadonlySet<string> = new Set(FINANCE_JOBS.map(({ name }) => name));

export function hasPermission({ role, isCommandLine }: Caller, permission: Permission): boolean {
  const grantees: readonly Grantee[] = PERMISSIONS[permission];
  return grantees.includes(role) || (isCommandLine && grantees.includes('command line'));
}

/** Of those who may start jobs at all, who may start this one. */
export function startersOf({ name }: Pick<Job, 'name'>): readonly Role[] {
  return PERMISSIONS['jobs:start'].filter((role) => role !== 'finance' || financeJobs.has(name));
}
