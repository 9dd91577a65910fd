import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { callerOf } from '../auth/authenticate.ts';
import { DAYS, requireInstants } from './developer-days.ts';
import { assertMaySeeDeveloper } from './may-see.ts';
import { afterNewest, cutPage } from './pagination.ts';
import { DeveloperPath, Instant, NullableInstant, NullableText, PageQuery, pageOf } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'developer-events.queries.sql', {
  events_of_developer: [
    ...(['developer_id', 'from', 'until', 'as_user', 'as_property'] as const),
    ...(['outcome', 'event', 'after_at', 'after_id'] as const),
  ],
});

const Outcome = Type.Enum(['landed', 'quarantined']);

const Query = exactly(
  {
    ...DAYS,
    outcome: Type.Optional(Outcome),
    event: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'The name: `Asset Used`.' })),
    ...PageQuery,
  },
  'A filter for events; the days are those on which they were loaded.',
);

const DeveloperEvent = exactly(
  {
    message_id: Type.String(),
    event: NullableText,
    outcome: Outcome,
    occurred_at: { ...NullableText, description: 'When it happened, as it says itself.' },
    sent_at: { ...NullableText, description: 'When it was sent, as it says itself.' },
    received_at: NullableInstant,
    loaded_at: { ...Instant, description: 'When it landed, or was quarantined.' },
    reason: { ...NullableText, description: 'Why it is in quarantine.' },
  },
  'An event that names a developer.',
);

/** The events that name a developer. */
export const developerEventRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/developers/:developer_id/events',
    {
      config: { permission: 'developers:read' },
      schema: {
        ...{ operationId: 'listDeveloperEvents', tags: ['developers'] },
        summary:
          'The events that name a developer, those that landed and those in quarantine with the reason, newest first',
        params: DeveloperPath,
        querystring: Query,
        response: { 200: pageOf(DeveloperEvent) },
      },
    },
    async (request) => {
      const { developer_id } = request.params;
      assertMaySeeDeveloper(callerOf(request), developer_id);
      const { outcome = '', event = '', limit, cursor } = request.query;
      const { from, until } = requireInstants(request.query);
      // As the message is written: JSON.stringify without spaces.
      const names = [`"userId":"${developer_id}"`, `"developer_id":"${developer_id}"`] as const;
      const query = QUERIES.events_of_developer(
        ...([developer_id, from, until, ...names, outcome, event, ...afterNewest(cursor)] as const),
      );
      const rows = await services.warehouse.query<EventRow>(...query);
      const { data, next_cursor } = cutPage(rows, limit, (row) => [row.loaded_at, row.message_id]);
      return { data: data.map(eventOf), next_cursor };
    },
  );
};

type EventRow = Static<typeof DeveloperEvent> & { readonly message: string | null } & ValueRow;

/** Of a quarantined event, the times that its message has. */
function eventOf({ message, ...row }: EventRow): Static<typeof DeveloperEvent> {
  if (message === null) return row;
  const { timestamp, originalTimestamp, sentAt } = JSON.parse(message) as Readonly<Record<string, unknown>>;
  const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { ...row, occurred_at: textOf(timestamp) ?? textOf(originalTimestamp), sent_at: textOf(sentAt) };
}
