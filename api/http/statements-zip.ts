import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { inForce } from '../../jobs/document-rows.ts';
import type { Services } from '../../jobs/job.ts';
import { deletedDocuments } from '../../jobs/retention/deletions.ts';
import { exactly } from '../../reports/exactly.ts';
import { statementCountOf } from '../../reports/statement/read.ts';
import { FORMATS, type Format } from '../../reports/statement/render.ts';
import { requireClose } from '../../transforms/ledger/closing.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Conflict, NotFound } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { PeriodPath } from './schemas.ts';
import { storedZip, ZIP_CONTENT } from './stored-zip.ts';

const FORMAT_NAMES = Object.keys(FORMATS) as Format[];
/** Rows of the control store that are read at once. */
const ROWS_AT_ONCE = 1000;

/** All statements of a period as one archive. */
export const statementsZipRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/periods/:period/statements.zip',
    {
      config: { permission: 'statements:export' },
      // HEAD would read every statement of the period and discard it.
      exposeHeadRoute: false,
      schema: {
        operationId: 'downloadStatements',
        tags: ['statements'],
        summary: 'All statements of a closed period as one archive',
        description:
          'Refused while some of them are not issued, and once some were deleted, because their term was over. The CSV is the exact one, as it was issued.',
        params: PeriodPath,
        querystring: exactly(
          { format: Type.Enum(FORMAT_NAMES, { default: 'pdf' }) },
          'The format of the statements in the archive.',
        ),
        response: {
          200: {
            description: 'The archive. It has the same bytes whenever it is read.',
            content: ZIP_CONTENT,
          },
        },
      },
    },
    async (request, reply) => {
      const period = parsePeriod(request.params.period);
      const { format } = request.query;
      const { cutoff_at } = await requireClose(services.warehouse, period);
      await assertAllIssued(services, { period, format });
      await assertNoneDeleted(services, { period, format });
      const files = statementFiles(services.operational, { period, format });
      const fileName = `statements-${period}-${format}.zip`;
      return reply.send(storedZip(reply, services, { fileName, files, datedAt: cutoff_at }));
    },
  );
};

interface Wanted {
  readonly period: Period;
  readonly format: Format;
}

function statementsInForce(operational: Operational, { period, format }: Wanted) {
  return inForce(operational, { kind: 'statement', period }).where('format', '=', format);
}

async function assertAllIssued({ operational, warehouse }: Services, wanted: Wanted): Promise<void> {
  const { period, format } = wanted;
  const { issued } = await statementsInForce(operational, wanted)
    .select(({ fn }) => fn.countAll<bigint>().as('issued'))
    .executeTakeFirstOrThrow();
  const all = await statementCountOf(warehouse, period);
  const missing = all - Number(issued);
  if (missing <= 0) return;
  throw new Conflict(
    `The archive of ${period} cannot be made, because ${missing} of its ${all} statements ${missing === 1 ? 'is' : 'are'} not issued as ${format}; run issue-statements and try again.`,
  );
}

/** Before anything is written: a file that is missing later would leave a broken archive. */
async function assertNoneDeleted({ operational }: Services, wanted: Wanted): Promise<void> {
  const { period, format } = wanted;
  const ids = statementsInForce(operational, wanted).select('document_id');
  const { count, last } = await operational
    .selectFrom(deletedDocuments(operational).where('document_id', 'in', ids).as('deleted'))
    .select(({ fn }) => [fn.countAll<bigint>().as('count'), fn.max('deleted_at').as('last')])
    .executeTakeFirstOrThrow();
  if (count > 0n)
    throw new NotFound(
      `The archive of ${period} cannot be made, because ${countOf(Number(count), 'statement')} of it as ${format} ${count === 1n ? 'was deleted' : 'were deleted, the last'} at ${last}, once the term was over; download those that are kept from /v1/documents.zip.`,
    );
}

/** In the order of their names, byte by byte: the order of texts differs between databases. */
async function* statementFiles(
  operational: Operational,
  wanted: Wanted,
): AsyncGenerator<{ readonly name: string; readonly hash: string }> {
  const byName = sql<string>`file_name collate "C"`;
  for (let after = ''; ; ) {
    const rows = await statementsInForce(operational, wanted)
      .select(['file_name as name', 'hash'])
      .where(byName, '>', after)
      .orderBy(byName)
      .limit(ROWS_AT_ONCE)
      .execute();
    yield* rows;
    if (rows.length < ROWS_AT_ONCE) return;
    after = rows.at(-1)?.name ?? '';
  }
}
