import type { MenuEntry, OpenPage, Page } from './page.ts';
import { account } from './pages/account.ts';
import { CREATOR_MENU, CREATOR_PAGES } from './pages/creator.ts';
import { dashboard, dashboards } from './pages/dashboards.ts';
import { DEVELOPER_MENU, DEVELOPER_PAGES } from './pages/developer.ts';
import { apiReference, apiSubject } from './pages/docs/api-reference.ts';
import { docs } from './pages/docs/docs.ts';
import { event, events } from './pages/docs/events.ts';
import { guide } from './pages/docs/guides.ts';
import { mart, marts } from './pages/docs/marts.ts';
import { apps } from './pages/finance/apps.ts';
import { audit } from './pages/finance/audit.ts';
import { bankFiles } from './pages/finance/bank-files.ts';
import { billing } from './pages/finance/billing.ts';
import { breakPage, breaks } from './pages/finance/breaks.ts';
import { corrections } from './pages/finance/corrections.ts';
import { creator } from './pages/finance/creator.ts';
import { creators } from './pages/finance/creators.ts';
import { allDocuments, documents } from './pages/finance/documents.ts';
import { exception, exceptions } from './pages/finance/exceptions.ts';
import { invoices } from './pages/finance/invoices.ts';
import { journal } from './pages/finance/journal.ts';
import { month, months } from './pages/finance/months.ts';
import { payouts } from './pages/finance/payouts.ts';
import { people } from './pages/finance/people.ts';
import { postings } from './pages/finance/postings.ts';
import { retention } from './pages/finance/retention.ts';
import { taxYear } from './pages/finance/tax.ts';
import { trace } from './pages/finance/trace.ts';
import { home } from './pages/home.ts';
import { keys } from './pages/keys.ts';
import { notices } from './pages/notices.ts';
import { job, jobs } from './pages/operator/jobs.ts';
import { operations } from './pages/operator/operations.ts';
import { quarantine, quarantinedEvent } from './pages/operator/quarantine.ts';
import { run, runs } from './pages/operator/runs.ts';
import { figures } from './pages/public/figures.ts';
import { status } from './pages/public/status.ts';
import { terms } from './pages/public/terms.ts';
import { secondFactor } from './pages/second-factor.ts';

/** Every page for those who are logged in. */
export const PAGES: readonly Page[] = [
  ...[home, account, secondFactor, keys, notices, ...CREATOR_PAGES, ...DEVELOPER_PAGES],
  ...[months, month, exceptions, exception, payouts, breaks, breakPage, documents],
  ...[allDocuments, journal, invoices, billing, bankFiles],
  ...[corrections, creators, creator, postings, trace, taxYear, retention, audit, people, apps],
  ...[operations, jobs, job, runs, run, quarantine, quarantinedEvent],
  ...[marts, mart, dashboards, dashboard],
];

/** The pages for everybody. */
export const OPEN_PAGES: readonly OpenPage[] = [
  ...[terms, figures, status, docs, guide],
  ...[apiReference, apiSubject, events, event],
];

/** The menu, in its order: what is decided, what is looked up, figures, operations, access. Everyone sees the places that are theirs. */
export const MENU: readonly MenuEntry[] = [
  ...CREATOR_MENU,
  ...DEVELOPER_MENU,
  { path: '/months', permission: 'runs:read', audience: 'staff', label: ({ finance }) => finance.menu.months },
  {
    path: '/corrections',
    permission: 'corrections:read',
    audience: 'staff',
    label: ({ finance }) => finance.menu.corrections,
  },
  { path: '/bank-files', permission: 'payouts:read', audience: 'staff', label: ({ payouts }) => payouts.bank.menu },
  { path: '/tax', permission: 'tax-years:read', audience: 'staff', label: ({ finance }) => finance.menu.tax },
  {
    path: '/documents',
    permission: 'statements:export',
    audience: 'staff',
    label: ({ issue }) => issue.documents.all,
  },
  {
    path: '/retention',
    permission: 'retention:read',
    audience: 'staff',
    label: ({ retention: texts }) => texts.title,
  },
  { path: '/creators', permission: 'creators:list', audience: 'staff', label: ({ finance }) => finance.menu.creators },
  { path: '/trace', permission: 'traces:read', audience: 'staff', label: ({ finance }) => finance.menu.trace },
  {
    path: '/dashboards',
    permission: 'dashboards:read',
    audience: 'staff',
    label: ({ dashboards }) => dashboards.title,
  },
  { path: '/docs/marts', permission: 'marts:read', audience: 'staff', label: ({ docs: texts }) => texts.marts.menu },
  {
    path: '/operations',
    permission: 'stores:read',
    audience: 'staff',
    label: ({ operator }) => operator.menu.operations,
  },
  { path: '/jobs', permission: 'runs:read', audience: 'staff', label: ({ operator }) => operator.menu.jobs },
  {
    path: '/quarantine',
    permission: 'quarantine:read',
    audience: 'staff',
    label: ({ operator }) => operator.menu.quarantine,
  },
  { path: '/audit', permission: 'audit:read', audience: 'staff', label: ({ finance }) => finance.menu.audit },
  { path: '/people', permission: 'people:manage', audience: 'staff', label: ({ finance }) => finance.menu.people },
  { path: '/apps', permission: 'apps:manage', audience: 'staff', label: ({ apps }) => apps.admin.title },
  { path: '/keys', permission: 'keys:own', label: (words) => words.keys.menu },
];
