import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { LONGEST_TEXT } from '../../ingest/events/event.ts';
import {
  approveCorrections,
  type CorrectionState,
  listCorrections,
  proposeCorrection,
  rejectCorrection,
} from '../../jobs/corrections.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { CORRECTED_KINDS } from '../../warehouse/vocabulary/corrections.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { ByPerson, NullableText } from './schemas.ts';

const STATES: CorrectionState[] = ['proposed', 'approved', 'rejected'];
const Id = Type.String({ minLength: 1, maxLength: LONGEST_TEXT });
const Sentence = Type.String({ minLength: 1, maxLength: LONGEST_TEXT });

const Correction = exactly(
  {
    correction_id: Type.String(),
    corrected_kind: Type.String(),
    corrected_id: Type.String(),
    units: NullableText,
    adjustment_amount: NullableText,
    currency: NullableText,
    replaced_by_id: NullableText,
    correction_reason: Type.String(),
    reference: Type.String(),
    state: Type.Enum(STATES),
    proposed_by: Type.String(),
    proposed_at: Type.String({ format: 'date-time' }),
    decided_by: NullableText,
    decided_at: NullableText,
    rejection_reason: NullableText,
    effective_at: NullableText,
  },
  'A correction. `effective_at` says in which month it is booked, if that is open.',
);

const Effect = exactly(
  { creator_id: Type.String(), currency: Type.String(), amount: Type.String({ description: 'A decimal.' }) },
  'What it changes for a creator.',
);

const Request = exactly(
  {
    corrected_kind: Type.Enum([...CORRECTED_KINDS]),
    corrected_id: Id,
    units: Type.Optional(Type.String({ maxLength: 30, description: 'For a use: how many units are void; else all.' })),
    amount: Type.Optional(
      Type.String({ maxLength: 30, description: 'For a balance: by how much it is changed; may be negative.' }),
    ),
    currency: Type.Optional(Type.String({ maxLength: 3 })),
    replaced_by_id: Type.Optional(Id),
    reason: Sentence,
    reference: Sentence,
    by: ByPerson,
  },
  'What is corrected, how, why, and by what that can be checked.',
);

const CorrectionPath = Type.Object({ correction_id: Id });

/** Corrections of what was reported: one person proposes them, another one approves them. */
export const correctionRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/corrections',
    {
      config: { permission: 'corrections:read' },
      schema: {
        operationId: 'listCorrections',
        tags: ['corrections'],
        summary: 'All corrections of finance, or those in a state, the last proposed first',
        querystring: exactly({ state: Type.Optional(Type.Enum(STATES)) }, 'A filter for corrections.'),
        response: { 200: exactly({ data: Type.Array(Correction) }, 'The corrections.') },
      },
    },
    async (request) => ({ data: await listCorrections(services, request.query.state) }),
  );

  app.post(
    '/corrections',
    {
      config: { permission: 'corrections:decide' },
      schema: {
        operationId: 'proposeCorrection',
        tags: ['corrections'],
        summary: 'Proposes a correction; nothing is booked until another person approves it',
        body: Request,
        response: {
          201: exactly(
            { correction: Correction, effects: Type.Array(Effect) },
            'The correction, and what it would change as far as the books say.',
          ),
        },
      },
    },
    async (request, reply) => {
      const { corrected_kind, corrected_id, replaced_by_id, by, ...rest } = request.body;
      const { correction, effects } = await proposeCorrection(services, {
        ...{ kind: corrected_kind, id: corrected_id, replacedById: replaced_by_id, ...rest },
        by: requireActor(callerOf(request), by),
      });
      return reply.code(201).send({ correction, effects: [...effects] });
    },
  );

  app.post(
    '/corrections/approvals',
    {
      config: { permission: 'corrections:decide' },
      schema: {
        operationId: 'approveCorrections',
        tags: ['corrections'],
        summary: 'Approves corrections, all of them or none; another person has proposed them',
        body: exactly(
          { correction_ids: Type.Array(Id, { minItems: 1, maxItems: 100, uniqueItems: true }), by: ByPerson },
          'Which corrections are approved.',
        ),
        response: { 200: exactly({ approved: Type.Array(Correction) }, 'The approved corrections.') },
      },
    },
    async (request) => {
      const { correction_ids, by } = request.body;
      const person = requireActor(callerOf(request), by);
      return { approved: await approveCorrections(services, { ids: correction_ids, by: person }) };
    },
  );

  app.post(
    '/corrections/:correction_id/rejection',
    {
      config: { permission: 'corrections:decide' },
      schema: {
        operationId: 'rejectCorrection',
        tags: ['corrections'],
        summary: 'Rejects a proposed correction, or withdraws it',
        params: CorrectionPath,
        body: exactly({ reason: Sentence, by: ByPerson }, 'Why it is rejected.'),
        response: { 200: Correction },
      },
    },
    async (request) => {
      const { reason, by } = request.body;
      const person = requireActor(callerOf(request), by);
      return rejectCorrection(services, { id: request.params.correction_id, reason, by: person });
    },
  );
};
