import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { readAccountingFile } from '../../reports/journal/accounting-file.ts';
import { composeJournal } from '../../reports/journal/compose.ts';
import { exactCsv } from '../../reports/journal/exact-csv.ts';
import { summaryOf } from '../../reports/journal/manifest.ts';
import { readJournalSource } from '../../reports/journal/read.ts';
import { journalArchive, MAPPED_FORMATS } from '../../reports/journal/render.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { PeriodPath } from './schemas.ts';

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
          '`csv` has every posting with nine decimal places, `json` the exact totals by account. The other formats are an archive of the files to import, with a manifest; their accounts are in the accounting file of the server.',
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
              'application/zip': { schema: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const period = parsePeriod(request.params.period);
      const { format } = request.query;
      const isMapped = format !== 'csv' && format !== 'json';
      const file = isMapped ? await readAccountingFile(services.accountingFile) : undefined;
      const source = await readJournalSource(services.warehouse, period);
      reply.header('cache-control', 'private, no-cache');
      if (format === 'json') return reply.type('application/json; charset=utf-8').send(summaryOf(source));
      const name = isMapped && file ? `journal-${period}-${format}.zip` : `journal-${period}.csv`;
      reply.header('content-disposition', `attachment; filename="${name}"`);
      if (isMapped && file) {
        return reply.type('application/zip').send(journalArchive(composeJournal(source), { format, file }));
      }
      const pieces = exactCsv(services.warehouse, source);
      return reply.type('text/csv; charset=utf-8').send(Readable.from(pieces, { objectMode: false }));
    },
  );
};
