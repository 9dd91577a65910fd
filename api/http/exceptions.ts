import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { assignException } from '../../jobs/assign-exception.ts';
import {
  acknowledge,
  assertBuilt,
  exceptionPage,
  type PeriodException,
  requireException,
} from '../../jobs/exceptions.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { exceptions } from '../../transforms/marts/exceptions.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { EXCEPTION_REASON_NAMES } from '../../warehouse/vocabulary/exceptions.ts';
import { rowSchema } from '../../warehouse/vocabulary/tables.ts';
import { requireAssignee } from '../auth/assignees.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { nextCursor, type Page, parseCursor } from './pagination.ts';
import {
  Assignment,
  ByPerson,
  Count,
  NullableText,
  PageQuery,
  PeriodPath,
  PeriodText,
  pageOf,
  withProperties,
} from './schemas.ts';

const Reason = Type.String({ enum: [...EXCEPTION_REASON_NAMES] });
const ExceptionId = Type.String({ minLength: 1, maxLength: 1000 });

const ExceptionPath = Type.Object({ period: PeriodText, exception_id: ExceptionId });

const Acknowledged = exactly(
  {
    exception_reason: Type.String(),
    fact_count: Count,
    suspended_amount: NullableText,
    currency: NullableText,
    units: NullableText,
    facts_digest: Type.String({ description: 'SHA-256 of its facts, with their amounts and units.' }),
    sentence: Type.String({ description: 'Why the exception may stay in suspense.' }),
    acknowledged_by: Type.String(),
    acknowledged_at: Type.String({ format: 'date-time' }),
  },
  'The exception as it was when it was acknowledged, by whom and why.',
);

/** The columns of the mart, and what is known of each exception beside them. */
const Exception = Type.Unsafe<PeriodException>(
  withProperties(rowSchema(exceptions), {
    meaning: Type.String({ description: 'What the reason means.' }),
    cure: Type.String({ description: 'What resolves it.' }),
    age_days: Type.Integer({ description: 'Whole days since the first of its facts was recorded.' }),
    owner: { ...NullableText, description: 'The person who works on it.' },
    is_acknowledged: Type.Boolean({ description: 'Whether it is acknowledged as it is now.' }),
    acknowledgement: Type.Unsafe({
      anyOf: [Acknowledged, { type: 'null' }],
      description: 'The last acknowledgement. It no longer covers an exception that has changed since.',
    }),
    earlier_acknowledgements: Type.Array(Acknowledged, { description: 'Those before it, the last one first.' }),
  }),
);

const ListQuery = exactly({ reason: Type.Optional(Reason), ...PageQuery }, 'A filter for exceptions.');

const Request = exactly(
  {
    exception_ids: Type.Optional(
      Type.Array(ExceptionId, {
        minItems: 1,
        maxItems: 1000,
        description: 'The exceptions; or give `reason` instead.',
      }),
    ),
    reason: Type.Optional(
      Type.String({ enum: [...EXCEPTION_REASON_NAMES], description: 'All exceptions with this reason.' }),
    ),
    sentence: Type.String({
      maxLength: 1000,
      examples: ['The terms are being negotiated; the buyer knows.'],
      description: 'Why they may stay in suspense.',
    }),
    by: ByPerson,
  },
  'Which exceptions are acknowledged, and why.',
);

const Result = exactly(
  {
    period: PeriodText,
    acknowledged: Type.Array(Exception, { description: 'The exceptions that this request has acknowledged.' }),
    unchanged: Type.Integer({
      description: 'How many had been acknowledged before; these keep their acknowledgement.',
    }),
  },
  'What was acknowledged.',
);

/** What cannot be booked yet, and its acknowledgement by finance, without which a period cannot be closed. */
export const exceptionRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  await app.register(ownerRoute, { services });

  app.get(
    '/periods/:period/exceptions',
    {
      config: { permission: 'exceptions:read' },
      schema: {
        operationId: 'listExceptions',
        tags: ['exceptions'],
        summary: 'The exceptions of a period as last built, each with its acknowledgement',
        params: PeriodPath,
        querystring: ListQuery,
        response: { 200: pageOf(Exception) },
      },
    },
    async (request) => list(services, parsePeriod(request.params.period), request.query),
  );

  app.get(
    '/periods/:period/exceptions/:exception_id',
    {
      config: { permission: 'exceptions:read' },
      schema: {
        operationId: 'getException',
        tags: ['exceptions'],
        summary: 'One exception of a period as last built',
        params: ExceptionPath,
        response: { 200: Exception },
      },
    },
    async ({ params }) =>
      requireException(services, { period: parsePeriod(params.period), exceptionId: params.exception_id }),
  );

  app.post(
    '/periods/:period/acknowledgements',
    {
      config: { permission: 'exceptions:acknowledge' },
      schema: {
        operationId: 'acknowledgeExceptions',
        tags: ['exceptions'],
        summary: 'Acknowledges exceptions as they are now, all of them or none',
        params: PeriodPath,
        body: Request,
        response: { 200: Result },
      },
    },
    async (request) => {
      const { exception_ids, reason, sentence, by } = request.body;
      const period = parsePeriod(request.params.period);
      const { acknowledged, unchanged } = await acknowledge(services, {
        period,
        exceptionIds: exception_ids,
        reason,
        sentence,
        by: requireActor(callerOf(request), by),
      });
      return { period, acknowledged: [...acknowledged], unchanged };
    },
  );
};

/** Who works on an exception. */
const ownerRoute: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post(
    '/periods/:period/exceptions/:exception_id/owner',
    {
      config: { permission: 'exceptions:acknowledge' },
      schema: {
        operationId: 'assignException',
        tags: ['exceptions'],
        summary: 'Assigns an exception to a person, also in later months while it is not cured',
        params: ExceptionPath,
        body: Assignment,
        response: { 200: Exception },
      },
    },
    async (request) => {
      const { period, exception_id: exceptionId } = request.params;
      const { owner: given, by } = request.body;
      const caller = callerOf(request);
      const owner = await requireAssignee(services, { caller, given });
      return assignException(services, {
        ...{ period: parsePeriod(period), exceptionId, owner },
        by: requireActor(caller, by),
      });
    },
  );
};

async function list(
  services: Services,
  period: Period,
  { reason, limit, cursor }: Static<typeof ListQuery>,
): Promise<Page<PeriodException>> {
  const after = cursor === undefined ? undefined : parseCursor(cursor, 1)[0];
  const { exceptions: data, hasMore } = await exceptionPage(services, { period, reason, after, limit });
  if (data.length === 0) await assertBuilt(services, period);
  return { data, next_cursor: nextCursor(data, { hasMore, keyOf: ({ exception_id }) => [exception_id] }) };
}
