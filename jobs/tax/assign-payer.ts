import { creatorPayerAssigned } from '../../ingest/events/tax.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import { parseYear } from '../../reports/tax/read.ts';
import { readTaxFile } from '../../reports/tax/tax-file.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { creatorExists } from '../creators.ts';
import type { Services } from '../job.ts';
import type { AssignedPayer } from './payers.ts';

const QUERIES = readQueries(import.meta.url, 'assign-payer.queries.sql', { counted: ['month', 'period'] });

/** That creators have a payer from the first day of a year on. */
interface PayerRequest {
  readonly payer: string;
  readonly year: string;
  readonly creators: readonly string[];
}

/**
 * Gives creators a payer of the tax file from a calendar year on, all of them or none; each is reported as an event. A creator has one payer in a year, so
 * that it is on one form. Throws as `readTaxFile`, `NotFound` for an unknown creator, `Conflict` if a closed month has
 * credited or paid a creator something in that year already.
 */
export async function assignPayer(
  { operational, warehouse, clock, taxFile }: Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxFile'>,
  { payer: payer_id, year: yearText, creators }: PayerRequest,
  by: string,
): Promise<AssignedPayer[]> {
  const year = parseYear(yearText);
  const { payer } = await readTaxFile(taxFile, payer_id);
  const payer_country = payer.address.country;
  const ids = [...new Set(creators)];
  if (ids.length === 0) throw new Rejected('Name the creators who get the payer.');
  for (const id of ids)
    if (!(await creatorExists(warehouse, id))) throw new NotFound(`There is no creator ${id}; check the id.`);
  const counted = await warehouse.query<{ creator_id: string; period: string }>(
    ...QUERIES.counted(`${year}-01`, `${Number(year) - 1}-12`),
  );
  const begun = counted.filter(({ creator_id }) => ids.includes(creator_id));
  if (begun.length > 0)
    throw new Conflict(
      `The payer cannot change in ${year}, because closed months have credited or paid something in it: ${begun.map(({ creator_id, period }) => `${creator_id} (${period})`).join(', ')}. Choose a later year; a creator has one payer in a year.`,
    );
  const decided_at = instant(clock.now());
  const valid_from_on = `${year}-01-01`;
  await operational.transaction().execute(async (transaction) => {
    for (const creator_id of ids)
      await enqueueEvent(transaction, {
        declaration: creatorPayerAssigned,
        properties: {
          ...{ creator_id, payer_id, payer_country, decided_by: by },
          valid_from_at: `${valid_from_on}T00:00:00.000Z`,
        },
        messageId: derivedId('tax', 'payer', creator_id, year, payer_id, decided_at),
        occurredAt: decided_at,
      });
  });
  return ids.map((creator_id) => ({
    ...{ creator_id, payer_id, payer_country, valid_from_on, decided_by: by, decided_at },
  }));
}
