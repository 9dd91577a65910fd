import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { creatorExists, unknownCreator } from '../../jobs/creators.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { postings } from '../../transforms/marts/postings.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { callerOf } from '../auth/authenticate.ts';
import { assertMaySee } from './may-see.ts';
import { readPage } from './pagination.ts';
import { Count, CreatorId, PageQuery, PeriodText, pageOf, rowOf } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'creator-ledger.queries.sql', {
  balances_by_account: ['creator_id', 'period'],
  payout_accounts_reported: ['creator_id'],
});

const Params = Type.Object({ creator_id: CreatorId });
const LAST_PERIOD = '9999-12';

const AccountBalance = exactly(
  {
    account: Type.String(),
    currency: Type.String(),
    balance_amount: Type.String({ description: 'Exact; debits are positive, so what is owed is negative.' }),
    posting_count: Count,
  },
  'What stands on an account in the name of the creator.',
);

const ReportedAccount = exactly(
  { account_id_stripe: Type.String(), first_reported_at: Type.String({ format: 'date-time' }) },
  'A payout account of a creator.',
);

/** What the ledger has in the name of a creator, for staff: its balance by account, its postings, and its payout accounts so far. */
export const creatorLedgerRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { warehouse } = services;

  app.get(
    '/creators/:creator_id/ledger-accounts',
    {
      config: { permission: 'creators:list' },
      schema: {
        operationId: 'listCreatorAccounts',
        tags: ['creators'],
        summary: 'The balance of each account of the ledger in the name of a creator, at the end of a period or now',
        params: Params,
        querystring: exactly({ period: Type.Optional(PeriodText) }, 'At the end of which period; otherwise of all.'),
        response: { 200: exactly({ data: Type.Array(AccountBalance) }, 'By account and currency.') },
      },
    },
    async ({ params: { creator_id }, query: { period = LAST_PERIOD } }) => {
      const data = await warehouse.query<Static<typeof AccountBalance> & ValueRow>(
        ...QUERIES.balances_by_account(creator_id, period),
      );
      if (data.length === 0) await requireCreator(services, creator_id);
      return { data };
    },
  );

  app.get(
    '/creators/:creator_id/postings',
    {
      config: { permission: 'creators:list' },
      schema: {
        operationId: 'listCreatorPostings',
        tags: ['creators'],
        summary: 'The postings in the name of a creator, in a period or all',
        params: Params,
        querystring: exactly({ period: Type.Optional(PeriodText), ...PageQuery }, 'A filter for postings.'),
        response: { 200: pageOf(rowOf(postings)) },
      },
    },
    async ({ params: { creator_id }, query: { period, limit, cursor } }) => {
      const page = await readPage(warehouse, {
        ...{ table: postings, where: { account_owner_id: creator_id, period }, limit, cursor },
        orderBy: ['period', 'journal_id', 'account', 'currency'],
      });
      if (page.data.length === 0) await requireCreator(services, creator_id);
      return page;
    },
  );

  app.get(
    '/creators/:creator_id/payout-account/history',
    {
      config: { permission: 'payout-accounts:read' },
      schema: {
        operationId: 'listReportedPayoutAccounts',
        tags: ['payout-accounts'],
        summary: 'The accounts at Stripe that were reported of a creator, the newest first',
        params: Params,
        response: { 200: exactly({ data: Type.Array(ReportedAccount) }, 'Each account once.') },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      const data = await warehouse.query<Static<typeof ReportedAccount> & ValueRow>(
        ...QUERIES.payout_accounts_reported(creator_id),
      );
      return { data };
    },
  );
};

async function requireCreator({ warehouse }: Services, creatorId: string): Promise<void> {
  if (!(await creatorExists(warehouse, creatorId))) throw unknownCreator(creatorId);
}
