import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { spoolProbe } from '../../ingest/gateway/readiness.ts';
import type { Services } from '../../jobs/job.ts';
import { readCoarseFigures } from '../../jobs/publish-marts/read-coarse-figures.ts';
import { brandOf } from '../../reports/brand.ts';
import { exactly } from '../../reports/exactly.ts';
import { lastClose } from '../../transforms/ledger/closing.ts';
import { instant } from '../../warehouse/clock.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { networkOf, throttle } from '../auth/throttle.ts';
import { cutPage, parseCursor } from './pagination.ts';
import { NullableText, PageQuery, PeriodText, pageOf } from './schemas.ts';
import { refuseUnstorableText } from './unstorable-text.ts';

const QUERIES = readQueries(import.meta.url, 'public.queries.sql', {
  offered_terms: ['after_asset_id'],
  rights_of_assets: ['asset_ids'],
});

/** As many assets as a page has. */
const PAGE = 50;
/** As many months as a page of figures has. */
const MONTHS = 12;
/** How long a scheduled job may be overdue before jobs count as late. */
const LATE_MS = 3_600_000;
const REQUESTS = { of: 'public requests', most: 300, windowMs: 60_000 };

const Offer = exactly(
  {
    license_type: Type.String({ description: 'one_time, subscription or metered.' }),
    rate: Type.String({ description: 'The price of a licence, of a period of a subscription, or of a unit of use.' }),
    currency: Type.String(),
    valid_from_at: Type.String({ format: 'date-time' }),
  },
  'The newest terms of a kind of licence.',
);

const OfferedAsset = exactly(
  {
    asset_id: Type.String(),
    asset_title: NullableText,
    usage_rights: Type.Array(Type.String(), {
      description: 'The uses that its owner has consented to, in the words of RSL 1.0.',
    }),
    terms: Type.Array(Offer),
  },
  'An asset that can be licensed.',
);

const Status = exactly(
  {
    accepts_events: Type.Boolean({ description: 'Whether events are accepted now.' }),
    jobs_on_time: Type.Boolean({ description: 'Whether scheduled jobs run, none more than an hour late.' }),
    last_closed_period: { ...NullableText, description: 'The month that was closed last; null before the first.' },
    checked_at: Type.String({ format: 'date-time' }),
  },
  'Whether the marketplace works.',
);

const Figures = exactly(
  {
    period: PeriodText,
    seal: Type.String({ description: 'Of the closing of the month.' }),
    rules: exactly(
      {
        threshold: Type.Integer({ description: 'How many creators a sum needs.' }),
        dominance_percent: Type.Integer({
          description: 'How exactly the second largest creator of a sum may work out the largest, in percent of it.',
        }),
        epsilon: Type.Number({ description: 'Of the noise of the count.' }),
      },
      'By which rules sums are shown.',
    ),
    creator_count: Type.Integer({ description: 'How many creators earned something, with noise.' }),
    royalties: Type.Array(
      exactly(
        {
          currency: Type.String(),
          license_type: Type.String({ description: 'one_time, subscription, metered, or other for several together.' }),
          royalty_amount: Type.String(),
        },
        'The royalties of a kind of licence, less what was taken back.',
      ),
    ),
    suppressed: Type.Array(
      exactly(
        {
          currency: Type.String(),
          license_types: Type.Array(Type.String()),
        },
        'What is part of `other`, whether somebody earned in it or not.',
      ),
    ),
  },
  'What a closed month earned, as far as it reveals no single creator.',
);

type TermsRow = ValueRow & Static<typeof Offer> & { readonly asset_id: string; readonly asset_title: string | null };

/** What anybody may ask without a key, as far as the installation publishes it. Requests are limited by network. */
export const publicApiRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { publishes } = brandOf(services);
  const { warehouse, clock } = services;
  const requests = throttle(services, REQUESTS);
  app.addHook('onRequest', ({ ip }) => requests.count(networkOf(ip)));
  app.addHook('preValidation', refuseUnstorableText);
  const security: [] = [];
  const tags = ['public'];
  const spoolObstacle = spoolProbe(services);

  app.get(
    '/public/assets',
    {
      schema: {
        ...{ operationId: 'listOfferedAssets', tags, security },
        summary: 'The assets that can be licensed, by id, with their prices; only if the installation publishes them',
        querystring: exactly({ cursor: PageQuery.cursor }, 'The page.'),
        response: { 200: pageOf(OfferedAsset) },
      },
    },
    async ({ query: { cursor } }) => {
      if (!publishes.terms) throw new NotFound('This installation does not publish its assets and terms.');
      const [after = ''] = cursor === undefined ? [] : parseCursor(cursor, 1);
      const rows = await warehouse.query<TermsRow>(...QUERIES.offered_terms(after));
      const assets = [...Map.groupBy(rows, ({ asset_id }) => asset_id)];
      const { data, next_cursor } = cutPage(assets, PAGE, ([asset_id]) => [asset_id]);
      const listed = textList(data.map(([asset_id]) => asset_id));
      const rights = Map.groupBy(
        await warehouse.query<{ asset_id: string; usage_right: string }>(...QUERIES.rights_of_assets(listed)),
        ({ asset_id }) => asset_id,
      );
      return {
        data: data.map(([asset_id, terms]) => ({
          asset_id,
          asset_title: terms[0]?.asset_title ?? null,
          usage_rights: (rights.get(asset_id) ?? []).map(({ usage_right }) => usage_right),
          terms: terms.map(({ asset_id: _, asset_title: __, ...offer }) => offer),
        })),
        next_cursor,
      };
    },
  );

  app.get(
    '/public/figures',
    {
      schema: {
        ...{ operationId: 'listPublicFigures', tags, security },
        summary: 'The royalties of closed months, the newest first; only if the installation publishes them',
        description: 'Sums from which the royalties of one creator could be worked out are merged or left out.',
        querystring: exactly({ cursor: PageQuery.cursor }, 'The page.'),
        response: { 200: pageOf(Figures) },
      },
    },
    async ({ query: { cursor } }) => {
      const { publishing } = services;
      if (!publishes.figures || !publishing) throw new NotFound('This installation does not publish its figures.');
      const [before] = cursor === undefined ? [] : parseCursor(cursor, 1);
      const months = await readCoarseFigures(publishing.folder, { before, limit: MONTHS + 1 });
      return cutPage(months, MONTHS, ({ period }) => [period]);
    },
  );

  app.get(
    '/public/status',
    {
      schema: {
        ...{ operationId: 'getStatus', tags, security },
        summary: 'Whether events are accepted and jobs run, and which month was closed last',
        response: { 200: Status },
      },
    },
    async () => {
      if (!publishes.status) throw new NotFound('This installation does not publish its status.');
      return {
        accepts_events: (await spoolObstacle()) === null,
        jobs_on_time: await areJobsOnTime(services),
        last_closed_period: (await lastClose(warehouse))?.period ?? null,
        checked_at: instant(clock.now()),
      };
    },
  );
};

/** Whether a schedule has been started, and no job of it is overdue for long without running. */
async function areJobsOnTime({ operational, clock }: Services): Promise<boolean> {
  const marks = await operational.selectFrom('schedule_marks').selectAll().execute();
  const running = await operational.selectFrom('job_runs').select('job').where('state', '=', 'running').execute();
  const late = instant(clock.now() - LATE_MS);
  const isLate = marks.some(({ job, next_due_at }) => next_due_at < late && !running.some((each) => each.job === job));
  return marks.length > 0 && !isLate;
}
