import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { callerOf } from '../auth/authenticate.ts';
import { assertMaySeeDeveloper } from './may-see.ts';
import { afterNewest, cutPage } from './pagination.ts';
import { Count, DeveloperPath, Instant, NullableInstant, NullableText, PageQuery, pageOf } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'developer-licences.queries.sql', {
  licences_of_developer: ['developer_id', 'after_at', 'after_id'],
  consents_of_assets: ['asset_ids'],
});

const Decimal = { ...NullableText, description: 'An exact decimal.' };

const Consent = exactly(
  {
    consent_receipt_id: Type.String(),
    usage_right: { ...NullableText, description: 'The use that is permitted.' },
    granted_at: Instant,
    revoked_at: NullableInstant,
  },
  'A consent of the creator to a use of the asset.',
);

const Licence = exactly(
  {
    license_id: Type.String({ description: 'The id of the licence or subscription.' }),
    license_type: Type.Enum(['one_time', 'subscription']),
    asset_id: Type.String(),
    asset_title: NullableText,
    licensed_at: Instant,
    last_paid_at: Instant,
    cancelled_at: { ...NullableInstant, description: 'When a subscription was cancelled; it lasts for what is paid.' },
    payment_count: Count,
    currency: Type.String(),
    paid_amount: Decimal,
    refunded_amount: Decimal,
    terms_id: { ...NullableText, description: 'The terms in force when it was bought.' },
    creator_id: { ...NullableText, description: 'Who published those terms, or uploaded the asset.' },
    creator_name: NullableText,
    consents: Type.Array(Consent),
  },
  'A licence that a developer bought, with where its content comes from.',
);

/** The licences that a developer bought. */
export const developerLicenceRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/developers/:developer_id/licences',
    {
      config: { permission: 'developers:read' },
      schema: {
        ...{ operationId: 'listDeveloperLicences', tags: ['developers'] },
        summary:
          'The licences that a developer bought, newest first, each with its terms, creator and consent receipts',
        params: DeveloperPath,
        querystring: exactly({ ...PageQuery }, 'A page of licences.'),
        response: { 200: pageOf(Licence) },
      },
    },
    async (request) => {
      const { developer_id } = request.params;
      assertMaySeeDeveloper(callerOf(request), developer_id);
      const { limit, cursor } = request.query;
      const query = QUERIES.licences_of_developer(developer_id, ...afterNewest(cursor));
      const rows = await services.warehouse.query<Omit<Static<typeof Licence>, 'consents'> & ValueRow>(...query);
      const { data, next_cursor } = cutPage(rows, limit, (row) => [row.licensed_at, row.license_id]);
      const consents = await consentsOf(services, [...new Set(data.map(({ asset_id }) => asset_id))]);
      return { data: data.map((row) => ({ ...row, consents: consents.get(row.asset_id) ?? [] })), next_cursor };
    },
  );
};

/** The consents of each asset. */
async function consentsOf(
  { warehouse }: Services,
  assetIds: readonly string[],
): Promise<Map<string, Static<typeof Consent>[]>> {
  const found = new Map<string, Static<typeof Consent>[]>(assetIds.map((id) => [id, []]));
  if (assetIds.length === 0) return found;
  const query = QUERIES.consents_of_assets(textList(assetIds));
  type Row = Static<typeof Consent> & { readonly asset_id: string } & ValueRow;
  for (const { asset_id, ...consent } of await warehouse.query<Row>(...query)) found.get(asset_id)?.push(consent);
  return found;
}
