import { buildPeriod } from '../../jobs/build-period.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import { fetchFromStripe } from '../../jobs/fetch-from-stripe.ts';
import { issueInvoices } from '../../jobs/invoices/issue-invoices.ts';
import { issueStatements } from '../../jobs/issue-statements.ts';
import type { Job } from '../../jobs/job.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { confirmPayouts } from '../../jobs/payouts/confirm-payouts.ts';
import { requestInstantPayouts } from '../../jobs/payouts/instant/request-instant-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { exportPayouts } from '../../jobs/payouts/rails/bank/export-payouts.ts';
import { readBankAnswers } from '../../jobs/payouts/rails/bank/read-bank-answers.ts';
import { resolveBankFile } from '../../jobs/payouts/rails/bank/resolve-file.ts';
import { reversePayout } from '../../jobs/payouts/reverse-payout.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { publishMarts } from '../../jobs/publish-marts/publish-marts.ts';
import { pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../jobs/reconcile-stripe.ts';
import { replayRejected } from '../../jobs/replay-rejected.ts';
import { restatePeriod } from '../../jobs/restate-period.ts';
import { fileTaxForm } from '../../jobs/tax/file-tax-form.ts';
import { traceLine } from '../../jobs/trace-line.ts';
import { verifyPeriod } from '../../jobs/verify-period.ts';
import type { BiRole } from '../../warehouse/published/published-table.ts';
import { OUTSIDE_ROLES, ROLES, type Role } from './roles.ts';

/** What a permission can be granted to: a role of people or API keys, or the command line of this machine. */
type Grantee = Role | 'command line';

/** The permissions of the API and who has them. A creator can read only its own rows; see `maySee`. */
export const PERMISSIONS = {
  'statements:read': ['creator', 'finance', 'approver', 'operator'],
  // Each kind of document also needs the permission of its own; see api/http/documents.ts.
  // All of a period at once.
  'statements:export': ['finance', 'approver', 'operator'],
  'documents:read': ['creator', 'developer', 'finance', 'approver', 'operator'],
  // How long documents and bank files are kept, and legal holds.
  'retention:read': ['finance', 'operator'],
  'retention:hold': ['finance', 'operator'],
  'earnings:read': ['creator', 'finance', 'approver', 'operator', 'analyst'],
  'consents:read': ['creator', 'finance', 'approver', 'operator'],
  // A revocation is for good; a creator revokes its own, as a person, not by a key.
  'consents:revoke': ['creator', 'operator'],
  'creators:list': ['finance', 'approver', 'operator', 'analyst'],
  'periods:read': ['finance', 'approver', 'operator', 'analyst'],
  'exceptions:read': ['finance', 'approver', 'operator', 'analyst'],
  'exceptions:acknowledge': ['finance', 'operator'],
  'corrections:read': ['finance', 'approver', 'operator', 'analyst'],
  // Another person approves than the one who proposes.
  'corrections:decide': ['finance', 'approver', 'operator'],
  'reconciliations:read': ['finance', 'approver', 'operator', 'analyst'],
  'journals:read': ['finance', 'operator'],
  'journals:issue': ['finance', 'operator'],
  // What a developer used, bought and paid, and the events that name it. A developer reads its own.
  'developers:read': ['developer', 'finance', 'operator'],
  // A developer reads the invoices to it, a creator those in its name.
  'invoices:read': ['creator', 'developer', 'finance', 'operator'],
  // Who is invoiced for a month and who is not, the data of businesses, and what creators have agreed to.
  'invoices:list': ['finance', 'operator'],
  // Agreements, the data of businesses, and who is invoiced.
  'invoices:decide': ['finance', 'operator'],
  // A creator answers its own.
  'invoices:answer': ['creator', 'finance', 'operator'],
  'breaks:decide': ['finance', 'operator'],
  'traces:read': ['finance', 'approver', 'operator'],
  'marts:read': ['analyst', 'finance', 'approver', 'operator'],
  // Columns that tell who somebody is or where they are paid.
  'marts:read-personal': ['finance', 'approver', 'operator'],
  // SQL on the published marts; those without the permission above see them without personal columns.
  'marts:query': ['analyst', 'finance', 'operator'],
  'dashboards:read': ['analyst', 'finance', 'approver', 'operator'],
  'payouts:read': ['finance', 'approver', 'operator'],
  'payout-accounts:read': ['creator', 'finance', 'approver', 'operator'],
  // Whoever has an account link can say to which bank Stripe pays. A creator has those of its own account, as a person, not by a key.
  'payout-accounts:create': ['creator', 'finance', 'operator'],
  'payouts:decide': ['finance', 'approver', 'operator'],
  // Bank files have the account numbers of creators.
  'bank-files:read': ['finance', 'operator'],
  'bank-files:answer': ['finance', 'operator'],
  'tax-years:read': ['finance', 'operator'],
  // Every TIN of a year.
  'tax-years:export': ['finance', 'operator'],
  // A creator gives and sees its own; numbers are masked for everyone.
  'tax-profiles:read': ['creator', 'finance', 'operator'],
  'tax-profiles:set': ['creator', 'finance', 'operator'],
  'tax-profiles:list': ['finance', 'operator'],
  'tax-profiles:decide': ['finance', 'operator'],
  // TINs and dates of birth in full.
  'tax-profiles:reveal': ['operator'],
  'tax-profiles:erase': ['operator'],
  'runs:read': ['finance', 'approver', 'operator'],
  'jobs:start': ['finance', 'approver', 'operator'],
  // Keys of one's own, which can do no more than oneself. With a session: a key makes no keys.
  'keys:own': ['creator', 'developer', 'finance', 'analyst', 'operator', 'admin', 'command line'],
  // Sizes, free disk space and what waits to be loaded.
  'stores:read': ['operator'],
  // Events as they were sent, whatever is in them.
  'quarantine:read': ['finance', 'operator'],
  // Whoever can create keys can act as anyone.
  'keys:manage': ['admin', 'command line'],
  'people:manage': ['admin', 'command line'],
  // Which apps of partners people can let in.
  'apps:manage': ['admin', 'command line'],
  // What somebody has allowed apps; its own only.
  'app-consents:manage': ['creator', 'developer'],
  // Everybody's own: language, notices, passkeys.
  'account:manage': ROLES,
  // Who acts for a creator.
  'members:read': ['creator', 'finance', 'operator'],
  'members:manage': ['creator'],
  'audit:read': ['admin', 'finance', 'operator'],
} as const satisfies Readonly<Record<string, readonly Grantee[]>>;

export type Permission = keyof typeof PERMISSIONS;

/** The month-end jobs, the replay of what they found in the quarantine, and tax forms. Finance may start only these; an operator may start any job. */
const FINANCE_JOBS: readonly Pick<Job, 'name'>[] = [
  loadEvents,
  buildPeriod,
  closePeriod,
  issueStatements,
  issueInvoices,
  planPayouts,
  approvePayouts,
  sendPayouts,
  requestInstantPayouts,
  exportPayouts,
  readBankAnswers,
  resolveBankFile,
  pullFromStripe,
  confirmPayouts,
  reversePayout,
  fetchFromStripe,
  reconcileStripe,
  replayRejected,
  verifyPeriod,
  restatePeriod,
  traceLine,
  fileTaxForm,
  publishMarts,
];

const namesOf = (jobs: readonly Pick<Job, 'name'>[]): ReadonlySet<string> => new Set(jobs.map(({ name }) => name));

/** The jobs that a role may start; any other role with `jobs:start` may start all. */
const JOBS_OF: Readonly<Partial<Record<Role, ReadonlySet<string>>>> = {
  finance: namesOf(FINANCE_JOBS),
  approver: namesOf([approvePayouts, resolveBankFile]),
};

/** What a person may do only in a session in which it gave a second factor: whatever moves money, opens numbers, or lets others in. */
const VERIFIED: ReadonlySet<Permission> = new Set<Permission>([
  'payouts:decide',
  'corrections:decide',
  'payout-accounts:create',
  'bank-files:read',
  'bank-files:answer',
  'tax-years:export',
  'tax-profiles:reveal',
  'tax-profiles:decide',
  'tax-profiles:erase',
  'retention:hold',
  'keys:manage',
  'people:manage',
  'apps:manage',
  'members:manage',
]);
const VERIFIED_JOBS = namesOf([
  approvePayouts,
  sendPayouts,
  requestInstantPayouts,
  exportPayouts,
  readBankAnswers,
  resolveBankFile,
  reversePayout,
  fileTaxForm,
]);

/** What a caller may do by its roles, and of that only its scopes, if it has any. */
interface Granted {
  readonly kind: string;
  readonly roles: readonly Role[];
  readonly scopes?: readonly Permission[];
  /** Of a key: the person who made it. */
  readonly madeBy?: object;
}

/** What no key does, whatever its roles. */
const OF_PEOPLE: ReadonlySet<Permission> = new Set<Permission>(['keys:own', 'account:manage']);

/** What a key that somebody outside has made does only if it has the scope, for which its maker gave a second factor: it decides what tax is withheld. */
const BY_SCOPE_ONLY: ReadonlySet<Permission> = new Set<Permission>(['tax-profiles:set']);

const isOutside = (role: Role | undefined): boolean => role !== undefined && OUTSIDE_ROLES.includes(role);

const isByScopeOnly = (role: Role | undefined, permission: Permission): boolean =>
  isOutside(role) && BY_SCOPE_ONLY.has(permission);

export function hasPermission({ kind, roles, scopes, madeBy }: Granted, permission: Permission): boolean {
  if (scopes ? !scopes.includes(permission) : madeBy && isByScopeOnly(roles[0], permission)) return false;
  if (kind === 'key' && OF_PEOPLE.has(permission)) return false;
  const grantees: readonly Grantee[] = PERMISSIONS[permission];
  return (
    roles.some((role) => grantees.includes(role)) || (kind === 'command line' && grantees.includes('command line'))
  );
}

/** As which role of BI tools a caller sees the marts. */
export const biRoleOf = (caller: Granted): BiRole =>
  hasPermission(caller, 'marts:read-personal') ? 'finance' : 'analyst';

/** What a key of this role can be allowed; what needs a second factor of those outside, they do themselves. */
export function scopesOf(role: Role): readonly Permission[] {
  return (Object.keys(PERMISSIONS) as Permission[]).filter(
    (each) => hasPermission({ kind: 'key', roles: [role] }, each) && !(isOutside(role) && VERIFIED.has(each)),
  );
}

/** Whether whoever makes a key of this role with these scopes must give a second factor: for what a person needs one for, or what a key does by scope only. */
export function keyNeedsSecondFactor(role: Role, scopes?: readonly Permission[]): boolean {
  const startsVerified = [...VERIFIED_JOBS].some((name) => JOBS_OF[role]?.has(name) ?? true);
  const isVerified = (each: Permission) => VERIFIED.has(each) || (each === 'jobs:start' && startsVerified);
  // Without scopes it has none of the latter.
  if (!scopes) return scopesOf(role).some(isVerified);
  return scopes.some((each) => isVerified(each) || isByScopeOnly(role, each));
}

/** The roles that may start this job. */
export function startersOf({ name }: Pick<Job, 'name'>): readonly Role[] {
  return PERMISSIONS['jobs:start'].filter((role) => JOBS_OF[role]?.has(name) ?? true);
}

/** Whether one of the roles may start this job. */
export const mayStart = ({ roles }: Pick<Granted, 'roles'>, job: Pick<Job, 'name'>): boolean =>
  startersOf(job).some((role) => roles.includes(role));

/** Whether a person must give a second factor before: for a permission, or for a job that it may start. */
export function needsSecondFactor(what: { readonly permission: Permission } | { readonly job: string }): boolean {
  return 'job' in what ? VERIFIED_JOBS.has(what.job) : VERIFIED.has(what.permission);
}
