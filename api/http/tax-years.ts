import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exportTaxForm, taxYearStatus } from '../../jobs/tax/tax-year.ts';
import { exactly } from '../../reports/exactly.ts';
import { FORMS, REASONS, type Reason } from '../../reports/tax/words.ts';
import { PAYER_ID_PATTERN } from '../../warehouse/vocabulary/tax.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { BinaryFile, ByPerson } from './schemas.ts';

const Year = Type.String({ pattern: '^20[0-9]{2}$', examples: ['2026'], description: 'A calendar year.' });
const ReasonWord = Type.Enum(Object.keys(REASONS) as Reason[]);
const ToBeResolved = exactly(
  { creator_id: Type.String(), reason: ReasonWord, because: Type.String() },
  'A creator who must be asked for something.',
);

const Form = exactly(
  {
    form: Type.Enum([...FORMS]),
    included_count: Type.Integer(),
    left_out_count: Type.Record(Type.String(), Type.Integer(), { description: 'By reason.' }),
    to_be_resolved: Type.Array(ToBeResolved),
    faults: Type.Array(Type.String(), { description: 'What stops the export.' }),
    filed: Type.Union(
      [
        Type.Object({
          document_id: Type.String(),
          filed_at: Type.String({ format: 'date-time' }),
          filed_by: Type.Union([Type.String(), Type.Null()]),
        }),
        Type.Null(),
      ],
      { description: 'The last filing.' },
    ),
  },
  'A form of the year.',
);

const Payer = Type.Optional(
  Type.String({
    ...{ pattern: PAYER_ID_PATTERN, examples: ['ireland'] },
    description: 'Of which payer of the tax file; the main one if it is left out.',
  }),
);

const Status = exactly(
  {
    year: Year,
    payer_id: Type.String({ description: 'Whose forms these are: `main`, or another payer of the tax file.' }),
    payers: Type.Array(
      exactly({ payer_id: Type.String(), name: Type.String(), country: Type.String() }, 'A payer of the tax file.'),
    ),
    year_basis: Type.Enum(['credited', 'paid']),
    rule_set_on: Type.String({ format: 'date' }),
    notice: Type.String(),
    first_period: Type.String(),
    last_period: Type.String(),
    is_closed: Type.Boolean({ description: 'False while a month of the year is open; then there are no forms.' }),
    forms: Type.Array(Form),
    totals: Type.Array(
      exactly(
        { amount: Type.String(), currency: Type.String(), ledger: Type.String() },
        "The ledger's year in a currency.",
      ),
    ),
  },
  'A tax year before it is exported.',
);

/** Tax forms of a calendar year, from closed periods of the ledger. The job `file-tax-form` files them. */
export const taxYearRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/tax/years/:year/status',
    {
      config: { permission: 'tax-years:read' },
      schema: {
        operationId: 'getTaxYear',
        tags: ['tax'],
        summary: 'What the tax forms of a year would hold, and what is missing for whom',
        params: Type.Object({ year: Year }),
        querystring: exactly({ payer: Payer }, 'Whose forms.'),
        response: { 200: Status },
      },
    },
    async ({ params, query }) => taxYearStatus(services, params.year, query.payer),
  );

  app.get(
    '/tax/years/:year/exports/:form',
    {
      config: { permission: 'tax-years:export' },
      // HEAD would open every profile.
      exposeHeadRoute: false,
      schema: {
        operationId: 'exportTaxForm',
        tags: ['tax'],
        summary: 'A preview of a tax form of a year for all creators, as an archive',
        description:
          'Nothing is recorded as filed. It has the numbers of those who are on the form in full; each access to a profile is logged. Nothing is exported while a field of a creator stands against it.',
        params: Type.Object({ year: Year, form: Type.Enum([...FORMS]) }),
        querystring: exactly({ by: ByPerson, payer: Payer }, 'Who opens it, and whose form.'),
        response: {
          200: {
            description:
              'A text, a manifest and the files of the form. Equal books, settings and profiles have equal bytes.',
            content: { 'application/zip': { schema: BinaryFile } },
          },
        },
      },
    },
    async (request, reply) => {
      const { payer } = request.query;
      const by = requireActor(callerOf(request), request.query.by);
      const { name, archive } = await exportTaxForm(services, { ...request.params, payer, by });
      reply
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `attachment; filename="${name}"`);
      return reply.type('application/zip').send(archive);
    },
  );
};
