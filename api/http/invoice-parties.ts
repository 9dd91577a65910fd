import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type Agreement, agreements, endAgreement, recordAgreement } from '../../jobs/invoices/agreements.ts';
import {
  type BillingProfile,
  openBillingProfile,
  PARTY_KINDS,
  recordBillingProfile,
} from '../../jobs/invoices/billing-profiles.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { BusinessSchema } from '../../reports/invoice/invoice-file.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { ByPerson, CreatorId, NullableText } from './schemas.ts';

const Day = (description: string) => Type.String({ format: 'date', description });
const GIVEN = {
  agreement_version: Type.String({ minLength: 1, maxLength: 50, description: 'The version of the text.' }),
  text_hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the text that was agreed to.' }),
  agreed_on: Day('Before the first invoice.'),
};

const Recorded = Type.Unsafe<Agreement>(
  exactly(
    {
      ...{ creator_id: CreatorId, ...GIVEN, ended_on: NullableText },
      ...{ recorded_by: Type.String(), recorded_at: Type.String({ format: 'date-time' }) },
    },
    'An agreement to self-billing.',
  ),
);

const Profile = Type.Unsafe<BillingProfile>(
  exactly(
    {
      ...{ party_kind: Type.Enum([...PARTY_KINDS]), party_id: Type.String(), version: Type.Integer() },
      ...{ business: BusinessSchema, recorded_by: Type.String(), recorded_at: Type.String({ format: 'date-time' }) },
    },
    'A version of how a business stands on invoices.',
  ),
);

const CreatorPath = Type.Object({ creator_id: CreatorId });
const PartyPath = Type.Object({
  party_kind: Type.Enum([...PARTY_KINDS]),
  party_id: Type.String({ minLength: 1, maxLength: 200 }),
});

/** Agreements to self-billing, and how businesses stand on invoices. */
export const invoicePartyRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/creators/:creator_id/self-billing-agreements',
    {
      config: { permission: 'invoices:list' },
      schema: {
        operationId: 'listSelfBillingAgreements',
        tags: ['invoices'],
        summary: 'What was recorded of the agreements of a creator to self-billing, in the order in which they began',
        params: CreatorPath,
        response: { 200: exactly({ data: Type.Array(Recorded) }, 'The last one of each day counts.') },
      },
    },
    async ({ params: { creator_id } }) => ({
      data: [...((await agreements(services.operational, creator_id)).get(creator_id) ?? [])],
    }),
  );

  app.post(
    '/creators/:creator_id/self-billing-agreements',
    {
      config: { permission: 'invoices:decide' },
      schema: {
        operationId: 'recordSelfBillingAgreement',
        tags: ['invoices'],
        summary:
          'Records that a creator has agreed to self-billing; it counts from its day on, in place of the one before',
        params: CreatorPath,
        body: exactly({ ...GIVEN, by: ByPerson }, 'What was agreed to, and when.'),
        response: { 201: Recorded },
      },
    },
    async (request, reply) => {
      const { by, ...given } = request.body;
      const person = requireActor(callerOf(request), by);
      return reply.code(201).send(await recordAgreement(services, { ...request.params, ...given }, person));
    },
  );

  app.post(
    '/creators/:creator_id/self-billing-agreements/end',
    {
      config: { permission: 'invoices:decide' },
      schema: {
        operationId: 'endSelfBillingAgreement',
        tags: ['invoices'],
        summary: 'Ends the agreement of a creator from a day on',
        params: CreatorPath,
        body: exactly({ ended_on: Day('The first day on which it no longer counts.'), by: ByPerson }, 'When it ends.'),
        response: { 201: Recorded },
      },
    },
    async (request, reply) => {
      const { by, ended_on } = request.body;
      const person = requireActor(callerOf(request), by);
      return reply.code(201).send(await endAgreement(services, { ...request.params, ended_on }, person));
    },
  );

  app.post(
    '/billing-profiles/:party_kind/:party_id',
    {
      config: { permission: 'invoices:decide' },
      schema: {
        operationId: 'setBillingProfile',
        tags: ['invoices'],
        summary: 'Records how a business stands on invoices, in a new version',
        params: PartyPath,
        body: exactly({ business: Type.Unsafe<object>({ type: 'object' }), by: ByPerson }, 'The business.'),
        response: { 201: Profile },
      },
    },
    async (request, reply) => {
      const { business, by } = request.body;
      const person = requireActor(callerOf(request), by);
      return reply.code(201).send(await recordBillingProfile(services, { ...request.params, business }, person));
    },
  );

  app.get(
    '/billing-profiles/:party_kind/:party_id',
    {
      config: { permission: 'invoices:list' },
      schema: {
        operationId: 'getBillingProfile',
        tags: ['invoices'],
        summary: 'How a business stands on invoices',
        description: 'It has names, addresses and numbers: each reading is logged, with who reads it.',
        params: PartyPath,
        querystring: exactly({ by: ByPerson }, 'Who reads it.'),
        response: { 200: Profile },
      },
    },
    async (request) => {
      const { party_kind, party_id } = request.params;
      const by = requireActor(callerOf(request), request.query.by);
      const opening = { purpose: 'shown', because: null, by } as const;
      const found = await openBillingProfile(services, { party_kind, party_id }, opening);
      if (!found) throw new NotFound(`There is no billing profile of the ${party_kind} ${party_id}.`);
      return found;
    },
  );
};
