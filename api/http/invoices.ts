import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type Answer, recordAnswer, requireInvoice, unknownInvoice } from '../../jobs/invoices/answers.ts';
import { type Cancellation, cancelInvoice } from '../../jobs/invoices/cancellations.ts';
import { INVOICE_DOCUMENTS, TO_DEVELOPERS } from '../../jobs/invoices/draw-invoice.ts';
import { type InvoiceStatus, invoiceStatus } from '../../jobs/invoices/invoice-status.ts';
import { type ListedInvoice, listInvoices } from '../../jobs/invoices/list-invoices.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { maySee, seesOwnOnly } from '../auth/caller.ts';
import { cutPage, parseEntry } from './pagination.ts';
import { ByPerson, NullableText, PageQuery, PeriodPath, PeriodText, pageOf } from './schemas.ts';

const InvoicePath = Type.Object({ invoice_id: Type.String({ minLength: 1, maxLength: 200 }) });
const AnswerWord = Type.Enum(['accepted', 'disputed']);
const Amount = Type.String({ description: 'A decimal with the places of the currency.', examples: ['12.50'] });

const Listed = Type.Unsafe<ListedInvoice>(
  exactly(
    {
      ...{ invoice_id: Type.String(), kind: Type.Enum([...INVOICE_DOCUMENTS]), number: Type.String() },
      supplier: Type.String({ description: 'The id of a creator, or `platform`.' }),
      subject: Type.String({ description: 'The id of the creator or developer.' }),
      ...{ period: PeriodText, currency: Type.String(), issued_on: Type.String({ format: 'date' }) },
      ...{ net: Amount, tax: Amount, due: Amount },
      answer: Type.Unsafe<string | null>({
        enum: ['accepted', 'disputed', null],
        description: 'The last one; null while there is none.',
      }),
      ...{ because: NullableText, answered_by: NullableText },
      reference: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'Where the answer was given, if somebody else than the other party has recorded it.',
      }),
      cancelled_by: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'The number of the credit note that cancels it.',
      }),
    },
    'An invoice. Its number never changes.',
  ),
);

const Party = { subject: Type.String(), currency: Type.String() };
const Status = Type.Unsafe<InvoiceStatus>(
  exactly(
    {
      ...{ period: PeriodText, rule_set_on: Type.String({ format: 'date' }), notice: Type.String() },
      is_closed: Type.Boolean({ description: 'False while the month is open; then nothing else is known.' }),
      ready: Type.Array(exactly(Party, 'Who is invoiced.')),
      missing: Type.Array(exactly({ ...Party, because: Type.String() }, 'Who is not, and why.')),
      private_count: Type.Integer({ description: 'Creators who are no business: they have statements alone.' }),
      left_out: Type.Array(Type.String(), { description: 'Amounts that are on no invoice.' }),
      issued_count: Type.Record(Type.String(), Type.Integer(), { description: 'By kind.' }),
      disputed_count: Type.Integer(),
    },
    'The invoices of a month.',
  ),
);

const Recorded = Type.Unsafe<Answer>(
  exactly(
    {
      ...{ invoice_id: Type.String(), answer: AnswerWord, because: NullableText, reference: NullableText },
      ...{ answered_by: Type.String(), answered_at: Type.String({ format: 'date-time' }) },
    },
    'An answer to an invoice.',
  ),
);

const Cancelled = Type.Unsafe<Cancellation>(
  exactly(
    {
      ...{ invoice_id: Type.String(), credit_note_id: Type.String(), credit_note_number: Type.String() },
      ...{ because: Type.String(), cancelled_by: Type.String(), cancelled_at: Type.String({ format: 'date-time' }) },
    },
    'A cancelled invoice.',
  ),
);

const Query = exactly(
  {
    period: Type.Optional(PeriodText),
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    ...PageQuery,
  },
  'A filter for invoices.',
);

/** Invoices: what is missing for whom, the list, and answers to them. Their files are documents. */
export const invoiceRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/periods/:period/invoices/status',
    {
      config: { permission: 'invoices:list' },
      schema: {
        operationId: 'getInvoiceStatus',
        tags: ['invoices'],
        summary: 'Who is invoiced for a month, and what is missing for whom',
        params: PeriodPath,
        response: { 200: Status },
      },
    },
    async ({ params }) => invoiceStatus(services, parsePeriod(params.period)),
  );

  app.get(
    '/invoices',
    {
      config: { permission: 'invoices:read' },
      schema: {
        operationId: 'listInvoices',
        tags: ['invoices'],
        summary:
          'Self-billing invoices, credit notes and invoices to developers, newest first; a developer has those to it, a creator those in its name',
        querystring: Query,
        response: { 200: pageOf(Listed) },
      },
    },
    async (request) => {
      const { period, subject, limit, cursor } = request.query;
      const caller = callerOf(request);
      const before = cursor === undefined ? undefined : parseEntry(cursor);
      const { developerIds: developers, creatorIds: creators } = caller;
      const onlyOf = seesOwnOnly(caller) ? { developers, creators } : undefined;
      const found = await listInvoices(services, { period, subject, onlyOf, limit, before });
      const { data, next_cursor } = cutPage(found, limit, ({ entry }) => [String(entry)]);
      return { data: data.map(({ entry: _, ...invoice }) => invoice), next_cursor };
    },
  );

  app.post(
    '/invoices/:invoice_id/answers',
    {
      config: { permission: 'invoices:answer' },
      schema: {
        operationId: 'answerInvoice',
        tags: ['invoices'],
        summary: 'Accepts an invoice, or disputes it for a reason; the last answer counts',
        description:
          'A creator answers its own. Whoever records an answer for the other party gives a reason and a reference, which stand with it.',
        params: InvoicePath,
        body: exactly(
          {
            answer: AnswerWord,
            because: Type.Optional(Type.String({ maxLength: 2000 })),
            reference: Type.Optional(
              Type.String({
                maxLength: 200,
                description: 'Where the other party has given it, such as the date of a letter.',
              }),
            ),
            by: ByPerson,
          },
          'The answer of the other party.',
        ),
        response: { 201: Recorded },
      },
    },
    async (request, reply) => {
      const { invoice_id } = request.params;
      const caller = callerOf(request);
      const { subject, document_kind } = await requireInvoice(services, invoice_id);
      if (!maySee(caller, subject) || (seesOwnOnly(caller) && TO_DEVELOPERS.includes(document_kind)))
        throw unknownInvoice(invoice_id);
      const { answer, because = null, reference = null, by } = request.body;
      const given = { invoice_id, answer, because, reference };
      const who = { by: requireActor(caller, by), isParty: seesOwnOnly(caller) };
      return reply.code(201).send(await recordAnswer(services, given, who));
    },
  );

  app.post(
    '/invoices/:invoice_id/cancellation',
    {
      config: { permission: 'invoices:decide' },
      schema: {
        operationId: 'cancelInvoice',
        tags: ['invoices'],
        summary: 'Cancels an invoice by a credit note that names it',
        description:
          'The credit note has the parties, the currency and the tax of the invoice. The next run of `issue-invoices` for its month renders it and draws a new invoice, as profiles and settings then are.',
        params: InvoicePath,
        body: exactly({ because: Type.String({ minLength: 1, maxLength: 2000 }), by: ByPerson }, 'Why, and who.'),
        response: { 201: Cancelled },
      },
    },
    async (request, reply) => {
      const { because, by: given } = request.body;
      const by = requireActor(callerOf(request), given);
      return reply.code(201).send(await cancelInvoice(services, { ...request.params, because, by }));
    },
  );
};
