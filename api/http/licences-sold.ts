import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Static } from 'typebox';
import { unknownCreator } from '../../jobs/creators.ts';
import type { Services } from '../../jobs/job.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { callerOf } from '../auth/authenticate.ts';
import { maySee } from '../auth/caller.ts';
import { DEVELOPER_QUERIES } from './developer-queries.ts';
import { SoldLicence, SoldParams, SoldQuery } from './developer-schemas.ts';
import { afterCursor, cutPage } from './pagination.ts';
import { pageOf } from './schemas.ts';

/** The licences to a creator's assets that were sold. */
export const licencesSoldRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/creators/:creator_id/licences',
    {
      config: { permission: 'earnings:read' },
      schema: {
        operationId: 'listLicencesSold',
        tags: ['creators'],
        summary: 'Who bought which licence when, and what a creator earned from it; newest first',
        params: SoldParams,
        querystring: SoldQuery,
        response: { 200: pageOf(SoldLicence) },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      if (!maySee(callerOf(request), creator_id)) throw unknownCreator(creator_id);
      const { from, until, limit, cursor } = request.query;
      const [at = '9999-12-31T00:00:00Z', id = ''] = cursor === undefined ? [] : afterCursor(cursor, 2);
      const query = DEVELOPER_QUERIES.licences_sold(creator_id, from, until, at, id);
      const rows = await services.warehouse.query<Static<typeof SoldLicence> & ValueRow>(...query);
      return cutPage(rows, limit, ({ occurred_at, sale_id }) => [occurred_at, sale_id]);
    },
  );
};
