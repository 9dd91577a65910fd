import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { acknowledgeBreaks, assignBreak } from '../../jobs/break-decisions.ts';
import { type BreakDossier, requireBreak } from '../../jobs/break-history.ts';
import { breakPage, type PeriodBreak } from '../../jobs/breaks.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { breaks } from '../../transforms/marts/breaks.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { BREAK_CLASSES } from '../../warehouse/vocabulary/reconciliation.ts';
import { rowSchema } from '../../warehouse/vocabulary/tables.ts';
import { requireAssignee } from '../auth/assignees.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { nextCursor, type Page, parseCursor } from './pagination.ts';
import { assertReconciled } from './reconciled.ts';
import {
  Assignment,
  ByPerson,
  Instant,
  NullableInstant,
  NullableText,
  PageQuery,
  PeriodPath,
  PeriodText,
  pageOf,
  withProperties,
} from './schemas.ts';

const BreakId = Type.String({ minLength: 1, maxLength: 1000, examples: ['charge:ch_3PqXyZ'] });
const NullableMinor = Type.Unsafe<bigint | null>({ type: ['integer', 'null'], description: 'In minor units.' });

const DIGEST = 'SHA-256 of its class and amounts.';

/** What a break was like at some time. */
const STATE = {
  break_class: Type.String(),
  currency: Type.String(),
  ledger_minor: NullableMinor,
  stripe_minor: NullableMinor,
  settled_currency: NullableText,
  settled_minor: NullableMinor,
  fee_minor: NullableMinor,
  state_digest: Type.String({ description: DIGEST }),
};

const Acknowledged = exactly(
  { ...STATE, sentence: Type.String(), acknowledged_by: Type.String(), acknowledged_at: Instant },
  'The break as it was when it was acknowledged, by whom and why.',
);

/** The columns of the mart, and what is known of each break beside them. */
export const Break = Type.Unsafe<PeriodBreak>(
  withProperties(rowSchema(breaks), {
    priority: Type.String({
      enum: ['high', 'medium', 'low'],
      description: '`high` holds the payouts of its creators.',
    }),
    what_happened: Type.String({ description: 'What differs, with ids, amounts and days.' }),
    whose_money: Type.String({ description: 'Whose money it is, or why that cannot be said.' }),
    creators: Type.Array(Type.String(), { description: 'The creators whom it is about.' }),
    meaning: Type.String({ description: 'What the class means.' }),
    cure: Type.String({ description: 'What to do.' }),
    age_days: Type.Integer({
      description: 'Whole days since Stripe created it; if Stripe does not have it, since it was first found.',
    }),
    state_digest: Type.String({ description: DIGEST }),
    break_state: Type.String({
      enum: ['open', 'in_grace', 'acknowledged'],
      description:
        '`in_grace`: the event of a service may be late, or the next pull has it. `acknowledged`: accepted as it is now.',
    }),
    first_seen_at: { ...NullableInstant, description: 'When a complete reconciliation first found it.' },
    owner: { ...NullableText, description: 'The person who works on it.' },
    acknowledgement: Type.Unsafe({
      anyOf: [Acknowledged, { type: 'null' }],
      description: 'The last acknowledgement. It no longer covers a break whose class or amounts have changed since.',
    }),
    earlier_acknowledgements: Type.Array(Acknowledged, { description: 'Those before it, the last one first.' }),
  }),
);

const HistoryEntry = exactly(
  {
    ...STATE,
    change: Type.String({ enum: ['found', 'changed', 'cleared', 'found_again', 'assigned'] }),
    changed_at: Instant,
    changed_by: Type.String({ description: 'Who assigned it, or started the reconciliation.' }),
    owner: NullableText,
  },
  'A change of a break, and what it was like then.',
);

const Dossier = Type.Unsafe<BreakDossier>(
  exactly(
    {
      period: PeriodText,
      break_id: BreakId,
      first_seen_at: NullableInstant,
      last_seen_at: NullableInstant,
      cleared_at: { ...NullableInstant, description: 'When a reconciliation no longer found it.' },
      owner: NullableText,
      found: Type.Unsafe({
        anyOf: [Break, { type: 'null' }],
        description: 'As it is now; null if it is no longer found.',
      }),
      history: Type.Array(HistoryEntry),
    },
    'All that is known of a break.',
  ),
);

const ListQuery = exactly(
  {
    class: Type.Optional(Type.String({ enum: Object.keys(BREAK_CLASSES), description: 'Only breaks of this class.' })),
    ...PageQuery,
  },
  'A filter for breaks.',
);

const Acceptance = exactly(
  {
    break_ids: Type.Array(BreakId, { minItems: 1, maxItems: 1000, description: 'The breaks, each by its id.' }),
    state_digest: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{12,64}$',
        description:
          'The `state_digest` of the one break as it was looked at, or its first 12 digits or more. Without it, a break is acknowledged only as a reconciliation last recorded it.',
      }),
    ),
    sentence: Type.String({
      maxLength: 1000,
      examples: ['The bank debited the account by mistake and has returned it.'],
      description: 'What the difference is, and why it may stay.',
    }),
    by: ByPerson,
  },
  'Which breaks are acknowledged, and why.',
);

const Accepted = exactly(
  {
    period: PeriodText,
    acknowledged: Type.Array(Break, { description: 'The breaks that this request has acknowledged.' }),
    unchanged: Type.Integer({
      description: 'How many had been acknowledged before; these keep their acknowledgement.',
    }),
  },
  'What was acknowledged.',
);

const BreakPath = Type.Object({ period: PeriodText, break_id: BreakId });

/** The breaks between our books and Stripe. */
export const breakRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/periods/:period/breaks',
    {
      config: { permission: 'reconciliations:read' },
      schema: {
        operationId: 'listBreaks',
        tags: ['reconciliations'],
        summary: 'The breaks of a period as last reconciled',
        params: PeriodPath,
        querystring: ListQuery,
        response: { 200: pageOf(Break) },
      },
    },
    async ({ params, query }) => list(services, parsePeriod(params.period), query),
  );

  app.get(
    '/periods/:period/breaks/:break_id',
    {
      config: { permission: 'reconciliations:read' },
      schema: {
        operationId: 'getBreak',
        tags: ['reconciliations'],
        summary: 'One break with its history, even if it is no longer found',
        params: BreakPath,
        response: { 200: Dossier },
      },
    },
    async ({ params }) => requireBreak(services, { period: parsePeriod(params.period), breakId: params.break_id }),
  );
};

/** What people decide about breaks. */
export const breakDecisionRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post(
    '/periods/:period/breaks/:break_id/owner',
    {
      config: { permission: 'breaks:decide' },
      schema: {
        operationId: 'assignBreak',
        tags: ['reconciliations'],
        summary: 'Assigns a break to a person',
        params: BreakPath,
        body: Assignment,
        response: { 200: Break },
      },
    },
    async (request) => {
      const { period, break_id: breakId } = request.params;
      const { owner: given, by } = request.body;
      const caller = callerOf(request);
      const owner = await requireAssignee(services, { caller, given });
      return assignBreak(services, {
        ...{ period: parsePeriod(period), breakId, owner },
        by: requireActor(caller, by),
      });
    },
  );

  app.post(
    '/periods/:period/break-acknowledgements',
    {
      config: { permission: 'breaks:decide' },
      schema: {
        operationId: 'acknowledgeBreaks',
        tags: ['reconciliations'],
        summary: 'Acknowledges breaks as they are now, all of them or none',
        params: PeriodPath,
        body: Acceptance,
        response: { 200: Accepted },
      },
    },
    async (request) => {
      const { break_ids: breakIds, state_digest: stateDigest, sentence, by } = request.body;
      const period = parsePeriod(request.params.period);
      const { acknowledged, unchanged } = await acknowledgeBreaks(services, {
        ...{ period, breakIds, stateDigest, sentence },
        by: requireActor(callerOf(request), by),
      });
      return { period, acknowledged: [...acknowledged], unchanged };
    },
  );
};

async function list(
  services: Services,
  period: Period,
  { class: breakClass, limit, cursor }: Static<typeof ListQuery>,
): Promise<Page<PeriodBreak>> {
  const after = cursor === undefined ? undefined : parseCursor(cursor, 1)[0];
  const { breaks: data, hasMore } = await breakPage(services, { period, breakClass, after, limit });
  if (data.length === 0) await assertReconciled(services, period);
  return { data, next_cursor: nextCursor(data, { hasMore, keyOf: ({ break_id }) => [break_id] }) };
}
