import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { assignPayer } from '../../jobs/tax/assign-payer.ts';
import { type AssignedPayer, assignedPayers } from '../../jobs/tax/payers.ts';
import { type RecordedTaxSettings, setTaxSettings, TREATMENTS, taxSettingsOf } from '../../jobs/tax/tax-settings.ts';
import { exactly } from '../../reports/exactly.ts';
import { MAIN_PAYER, PAYER_ID_PATTERN } from '../../warehouse/vocabulary/tax.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { ByPerson } from './schemas.ts';

const SETTINGS = {
  valid_from_on: Type.String({
    format: 'date',
    description: 'The first day on whose credits they apply: a month is credited on the first day after it.',
  }),
  payer_country: Type.String({ pattern: '^[A-Z]{2}$', description: 'By the law of which country tax is withheld.' }),
  undocumented_treatment: Type.Enum([...TREATMENTS], {
    description:
      'What is withheld of creators without a valid form: as of one abroad, as of a resident without a number, or nothing.',
  }),
};

const Payer = Type.String({
  ...{ pattern: PAYER_ID_PATTERN, examples: ['ireland'] },
  description: 'A payer of the tax file; `main` is the one that it begins with.',
});

const Recorded = Type.Unsafe<RecordedTaxSettings>(
  exactly(
    { payer_id: Payer, ...SETTINGS, decided_by: Type.String(), decided_at: Type.String({ format: 'date-time' }) },
    'From when on tax is withheld, and how.',
  ),
);

const Assigned = Type.Unsafe<AssignedPayer>(
  exactly(
    {
      ...{ creator_id: Type.String(), payer_id: Payer, payer_country: Type.String() },
      ...{ valid_from_on: Type.String({ format: 'date' }), decided_by: Type.String() },
      decided_at: Type.String({ format: 'date-time' }),
    },
    'From when on a creator has a payer.',
  ),
);
const Assignments = exactly({ data: Type.Array(Assigned) }, 'A row for each creator and year.');

/** From when on tax is withheld of royalties, by which rules, and who has another payer than the main one. */
export const taxSettingsRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post(
    '/tax/settings',
    {
      config: { permission: 'tax-profiles:decide' },
      schema: {
        operationId: 'setTaxSettings',
        tags: ['tax'],
        summary: 'Sets from which day on a payer withholds tax of what its creators are credited, and how',
        body: exactly(
          { payer: Type.Optional(Payer), ...SETTINGS, by: Type.Optional(ByPerson) },
          'Every choice is required: none has a default. Without a payer, they are those of the main one.',
        ),
        response: { 201: Recorded },
      },
    },
    async (request, reply) => {
      const { by, payer = MAIN_PAYER, ...settings } = request.body;
      const decided = await setTaxSettings(
        services,
        { payer_id: payer, ...settings },
        requireActor(callerOf(request), by),
      );
      return reply.code(201).send(decided);
    },
  );

  app.get(
    '/tax/settings',
    {
      config: { permission: 'tax-profiles:list' },
      schema: {
        operationId: 'listTaxSettings',
        tags: ['tax'],
        summary: 'From when on tax is withheld by which settings, the latest first; none if none is withheld',
        response: { 200: Type.Object({ data: Type.Array(Recorded) }) },
      },
    },
    async () => ({ data: await taxSettingsOf(services) }),
  );

  app.post(
    '/tax/payers',
    {
      config: { permission: 'tax-profiles:decide' },
      schema: {
        operationId: 'assignPayer',
        tags: ['tax'],
        summary: 'Gives creators a payer of the tax file from a calendar year on: all of them, or none',
        body: exactly(
          {
            payer: Payer,
            year: Type.String({ pattern: '^20[0-9]{2}$', examples: ['2027'] }),
            creators: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { minItems: 1, maxItems: 1000 }),
            by: ByPerson,
          },
          'A creator has one payer in a year. A year in which a closed month has credited or paid it something is refused.',
        ),
        response: { 201: Assignments },
      },
    },
    async (request, reply) => {
      const { by, ...what } = request.body;
      return reply.code(201).send({ data: await assignPayer(services, what, requireActor(callerOf(request), by)) });
    },
  );

  app.get(
    '/tax/payers',
    {
      config: { permission: 'tax-profiles:list' },
      schema: {
        operationId: 'listPayers',
        tags: ['tax'],
        summary: 'Which creators were assigned to a payer from when on, the latest first; all others have the main one',
        response: { 200: Assignments },
      },
    },
    async () => ({ data: await assignedPayers(services) }),
  );
};
