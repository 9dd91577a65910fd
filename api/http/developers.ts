import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { developerExists, unknownDeveloper } from '../../jobs/invoices/billing-profiles.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { callerOf } from '../auth/authenticate.ts';
import { type Caller, maySeeDeveloper } from '../auth/caller.ts';
import { DEVELOPER_QUERIES } from './developer-queries.ts';
import { DeveloperEvent, EventQuery, Licence, Spend, SpendQuery } from './developer-schemas.ts';
import { afterCursor, cutPage } from './pagination.ts';
import { DeveloperId, NullableText, PageQuery, pageOf } from './schemas.ts';

const Params = Type.Object({ developer_id: DeveloperId });

const Developer = exactly(
  {
    ...{ developer_id: DeveloperId, developer_name: NullableText, country: NullableText },
    newest_period: { ...NullableText, description: 'The newest month of the books; null if there is none.' },
  },
  'A developer, as the marketplace reported it last; null where it did not.',
);

/** The longest time that is summed up at once, and the most rows of it. */
const MOST_DAYS = 92;
const MOST_ROWS = 10_000;
/** A clock of a sender that is so much ahead is believed. */
const AHEAD_MS = DAY_MS;
const FAR = '9999-12-31T00:00:00Z';

/** What a developer used, paid and bought, and the events that name it. */
export const developerRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { warehouse } = services;
  const config = { permission: 'developers:read' } as const;
  const tags = ['developers'];

  app.get(
    '/developers/:developer_id',
    {
      config,
      schema: {
        ...{ operationId: 'getDeveloper', tags, summary: 'The name and country of a developer' },
        params: Params,
        response: { 200: Developer },
      },
    },
    async (request) => {
      const { developer_id } = request.params;
      requireSeen(callerOf(request), developer_id);
      const named = await warehouse.query<Static<typeof Developer> & ValueRow>(
        ...DEVELOPER_QUERIES.developer_named(developer_id),
      );
      const isOwn = callerOf(request).developerIds.includes(developer_id);
      if (!named[0] && !isOwn && !(await developerExists(warehouse, developer_id)))
        throw unknownDeveloper(developer_id);
      const [newest] = await warehouse.query<{ newest_period: string | null }>(...DEVELOPER_QUERIES.newest_period());
      const { developer_name = null, country = null } = named[0] ?? {};
      return { developer_id, developer_name, country, newest_period: newest?.newest_period ?? null };
    },
  );

  app.get(
    '/developers/:developer_id/spend',
    {
      config,
      schema: {
        ...{ operationId: 'listDeveloperSpend', tags },
        summary: 'What a developer used and paid, by day, asset and kind',
        description: `Of events that have landed. Metered use is priced by the newest terms of its time; the invoice of the month decides. At most ${MOST_DAYS} days.`,
        params: Params,
        querystring: SpendQuery,
        response: { 200: exactly({ data: Type.Array(Spend) }, 'By day, kind, asset and currency.') },
      },
    },
    async (request) => {
      const { developer_id } = request.params;
      requireSeen(callerOf(request), developer_id);
      const { from, until } = daysOf(request.query);
      const loadedFrom = instant(Date.parse(from) - AHEAD_MS);
      const query = DEVELOPER_QUERIES.spend_of_developer(developer_id, from, until, loadedFrom);
      const rows = await warehouse.query<Static<typeof Spend> & ValueRow>(...query);
      if (rows.length <= MOST_ROWS) return { data: rows };
      throw new Rejected(`These days have more than ${MOST_ROWS} rows; ask for fewer days at once.`);
    },
  );

  app.get(
    '/developers/:developer_id/licences',
    {
      config,
      schema: {
        ...{ operationId: 'listDeveloperLicences', tags },
        summary:
          'The licences that a developer bought, newest first, each with its terms, creator and consent receipts',
        params: Params,
        querystring: exactly({ ...PageQuery }, 'A page of licences.'),
        response: { 200: pageOf(Licence) },
      },
    },
    async (request) => {
      const { developer_id } = request.params;
      requireSeen(callerOf(request), developer_id);
      const { limit, cursor } = request.query;
      const [at = FAR, id = ''] = cursor === undefined ? [] : afterCursor(cursor, 2);
      const query = DEVELOPER_QUERIES.licences_of_developer(developer_id, at, id);
      const rows = await warehouse.query<Omit<Static<typeof Licence>, 'consents'> & ValueRow>(...query);
      const { data, next_cursor } = cutPage(rows, limit, (row) => [row.licensed_at, row.license_id]);
      const consents = await consentsOf(services, [...new Set(data.map(({ asset_id }) => asset_id))]);
      return { data: data.map((row) => ({ ...row, consents: consents.get(row.asset_id) ?? [] })), next_cursor };
    },
  );

  app.get(
    '/developers/:developer_id/events',
    {
      config,
      schema: {
        ...{ operationId: 'listDeveloperEvents', tags },
        summary:
          'The events that name a developer, those that landed and those in quarantine with the reason, newest first',
        params: Params,
        querystring: EventQuery,
        response: { 200: pageOf(DeveloperEvent) },
      },
    },
    async (request) => {
      const { developer_id } = request.params;
      requireSeen(callerOf(request), developer_id);
      const { outcome = '', event = '', limit, cursor } = request.query;
      const { from, until } = daysOf(request.query);
      const [at = FAR, id = ''] = cursor === undefined ? [] : afterCursor(cursor, 2);
      // As the message is written: JSON.stringify without spaces.
      const [asUser, asProperty] = [`"userId":"${developer_id}"`, `"developer_id":"${developer_id}"`];
      const query = DEVELOPER_QUERIES.events_of_developer(
        ...([developer_id, from, until, asUser, asProperty, outcome, event, at, id] as const),
      );
      const rows = await warehouse.query<EventRow>(...query);
      const { data, next_cursor } = cutPage(rows, limit, (row) => [row.loaded_at, row.message_id]);
      return { data: data.map(eventOf), next_cursor };
    },
  );
};

function requireSeen(caller: Caller, developerId: string): void {
  if (!maySeeDeveloper(caller, developerId)) throw unknownDeveloper(developerId);
}

/** The instants at which the days begin and end. Throws `Rejected` for too many days, or none. */
function daysOf({ from, until }: { from: string; until: string }): { from: string; until: string } {
  const [start, end] = [Date.parse(from), Date.parse(until) + DAY_MS];
  if (end <= start) throw new Rejected(`The last day ${until} is before the first one ${from}; turn them round.`);
  if (end - start > MOST_DAYS * DAY_MS)
    throw new Rejected(`From ${from} to ${until} are more than ${MOST_DAYS} days; ask for fewer at once.`);
  return { from: instant(start), until: instant(end) };
}

type Consent = Static<typeof Licence>['consents'][number];

/** The consents of each asset. */
async function consentsOf({ warehouse }: Services, assetIds: readonly string[]): Promise<Map<string, Consent[]>> {
  const found = new Map<string, Consent[]>(assetIds.map((id) => [id, []]));
  if (assetIds.length === 0) return found;
  const query = DEVELOPER_QUERIES.consents_of_assets(textList(assetIds));
  for (const { asset_id, ...consent } of await warehouse.query<Consent & { asset_id: string } & ValueRow>(...query)) {
    found.get(asset_id)?.push(consent);
  }
  return found;
}

type EventRow = Static<typeof DeveloperEvent> & { readonly message: string | null } & ValueRow;

/** Of a quarantined event, the times that its message has. */
function eventOf({ message, ...row }: EventRow): Static<typeof DeveloperEvent> {
  if (message === null) return row;
  const { timestamp, originalTimestamp, sentAt } = JSON.parse(message) as Readonly<Record<string, unknown>>;
  const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { ...row, occurred_at: textOf(timestamp) ?? textOf(originalTimestamp), sent_at: textOf(sentAt) };
}
