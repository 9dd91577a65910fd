import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Static } from 'typebox';
import { developerExists, unknownDeveloper } from '../../jobs/invoices/billing-profiles.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { callerOf } from '../auth/authenticate.ts';
import { assertMaySeeDeveloper } from './may-see.ts';
import { DeveloperId, DeveloperPath, NullableText } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'developers.queries.sql', {
  developer_named: ['developer_id'],
  newest_period: [],
});

const Developer = exactly(
  {
    ...{ developer_id: DeveloperId, developer_name: NullableText, country: NullableText },
    newest_period: { ...NullableText, description: 'The newest month of the books; null if there is none.' },
  },
  'A developer, as the marketplace reported it last; null where it did not.',
);

/** Who a developer is. */
export const developerRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { warehouse } = services;

  app.get(
    '/developers/:developer_id',
    {
      config: { permission: 'developers:read' },
      schema: {
        ...{ operationId: 'getDeveloper', tags: ['developers'], summary: 'The name and country of a developer' },
        params: DeveloperPath,
        response: { 200: Developer },
      },
    },
    async (request) => {
      const { developer_id } = request.params;
      assertMaySeeDeveloper(callerOf(request), developer_id);
      const [named] = await warehouse.query<Static<typeof Developer> & ValueRow>(
        ...QUERIES.developer_named(developer_id),
      );
      const isOwn = callerOf(request).developerIds.includes(developer_id);
      if (!named && !isOwn && !(await developerExists(warehouse, developer_id))) throw unknownDeveloper(developer_id);
      const [newest] = await warehouse.query<{ newest_period: string | null }>(...QUERIES.newest_period());
      const { developer_name = null, country = null } = named ?? {};
      return { developer_id, developer_name, country, newest_period: newest?.newest_period ?? null };
    },
  );
};
