import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { type RecordedTaxSettings, setTaxSettings, TREATMENTS, taxSettingsOf } from '../../jobs/tax/tax-settings.ts';
import { exactly } from '../../reports/exactly.ts';
import { callerOf, personOf } from '../auth/authenticate.ts';
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

const Recorded = Type.Unsafe<RecordedTaxSettings>(
  exactly(
    { ...SETTINGS, decided_by: Type.String(), decided_at: Type.String({ format: 'date-time' }) },
    'From when on tax is withheld, and how.',
  ),
);

/** From when on tax is withheld of royalties, and by which rules. */
export const taxSettingsRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post(
    '/tax/settings',
    {
      config: { permission: 'tax-profiles:decide' },
      schema: {
        operationId: 'setTaxSettings',
        tags: ['tax'],
        summary: 'Sets from which day on tax is withheld of what creators are credited, and how',
        body: exactly({ ...SETTINGS, by: Type.Optional(ByPerson) }, 'Every choice is required: none has a default.'),
        response: { 201: Recorded },
      },
    },
    async (request, reply) => {
      const { by, ...settings } = request.body;
      return reply.code(201).send(await setTaxSettings(services, settings, personOf(callerOf(request), by)));
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
};
