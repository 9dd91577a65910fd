import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { creatorExists, unknownCreator } from '../../jobs/creators.ts';
import type { Services } from '../../jobs/job.ts';
import { LINE_STATES } from '../../jobs/payouts/payout-life.ts';
import { payoutsOfCreator } from '../../jobs/payouts/payouts-of-creator.ts';
import { exactly } from '../../reports/exactly.ts';
import { balances } from '../../transforms/marts/balances.ts';
import { payouts } from '../../transforms/marts/payouts.ts';
import { royalties } from '../../transforms/marts/royalties.ts';
import { stgRudderCreators } from '../../transforms/staging/stg_rudder__creators.ts';
import type { Row, Table } from '../../warehouse/vocabulary/tables.ts';
import { callerOf } from '../auth/authenticate.ts';
import { seesOwnOnly } from '../auth/caller.ts';
import { assertMaySee } from './may-see.ts';
import { cutPage, type Page, parseCursor, readPage } from './pagination.ts';
import { CreatorId, MinorUnits, NullableText, PageQuery, PeriodText, pageOf, rowOf } from './schemas.ts';

const ListQuery = exactly({ ...PageQuery }, 'A page of creators.');
const Params = Type.Object({ creator_id: CreatorId });
const Query = exactly({ period: Type.Optional(PeriodText), ...PageQuery }, 'A filter for rows.');
const Id = Type.Optional(Type.String({ minLength: 1, maxLength: 1000 }));
const RoyaltyQuery = exactly({ ...Query.properties, asset_id: Id, terms_id: Id }, 'A filter for rows.');

const CurrentPayout = exactly(
  {
    payout_id: Type.String(),
    period: PeriodText,
    currency: Type.String(),
    amount_minor: MinorUnits,
    account_id_stripe: NullableText,
    state: Type.Enum([...LINE_STATES]),
    reason: {
      ...NullableText,
      description:
        'Why there is none, or why it is held, cancelled or failed: a word; null if nothing stands in its way.',
    },
    transfer_id_stripe: NullableText,
    planned_at: Type.String({ format: 'date-time' }),
    changed_at: Type.String({ format: 'date-time', description: 'When its last step was taken.' }),
  },
  'A payout to a creator, or the reason why a balance is not paid.',
);

/** The earnings and payouts of one creator, from the marts. A period may change until it is closed. */
export const creatorRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/creators',
    {
      config: { permission: 'creators:list' },
      schema: {
        operationId: 'listCreators',
        tags: ['creators'],
        summary: 'All creators who have signed up, by id',
        querystring: ListQuery,
        response: { 200: pageOf(rowOf(stgRudderCreators)) },
      },
    },
    async ({ query: { limit, cursor } }) =>
      readPage(services.warehouse, { table: stgRudderCreators, where: {}, orderBy: ['creator_id'], limit, cursor }),
  );

  app.get(
    '/creators/:creator_id/royalties',
    {
      config: { permission: 'earnings:read' },
      schema: {
        operationId: 'listCreatorRoyalties',
        tags: ['creators'],
        summary:
          'What each sale, refund and lost dispute gave to or took from a creator, and each month of metered use under the same terms, with nine decimal places',
        params: Params,
        querystring: RoyaltyQuery,
        response: { 200: pageOf(rowOf(royalties)) },
      },
    },
    async (request) => {
      const { asset_id, terms_id } = request.query;
      const filter = { asset_id, terms_id };
      return readRows(services, { request, table: royalties, orderBy: ['period', 'movement_id'], filter });
    },
  );

  app.get(
    '/creators/:creator_id/payouts',
    {
      config: { permission: 'earnings:read' },
      schema: {
        operationId: 'listCreatorPayouts',
        tags: ['creators'],
        summary:
          'The payouts to a creator in the books of each period; one that was sent since the last build is in the next',
        params: Params,
        querystring: Query,
        response: { 200: pageOf(rowOf(payouts)) },
      },
    },
    async (request) => readRows(services, { request, table: payouts, orderBy: ['period', 'payout_id'] }),
  );

  app.get(
    '/creators/:creator_id/balances',
    {
      config: { permission: 'earnings:read' },
      schema: {
        operationId: 'listCreatorBalances',
        tags: ['creators'],
        summary: 'The balance of a creator at the end of each period, and what is done with it',
        params: Params,
        querystring: Query,
        response: { 200: pageOf(rowOf(balances)) },
      },
    },
    async (request) => readRows(services, { request, table: balances, orderBy: ['period', 'currency'] }),
  );

  app.get(
    '/creators/:creator_id/current-payouts',
    {
      config: { permission: 'earnings:read' },
      schema: {
        operationId: 'listCurrentPayouts',
        tags: ['creators'],
        summary:
          'The payouts to a creator as they stand now, planned ones too, and why a balance is not paid; newest first',
        params: Params,
        querystring: Query,
        response: { 200: pageOf(CurrentPayout) },
      },
    },
    async (request) => {
      const { creator_id: creatorId } = request.params;
      assertMaySee(callerOf(request), creatorId);
      const { period, limit, cursor } = request.query;
      const [lastPeriod = '', lastId = ''] = cursor === undefined ? [] : parseCursor(cursor, 2);
      const after = cursor === undefined ? undefined : ([lastPeriod, lastId] as const);
      const found = await payoutsOfCreator(services, { creatorId, period, after, limit });
      return cutPage(found, limit, (payout) => [payout.period, payout.payout_id]);
    },
  );
};

type CreatorRequest = FastifyRequest<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>;

async function readRows<T extends Table>(
  { warehouse }: Services,
  {
    request,
    table,
    orderBy,
    filter,
  }: {
    request: CreatorRequest;
    table: T;
    orderBy: readonly (keyof Row<T> & string)[];
    filter?: { readonly asset_id?: string | undefined; readonly terms_id?: string | undefined };
  },
): Promise<Page<Row<T>>> {
  const { creator_id } = request.params;
  const caller = callerOf(request);
  assertMaySee(caller, creator_id);
  const { period, limit, cursor } = request.query;
  const page = await readPage(warehouse, { table, where: { creator_id, period, ...filter }, orderBy, limit, cursor });
  // The key of a creator proves that the creator exists; for other roles an unknown id is an error, not an empty list.
  if (page.data.length === 0 && !seesOwnOnly(caller) && !(await creatorExists(warehouse, creator_id))) {
    throw unknownCreator(creator_id);
  }
  return page;
}
