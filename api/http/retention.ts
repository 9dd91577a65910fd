import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { type FilesLeft, filesLeft } from '../../jobs/retention/delete-files.ts';
import { placeHold, type RecordHold, recordHolds, releaseHold } from '../../jobs/retention/record-holds.ts';
import { RETENTION_GROUPS } from '../../jobs/retention/retention-rules.ts';
import { type GroupRetention, retentionStatus } from '../../jobs/retention/stored-records.ts';
import { exactly } from '../../reports/exactly.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { ByPerson, NullableText } from './schemas.ts';

const Because = Type.String({ minLength: 1, maxLength: 1000, description: 'Why, in a sentence.' });
const Period = Type.String({
  pattern: '^\\d{4}(-(0[1-9]|1[0-2]))?$',
  examples: ['2026'],
  description: 'A month, or a year with its months.',
});
const Kind = Type.String({ minLength: 1, maxLength: 100, description: 'A kind of document, or `bank_message`.' });
const Subject = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'A creator or developer; what is about all is held too.',
});

const Years = Type.Unsafe<number | null>({ type: ['integer', 'null'], description: 'Null: kept for ever.' });
const Group = exactly(
  {
    group: Type.Enum([...RETENTION_GROUPS]),
    kinds: Type.Array(Type.String()),
    years: Years,
    default_years: Type.Integer(),
    terms: Type.Array(
      exactly(
        {
          ...{ country: Type.String(), years: Type.Integer(), law: Type.String() },
          read_at: Type.Unsafe<string | null>({
            ...{ type: ['string', 'null'], description: 'Where the years were read; null: compare them with the law.' },
          }),
        },
        'For how long a law requires them to be kept.',
      ),
      { description: 'The default is the longest.' },
    ),
    deleted_count: Type.Integer({ description: 'What was deleted until now.' }),
    by_year: Type.Array(
      exactly(
        {
          recorded_year: Type.Integer({ description: 'Of the last record of the same kind, subject and period.' }),
          record_count: Type.Integer(),
          held_count: Type.Integer({ description: 'Kept by a hold, or a bank file of which payouts have not ended.' }),
          delete_from_on: NullableText,
          is_due: Type.Boolean({ description: 'Whether the next run of `delete-expired-records` deletes some of it.' }),
        },
        'The records of one year that are still there.',
      ),
    ),
  },
  'What is kept together, and for how long.',
);
const Status = Type.Unsafe<{ data: GroupRetention[]; files_left: FilesLeft }>(
  exactly(
    {
      data: Type.Array(Group),
      files_left: exactly(
        { file_count: Type.Integer(), since: NullableText },
        'Files of recorded deletions that are still there; each later run tries them again.',
      ),
    },
    'Every group.',
  ),
);

const Hold = Type.Unsafe<RecordHold>(
  exactly(
    {
      ...{ hold_id: Type.String(), kind: NullableText, subject: NullableText, period: NullableText },
      ...{ because: Type.String(), placed_by: Type.String(), placed_at: Type.String({ format: 'date-time' }) },
      ...{ released_by: NullableText, released_at: NullableText, released_because: NullableText },
    },
    'A legal hold.',
  ),
);

const tags = ['documents'];

/** For how long statements, invoices, tax forms and bank files are kept, and what keeps them longer. */
export const retentionRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/record-retention',
    {
      config: { permission: 'retention:read' },
      schema: {
        operationId: 'getRetention',
        tags,
        summary: 'For how long records are kept, and how many would be deleted when; deletes nothing',
        response: { 200: Status },
      },
    },
    async () => ({ data: await retentionStatus(services), files_left: await filesLeft(services) }),
  );

  app.get(
    '/record-holds',
    {
      config: { permission: 'retention:read' },
      schema: {
        operationId: 'listRecordHolds',
        tags,
        summary: 'Legal holds: those in force, then those that were released',
        response: { 200: exactly({ data: Type.Array(Hold) }, 'Holds.') },
      },
    },
    async () => ({ data: await recordHolds(services) }),
  );

  app.post(
    '/record-holds',
    {
      config: { permission: 'retention:hold' },
      schema: {
        operationId: 'placeRecordHold',
        tags,
        summary: 'Keeps records from being deleted until the hold is released',
        body: exactly(
          {
            ...{ kind: Type.Optional(Kind), subject: Type.Optional(Subject), period: Type.Optional(Period) },
            ...{ because: Because, by: ByPerson },
          },
          'What is kept; at least one of kind, subject and period.',
        ),
        response: { 201: Hold },
      },
    },
    async (request, reply) => {
      const { by, ...what } = request.body;
      return reply.code(201).send(await placeHold(services, { ...what, by: requireActor(callerOf(request), by) }));
    },
  );

  app.post(
    '/record-holds/:hold_id/release',
    {
      config: { permission: 'retention:hold' },
      schema: {
        operationId: 'releaseRecordHold',
        tags,
        summary: 'Releases a hold: what it kept is deleted by the next run whose term is over',
        params: Type.Object({ hold_id: Type.String({ minLength: 1, maxLength: 100 }) }),
        body: exactly({ because: Because, by: ByPerson }, 'Why it is released.'),
        response: { 200: Hold },
      },
    },
    async (request) => {
      const { because, by } = request.body;
      const person = requireActor(callerOf(request), by);
      return releaseHold(services, { holdId: request.params.hold_id, because, by: person });
    },
  );
};
