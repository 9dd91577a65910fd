import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { creatorExists, unknownCreator } from '../../jobs/creators.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { EXCEPTION_REASON_NAMES } from '../../warehouse/vocabulary/exceptions.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { callerOf } from '../auth/authenticate.ts';
import { assertMaySee } from './may-see.ts';
import { Count, CreatorId, NullableText, PeriodText } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'creator-assets.queries.sql', {
  creator_named: ['creator_id'],
  assets_of_creator: ['creator_id'],
  earnings_by_asset: ['creator_id', 'from', 'until'],
  exceptions_of_creator: ['creator_id'],
});

const Params = Type.Object({ creator_id: CreatorId });

const Creator = exactly(
  { creator_id: CreatorId, creator_name: NullableText, country: NullableText },
  'A creator, as the marketplace reported it last; null where it did not.',
);

const Terms = exactly(
  {
    terms_id: Type.String(),
    license_type: NullableText,
    rate: { ...NullableText, description: 'The price per licence, subscription period or unit of metered use.' },
    currency: NullableText,
    valid_from_at: Type.String({ format: 'date-time' }),
    share_bps: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      description: 'The share of this creator; null if it is no holder, or the holders cannot be read.',
    }),
    holder_count: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      description: 'How many share what it earns.',
    }),
  },
  'The newest terms of a kind of licence.',
);

const Asset = exactly(
  { asset_id: Type.String(), asset_title: NullableText, terms: Type.Array(Terms) },
  'An asset that the creator uploaded, published or earned from.',
);

const AssetEarnings = exactly(
  {
    period: PeriodText,
    currency: Type.String(),
    asset_id: Type.String(),
    asset_title: NullableText,
    earned_amount: Type.String({ description: 'Earnings, exact.' }),
    changed_amount: Type.String({ description: 'Refunds, lost disputes and corrections, exact; mostly negative.' }),
    royalty_amount: Type.String({ description: 'The sum of both.' }),
  },
  'What an asset gave to a creator in a period.',
);

const CreatorException = exactly(
  {
    period: PeriodText,
    fact_kind: Type.String(),
    exception_reason: Type.Enum([...EXCEPTION_REASON_NAMES]),
    fact_count: Count,
    suspended_amount: { ...NullableText, description: 'What buyers paid.' },
    currency: NullableText,
    units: NullableText,
    asset_id: NullableText,
    asset_title: NullableText,
    first_occurred_at: Type.String({ format: 'date-time' }),
  },
  'What cannot be booked yet, or needs a look.',
);

const Months = exactly(
  {
    from: { ...PeriodText, description: 'The first month.' },
    until: { ...PeriodText, description: 'The last month.' },
  },
  'The months.',
);

type AssetRow = ValueRow & {
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly terms_id: string | null;
  readonly license_type: string | null;
  readonly rate: string | null;
  readonly currency: string | null;
  readonly splits: string | null;
  readonly valid_from_at: string;
};

/** Who a creator is, its assets and terms, what each asset earned, and what of it waits. */
export const creatorAssetRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { warehouse } = services;
  const config = { permission: 'earnings:read' } as const;
  const tags = ['creators'];

  app.get(
    '/creators/:creator_id',
    {
      config,
      schema: {
        ...{ operationId: 'getCreator', tags, summary: 'The name and country of a creator' },
        params: Params,
        response: { 200: Creator },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      const [found] = await warehouse.query<Static<typeof Creator> & ValueRow>(...QUERIES.creator_named(creator_id));
      if (found) return found;
      if (!(await creatorExists(warehouse, creator_id))) throw unknownCreator(creator_id);
      return { creator_id, creator_name: null, country: null };
    },
  );

  app.get(
    '/creators/:creator_id/assets',
    {
      config,
      schema: {
        ...{ operationId: 'listCreatorAssets', tags, summary: 'The assets of a creator, each with its newest terms' },
        params: Params,
        response: { 200: exactly({ data: Type.Array(Asset) }, 'All assets, by id.') },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      const rows = await warehouse.query<AssetRow>(...QUERIES.assets_of_creator(creator_id));
      const byAsset = [...Map.groupBy(rows, ({ asset_id }) => asset_id)];
      return { data: byAsset.map(([asset_id, terms]) => assetOf(asset_id, terms, creator_id)) };
    },
  );

  app.get(
    '/creators/:creator_id/earnings',
    {
      config,
      schema: {
        ...{ operationId: 'listCreatorEarnings', tags, summary: 'What each asset gave to a creator in each month' },
        params: Params,
        querystring: Months,
        response: { 200: exactly({ data: Type.Array(AssetEarnings) }, 'By month, currency and asset.') },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      const { from, until } = request.query;
      const query = QUERIES.earnings_by_asset(creator_id, from, until);
      return { data: await warehouse.query<Static<typeof AssetEarnings> & ValueRow>(...query) };
    },
  );

  app.get(
    '/creators/:creator_id/exceptions',
    {
      config,
      schema: {
        ...{ operationId: 'listCreatorExceptions', tags },
        summary: 'What of a creator and its assets cannot be booked yet, or needs a look, in the newest period',
        params: Params,
        response: { 200: exactly({ data: Type.Array(CreatorException) }, 'Oldest first.') },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      const query = QUERIES.exceptions_of_creator(creator_id);
      return { data: await warehouse.query<Static<typeof CreatorException> & ValueRow>(...query) };
    },
  );
};

function assetOf(asset_id: string, rows: readonly AssetRow[], creatorId: string): Static<typeof Asset> {
  const terms = rows.flatMap(({ terms_id, license_type, rate, currency, splits, valid_from_at }) =>
    terms_id === null
      ? []
      : [{ terms_id, license_type, rate, currency, valid_from_at, ...sharesOf(splits, creatorId) }],
  );
  return { asset_id, asset_title: rows[0]?.asset_title ?? null, terms };
}

/** What of the splits concerns one creator: who the others are is theirs. */
function sharesOf(splits: string | null, creatorId: string): { share_bps: number | null; holder_count: number | null } {
  const holders = parsed(splits);
  if (!Array.isArray(holders)) return { share_bps: null, holder_count: null };
  const own = holders.find((holder) => holder?.creator_id === creatorId)?.share_bps;
  return { share_bps: Number.isSafeInteger(own) ? own : null, holder_count: holders.length };
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
