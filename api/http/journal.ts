import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { composedJournal, type IssuedJournal, issuedJournal, issueJournal } from '../../jobs/issue-journal.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { exactCsv } from '../../reports/journal/exact-csv.ts';
import { summaryOf } from '../../reports/journal/manifest.ts';
import { readJournalSource } from '../../reports/journal/read.ts';
import { MAPPED_FORMATS } from '../../reports/journal/render.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { BinaryFile, ByPerson, PeriodPath, PeriodText } from './schemas.ts';

const Total = exactly(
  {
    account: Type.String(),
    currency: Type.String(),
    opening: Type.String(),
    movement: Type.String(),
    closing: Type.String(),
  },
  'An account before the period and at its end; debits are positive.',
);

const Summary = exactly(
  {
    period: Type.String(),
    cutoff_at: Type.String({ format: 'date-time' }),
    seal: Type.String(),
    posting_count: Type.Integer(),
    rule_set_on: Type.String({ format: 'date' }),
    notice: Type.String(),
    totals: Type.Array(Total),
  },
  'What the period has moved, exactly.',
);

const Issued = Type.Unsafe<IssuedJournal>(
  exactly(
    {
      period: Type.String(),
      format: Type.Enum([...MAPPED_FORMATS]),
      document_id: Type.String({ description: 'Its archive, among the documents.' }),
      is_new: Type.Boolean({ description: 'False if it was issued before.' }),
      issued_at: Type.String({ format: 'date-time' }),
      issued_by: Type.Union([Type.String(), Type.Null()]),
    },
    'An issued journal. It never changes.',
  ),
);

/** The journal of a closed period for accounting software. */
export const journalRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/periods/:period/journal',
    {
      config: { permission: 'journals:read' },
      // HEAD would read the whole ledger of the period and discard it.
      exposeHeadRoute: false,
      schema: {
        operationId: 'exportJournal',
        tags: ['periods'],
        summary: 'The journal of a closed period, for accounting software',
        description:
          '`csv` has every posting with nine decimal places, `json` the exact totals by account. The other formats are an archive of the files to import, with a manifest: the issued one, or, until one is issued, as it would be by the accounting file of the server.',
        params: PeriodPath,
        querystring: exactly(
          { format: Type.Enum(['csv', 'json', ...MAPPED_FORMATS], { default: 'csv' }) },
          'The format of the journal.',
        ),
        response: {
          200: {
            description: 'The journal. It is the same whenever it is read.',
            content: {
              'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string' }) },
              'application/json': { schema: Summary },
              'application/zip': { schema: BinaryFile },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const period = parsePeriod(request.params.period);
      const { format } = request.query;
      reply.header('cache-control', 'private, no-cache');
      if (format !== 'csv' && format !== 'json') {
        const issued = await issuedJournal(services, { period, format });
        const archive = issued
          ? await services.documents.get(issued.hash)
          : await composedJournal(services, { period, format });
        reply.header('content-disposition', `attachment; filename="journal-${period}-${format}.zip"`);
        return reply.type('application/zip').send(archive);
      }
      const source = await readJournalSource(services.warehouse, period);
      if (format === 'json') return reply.type('application/json; charset=utf-8').send(summaryOf(source));
      reply.header('content-disposition', `attachment; filename="journal-${period}.csv"`);
      const pieces = exactCsv(services.warehouse, source);
      return reply.type('text/csv; charset=utf-8').send(Readable.from(pieces, { objectMode: false }));
    },
  );

  app.post(
    '/periods/:period/journals/:format',
    {
      config: { permission: 'journals:issue' },
      schema: {
        operationId: 'issueJournal',
        tags: ['periods'],
        summary: 'Issues the journal of a closed period for accounting software, once',
        description:
          'What was issued keeps its bytes, even if the accounting file changes. With `because`, it is issued again by the accounting file as it is, in the place of the one before.',
        params: Type.Object({ period: PeriodText, format: Type.Enum([...MAPPED_FORMATS]) }),
        body: exactly(
          {
            because: Type.Optional(
              Type.String({ minLength: 1, maxLength: 1000, description: 'Why it is issued again.' }),
            ),
            by: ByPerson,
          },
          'Who issues it.',
        ),
        response: { 200: Issued },
      },
    },
    async (request) => {
      const { because, by } = request.body;
      return issueJournal(services, { ...request.params, because, by: requireActor(callerOf(request), by) });
    },
  );
};
