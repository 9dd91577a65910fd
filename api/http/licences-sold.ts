import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { callerOf } from '../auth/authenticate.ts';
import { assertMaySee } from './may-see.ts';
import { afterNewest, cutPage } from './pagination.ts';
import { CreatorId, Instant, NullableText, PageQuery, PeriodText, pageOf } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'licences-sold.queries.sql', {
  licences_sold: ['creator_id', 'from', 'until', 'after_at', 'after_id'],
});

const Query = exactly(
  {
    from: { ...PeriodText, description: 'The first month in which it was booked.' },
    until: { ...PeriodText, description: 'The last one.' },
    ...PageQuery,
  },
  'The months.',
);

const SoldLicence = exactly(
  {
    period: PeriodText,
    sale_id: Type.String(),
    license_type: Type.String(),
    asset_id: Type.String(),
    asset_title: NullableText,
    developer_id: NullableText,
    developer_name: { ...NullableText, description: 'Null if no sign-up of the developer was reported.' },
    terms_id: Type.String(),
    currency: Type.String(),
    gross_amount: Type.String({ description: 'An exact decimal.' }),
    royalty_amount: Type.String({ description: 'What the creator earned, exact.' }),
    occurred_at: Instant,
  },
  'A licence that was sold, with what a creator earned from it.',
);

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
        params: Type.Object({ creator_id: CreatorId }),
        querystring: Query,
        response: { 200: pageOf(SoldLicence) },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      const { from, until, limit, cursor } = request.query;
      const query = QUERIES.licences_sold(creator_id, from, until, ...afterNewest(cursor));
      const rows = await services.warehouse.query<Static<typeof SoldLicence> & ValueRow>(...query);
      return cutPage(rows, limit, ({ occurred_at, sale_id }) => [occurred_at, sale_id]);
    },
  );
};
