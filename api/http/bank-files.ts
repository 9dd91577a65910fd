import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { type BankAccount, setBankAccount, showBankAccount } from '../../jobs/payout-accounts/bank-accounts.ts';
import { readBankFile } from '../../jobs/payouts/rails/bank/bank-files.ts';
import { bankStatus } from '../../jobs/payouts/rails/bank/bank-status.ts';
import { readBankAnswers, storeBankMessage } from '../../jobs/payouts/rails/bank/read-bank-answers.ts';
import { RESOLUTIONS, resolveBankFile } from '../../jobs/payouts/rails/bank/resolve-file.ts';
import { runJob } from '../../jobs/run-job.ts';
import { exactly } from '../../reports/exactly.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { assertMaySee } from './may-see.ts';
import { BinaryFile, ByPerson, CreatorId, NullableText } from './schemas.ts';

/** A statement of a bank that has ten thousand payments in it, in base64. */
const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;
const tags = ['payouts'];

const CreatorPath = Type.Object({ creator_id: CreatorId });
const FilePath = Type.Object({ file_id: Type.String({ maxLength: 100 }) });
const Sentences = (description: string) => Type.Array(Type.String(), { description });

const Account = Type.Unsafe<BankAccount>(
  exactly(
    {
      creator_id: CreatorId,
      bank_account_id: Type.String({ description: 'In the place of an account at Stripe, in payouts and books.' }),
      version: Type.Integer(),
      payout_rail: Type.Enum(['sepa', 'ach']),
      currency: Type.String({ description: 'The only currency in which it is paid.' }),
      country: Type.String(),
      masked: Type.String({ description: 'Most of the number is left out.' }),
      recorded_by: Type.String(),
      recorded_at: Type.String({ format: 'date-time' }),
      stopped_because: { ...NullableText, description: 'Why it is no longer paid, as the bank has said.' },
    },
    'The bank account to which a creator is paid by bank files.',
  ),
);

const Answer = exactly(
  {
    content: Type.String({ minLength: 4, description: 'The file in base64: pain.002, camt.053 or ACH returns.' }),
    by: ByPerson,
  },
  'A file of a bank.',
);

const Answered = exactly(
  {
    message: Type.String({ description: 'SHA-256 of the file.' }),
    applied: Type.Integer({ description: 'Answers that have changed a payout.' }),
    unchanged: Type.Integer(),
    repeated: Type.Integer({ description: 'Answers that were read before.' }),
    for_person: Type.Integer(),
    look_at: Sentences('What somebody must look at, the first fifty.'),
  },
  'What the answers have changed; each counts once.',
);

const Resolution = exactly(
  {
    outcome: Type.Enum([...RESOLUTIONS], {
      description:
        '`taken`: the bank has it, and its open payouts are sent. `never_taken`: it was not uploaded, or the bank refused it as a whole; its payouts are owed again.',
    }),
    sentence: Type.String({ maxLength: 500, description: 'How that is known; for the records.' }),
    by: ByPerson,
  },
  'What became of a bank file for which no answer of the bank comes.',
);

const Resolved = exactly(
  {
    file_id: Type.String(),
    outcome: Type.Enum([...RESOLUTIONS]),
    payouts: Type.Integer({ description: 'How many payouts were changed.' }),
    was_resolved_before: Type.Boolean(),
  },
  'What was recorded of the file.',
);

const Status = Type.Unsafe<Awaited<ReturnType<typeof bankStatus>>>(
  Type.Object(
    {
      files: Type.Array(Type.Object({}, { additionalProperties: true })),
      statements: Type.Array(Type.Object({}, { additionalProperties: true }), {
        description: 'Opening + ours + others = closing, the latest first.',
      }),
      look_at: Sentences('Answers, gaps and late payments that somebody must look at.'),
    },
    { description: 'What the bank has done with the files.' },
  ),
);

/** Payouts by bank files: accounts of creators, files, answers of banks, and what they have done. */
export const bankFileRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/bank-files/:file_id',
    {
      config: { permission: 'bank-files:read' },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getBankFile',
        tags,
        summary: 'A bank file, with the account numbers of creators; the same bytes each time',
        description: '`export-payouts` makes it. Give it to the bank once.',
        params: FilePath,
        response: {
          200: {
            description: 'The file.',
            content: {
              'application/octet-stream': { schema: BinaryFile },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { bytes, file_name } = await readBankFile(services, request.params.file_id);
      reply.header('cache-control', 'no-store').header('content-disposition', `attachment; filename="${file_name}"`);
      return reply.type('application/octet-stream').send(bytes);
    },
  );

  app.post(
    '/bank-files/:file_id/resolution',
    {
      config: { permission: 'payouts:decide' },
      schema: {
        operationId: 'resolveBankFile',
        tags,
        summary: 'Records what became of a file for which no answer of the bank comes, once; not by its exporter',
        description: '409 if the bank has booked or pays something of a file that is said to be never taken.',
        params: FilePath,
        body: Resolution,
        response: { 200: Resolved },
      },
    },
    async (request) => {
      const { outcome, sentence, by } = request.body;
      const options = { file_id: request.params.file_id, outcome, because: sentence };
      const startedBy = requireActor(callerOf(request), by);
      return (await runJob(services, { job: resolveBankFile, options, startedBy })) as never;
    },
  );

  app.get(
    '/bank-files',
    {
      config: { permission: 'payouts:read' },
      schema: {
        operationId: 'getBankStatus',
        tags,
        summary: 'What the bank has done with the files, its statements as bridges, and what somebody must look at',
        response: { 200: Status },
      },
    },
    async () => bankStatus(services),
  );

  app.post(
    '/bank-answers',
    {
      config: { permission: 'bank-files:answer' },
      bodyLimit: LARGEST_ANSWER_BYTES,
      schema: {
        operationId: 'readBankAnswers',
        tags,
        summary:
          'Reads what a bank says of the payouts in bank files; each answer counts once, however often it is read',
        body: Answer,
        response: { 200: Answered },
      },
    },
    async (request) => {
      const { content, by } = request.body;
      const startedBy = requireActor(callerOf(request), by);
      const message = await storeBankMessage(services, { bytes: Buffer.from(content, 'base64'), by: startedBy });
      return (await runJob(services, { job: readBankAnswers, options: { message }, startedBy })) as never;
    },
  );

  app.get(
    '/creators/:creator_id/bank-account',
    {
      config: { permission: 'payout-accounts:read' },
      schema: {
        operationId: 'getBankAccount',
        tags: ['payout-accounts'],
        summary: 'The bank account to which a creator is paid by bank files, masked',
        params: CreatorPath,
        response: { 200: Account },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      return showBankAccount(services, creator_id);
    },
  );

  app.post(
    '/creators/:creator_id/bank-account',
    {
      config: { permission: 'payout-accounts:create' },
      schema: {
        operationId: 'setBankAccount',
        tags: ['payout-accounts'],
        summary:
          'Records the bank account of a creator who has no account at Stripe; a changed one waits before it is paid',
        params: CreatorPath,
        body: exactly(
          {
            account: Type.Unknown({ description: 'See jobs/payouts/rails/bank/README.md.' }),
            by: ByPerson,
          },
          'The account; it is checked as a whole, so that all of its faults are reported at once.',
        ),
        response: { 201: Account },
      },
    },
    async (request, reply) => {
      const { account, by } = request.body;
      const { creator_id: creatorId } = request.params;
      const person = requireActor(callerOf(request), by);
      return reply.code(201).send(await setBankAccount(services, { creatorId, account, by: person }));
    },
  );
};
