import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import {
  releaseYearOpening,
  requestYearOpening,
  type YearOpening,
  yearOpenings,
} from '../../jobs/tax/year-openings.ts';
import { exactly } from '../../reports/exactly.ts';
import { FORMS } from '../../reports/tax/words.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { ByPerson, NullableText } from './schemas.ts';

const Form = Type.Enum([...FORMS]);
const Year = Type.String({ pattern: '^20[0-9]{2}$', examples: ['2026'] });

const Opening = Type.Unsafe<YearOpening>(
  exactly(
    {
      ...{ opening_id: Type.String(), year: Year, form: Form, because: Type.String() },
      ...{ requested_by: Type.String(), requested_at: Type.String({ format: 'date-time' }) },
      ...{ released_by: NullableText, released_at: NullableText },
      state: Type.Enum(['requested', 'released', 'lapsed']),
    },
    'A request to open the numbers of all creators on a form of a year.',
  ),
);

const tags = ['tax'];

/** Requests to open the numbers of a whole tax year, each released by another person. */
export const taxOpeningRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/tax/openings',
    {
      config: { permission: 'tax-years:read' },
      schema: {
        operationId: 'listTaxYearOpenings',
        tags,
        summary: 'The last hundred requests to open a tax year, newest first',
        response: { 200: exactly({ data: Type.Array(Opening) }, 'Requests.') },
      },
    },
    async () => ({ data: await yearOpenings(services) }),
  );

  app.post(
    '/tax/openings',
    {
      config: { permission: 'tax-years:export' },
      schema: {
        operationId: 'requestTaxYearOpening',
        tags,
        summary: 'Requests to open the numbers of all creators on a form of a year, for its export and its filing',
        description:
          'Somebody else must release it within three days; the requester can then export and file the form, and read what was filed of it, for a day.',
        body: exactly(
          { year: Year, form: Form, because: Type.String({ minLength: 1, maxLength: 1000 }), by: ByPerson },
          'What is to be opened, and why.',
        ),
        response: { 201: Opening },
      },
    },
    async (request, reply) => {
      const { by, ...what } = request.body;
      const person = requireActor(callerOf(request), by);
      return reply.code(201).send(await requestYearOpening(services, { ...what, by: person }));
    },
  );

  app.post(
    '/tax/openings/:opening_id/release',
    {
      config: { permission: 'tax-years:export' },
      schema: {
        operationId: 'releaseTaxYearOpening',
        tags,
        summary: 'Releases a request, as another person than the one who made it',
        params: Type.Object({ opening_id: Type.String({ minLength: 1, maxLength: 100 }) }),
        body: exactly({ by: ByPerson }, 'Who releases it.'),
        response: { 200: Opening },
      },
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request) =>
      releaseYearOpening(services, {
        openingId: request.params.opening_id,
        by: requireActor(callerOf(request), request.body.by),
      }),
  );
};
