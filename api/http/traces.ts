import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { type TracedRecord, traceRecord } from '../../jobs/trace/trace-record.ts';
import { exactly } from '../../reports/exactly.ts';

const TracedId = Type.String({ minLength: 1, maxLength: 1000, examples: ['ch_3PqXyZ'] });

/** Rows whose columns are those of the tables that they come from. */
const rows = (description: string) => Type.Array(Type.Object({}, { additionalProperties: true }), { description });

const Trace = Type.Unsafe<TracedRecord>(
  exactly(
    {
      id: TracedId,
      things_with_id: Type.Array(Type.String(), {
        description:
          'What has this id. If there are several, two systems have given the same id, and all of them are below.',
      }),
      linked_ids: Type.Array(Type.String(), { description: 'The other ids of the same money.' }),
      events: rows('Our events, with the message, its source, and when it happened and was recorded.'),
      postings: rows('The postings of the journal entries, with their period.'),
      allocations: rows('What each creator got of a movement of a sale, or gave back.'),
      statement_lines: rows('The lines of statements that it is a part of.'),
      sources: rows(
        'What is behind lines, of an id that is theirs, or that pays them: the count, units and digest of the sales or uses, the first of their ids and charges, and how many are not listed.',
      ),
      statements: rows('The statements with these lines.'),
      payouts: rows('The payouts of these statements, with the steps of each.'),
      stripe_objects: rows("Stripe's charges, refunds, disputes, transfers and payouts."),
      balance_transactions: rows(
        'What moved the balance at Stripe, with what it means, and the automatic payout of the platform that carried it.',
      ),
      bank_payouts: rows(
        "The payouts of creators' accounts at Stripe to their banks that a transfer went into: as Stripe says where `is_attributed`, otherwise by the times.",
      ),
      breaks: rows('The breaks, as last compared.'),
      left_out: Type.Record(Type.String(), Type.Integer(), {
        description: 'How many more there are of a list, by its name; only of those that were cut.',
      }),
    },
    'All that is known of the money that an id belongs to.',
  ),
);

/** Follows an id from the event to the payout, the creator's bank and Stripe's balance. */
export const traceRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/traces/:id',
    {
      config: { permission: 'traces:read' },
      schema: {
        operationId: 'traceRecord',
        tags: ['reconciliations'],
        summary: "Follows an id of ours or of Stripe's through events, books, statements, payouts and Stripe's records",
        params: Type.Object({ id: TracedId }),
        response: { 200: Trace },
      },
    },
    async ({ params }) => traceRecord(services, params.id),
  );
};
