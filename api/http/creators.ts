import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { balances } from '../../transforms/marts/balances.ts';
import { payouts } from '../../transforms/marts/payouts.ts';
import { royalties } from '../../transforms/marts/royalties.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Row, Table } from '../../warehouse/vocabulary/tables.ts';
import { callerOf, maySee } from '../auth/authenticate.ts';
import { type Page, readPage } from './pagination.ts';
import { CreatorId, exactly, PageQuery, PeriodText, pageOf, rowOf } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'creators.queries.sql', { traces_of_creator: ['creator_id'] });

const Params = Type.Object({ creator_id: CreatorId });
const Query = exactly({ period: Type.Optional(PeriodText), ...PageQuery }, 'Which rows.');

/** What one creator is owed and was paid, from the marts. A period that is not closed yet may still change. */
export const creatorRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/creators/:creator_id/royalties',
    {
      config: { permission: 'earnings:read' },
      schema: {
        operationId: 'listCreatorRoyalties',
        tags: ['creators'],
        summary: 'Every royalty of a creator, and every change of one, to a billionth',
        params: Params,
        querystring: Query,
        response: { 200: pageOf(rowOf(royalties)) },
      },
    },
    async (request) => rowsOf(services, { request, table: royalties, orderBy: ['period', 'movement_id'] }),
  );

  app.get(
    '/creators/:creator_id/payouts',
    {
      config: { permission: 'earnings:read' },
      schema: {
        operationId: 'listCreatorPayouts',
        tags: ['creators'],
        summary: 'The payouts that were sent to a creator',
        params: Params,
        querystring: Query,
        response: { 200: pageOf(rowOf(payouts)) },
      },
    },
    async (request) => rowsOf(services, { request, table: payouts, orderBy: ['period', 'payout_id'] }),
  );

  app.get(
    '/creators/:creator_id/balances',
    {
      config: { permission: 'earnings:read' },
      schema: {
        operationId: 'listCreatorBalances',
        tags: ['creators'],
        summary: 'What a creator is owed at the end of each period, and what happens to it',
        params: Params,
        querystring: Query,
        response: { 200: pageOf(rowOf(balances)) },
      },
    },
    async (request) => rowsOf(services, { request, table: balances, orderBy: ['period', 'currency'] }),
  );
};

type CreatorRequest = FastifyRequest<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>;

async function rowsOf<T extends Table>(
  { warehouse }: Services,
  { request, table, orderBy }: { request: CreatorRequest; table: T; orderBy: readonly (keyof Row<T> & string)[] },
): Promise<Page<Row<T>>> {
  const { creator_id } = request.params;
  const caller = callerOf(request);
  if (!maySee(caller, creator_id)) throw unknown(creator_id);
  const { period, limit, cursor } = request.query;
  const page = await readPage(warehouse, { table, where: { creator_id, period }, orderBy, limit, cursor });
  // A creator's own key is proof enough that the creator exists; for anybody else a wrong id is no empty list.
  if (page.data.length === 0 && caller.role !== 'creator' && !(await creatorExists(warehouse, creator_id))) {
    throw unknown(creator_id);
  }
  return page;
}

function unknown(creatorId: string): NotFound {
  return new NotFound(`There is no creator ${creatorId}.`);
}

/** Whether anything that was loaded names the creator. */
export async function creatorExists(warehouse: Services['warehouse'], creatorId: string): Promise<boolean> {
  const found = await warehouse.query(...QUERIES.traces_of_creator(creatorId));
  return found.length > 0;
}
