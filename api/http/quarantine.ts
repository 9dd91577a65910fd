import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { Count, NullableText } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'quarantine.queries.sql', {
  groups: [],
  waiting: ['reason', 'event'],
  one_event: ['message_id'],
  landed_event: ['message_id'],
});

/** As many events of a group as are listed. */
const LISTED = 100;

const FAULT = {
  violation: Type.String({ description: "The kind of fault, in RudderStack's words: `Required-Missing`." }),
  violation_path: Type.String({
    description: 'The member that is wrong, as a JSON Pointer; empty for the whole event.',
  }),
  reason: Type.String({ description: 'What is wrong, as a sentence.' }),
} as const;

const Group = exactly(
  {
    source_id: Type.String(),
    event: { ...NullableText, description: 'The name of the event; null if it has none.' },
    ...FAULT,
    event_count: Count,
    first_received_at: Type.String({ format: 'date-time' }),
    last_received_at: Type.String({ format: 'date-time' }),
  },
  'Events of one source with one name that wait for one reason.',
);

const Waiting = exactly(
  {
    message_id: Type.String(),
    source_id: Type.String(),
    received_at: Type.String({ format: 'date-time' }),
    is_about_money: Type.Boolean(),
  },
  'An event that waits.',
);

const Quarantined = exactly(
  {
    message_id: Type.String(),
    source_id: Type.String(),
    event: NullableText,
    ...FAULT,
    message: Type.String({ description: 'The event as it was sent: JSON as text.' }),
    is_about_money: Type.Boolean(),
    is_from_browser: Type.Boolean({ description: 'Whether it came through an endpoint for browsers.' }),
    received_at: Type.String({ format: 'date-time' }),
    loaded_at: Type.String({ format: 'date-time' }),
    landed_at: { ...NullableText, description: 'When an event with this id landed; null if none has.' },
  },
  'An event as it was quarantined once.',
);

/** The quarantine: by reason, its events, and one of them. `replay-rejected` loads them again. */
export const quarantineRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { warehouse } = services;
  const config = { permission: 'quarantine:read' } as const;
  const tags = ['operations'];

  app.get(
    '/quarantine',
    {
      config,
      schema: {
        ...{ operationId: 'listQuarantine', tags },
        summary: 'What waits in the quarantine, by source, event and reason, the most first',
        response: { 200: exactly({ data: Type.Array(Group) }, 'All groups.') },
      },
    },
    async () => ({ data: await warehouse.query<Static<typeof Group> & ValueRow>(...QUERIES.groups()) }),
  );

  app.get(
    '/quarantine/events',
    {
      config,
      schema: {
        ...{ operationId: 'listQuarantinedEvents', tags },
        summary: 'The events that wait for one reason, the newest first',
        querystring: exactly(
          {
            reason: Type.String({ minLength: 1, maxLength: 2048 }),
            event: Type.String({
              maxLength: 2048,
              default: '',
              description: 'The name; empty for events without one.',
            }),
          },
          'The group.',
        ),
        response: {
          200: exactly({ data: Type.Array(Waiting), has_more: Type.Boolean() }, `At most ${LISTED} events.`),
        },
      },
    },
    async ({ query: { reason, event } }) => {
      const rows = await warehouse.query<Static<typeof Waiting> & ValueRow>(...QUERIES.waiting(reason, event));
      return { data: rows.slice(0, LISTED), has_more: rows.length > LISTED };
    },
  );

  app.get(
    '/quarantine/events/:message_id',
    {
      config,
      schema: {
        ...{ operationId: 'getQuarantinedEvent', tags },
        summary: 'An event as it was sent, with what is wrong with it, each time that it was quarantined',
        params: Type.Object({ message_id: Type.String({ minLength: 1, maxLength: 1000 }) }),
        response: { 200: exactly({ data: Type.Array(Quarantined) }, 'The newest first.') },
      },
    },
    async ({ params: { message_id } }) => {
      const rows = await warehouse.query<Omit<Static<typeof Quarantined>, 'landed_at'> & ValueRow>(
        ...QUERIES.one_event(message_id),
      );
      if (rows.length === 0) throw new NotFound(`The quarantine has no event ${JSON.stringify(message_id)}.`);
      const [landed] = await warehouse.query<{ loaded_at: string }>(...QUERIES.landed_event(message_id));
      return { data: rows.map((row) => ({ ...row, landed_at: landed?.loaded_at ?? null })) };
    },
  );
};
