import { taxSettingsChanged } from '../../ingest/events/tax.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import { readTaxFile, type TaxFile } from '../../reports/tax/tax-file.ts';
import { PAYER_COUNTRIES, WITHHOLDING_RULES } from '../../transforms/seeds/withholding-rules.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import type { Services } from '../job.ts';

const QUERIES = readQueries(import.meta.url, 'tax-settings.queries.sql', { settings: [], credited_last: [] });

/** What is withheld of creators without a valid form: as of one abroad, as of a resident without a number, or nothing. */
export const TREATMENTS = ['as_foreign', 'as_unidentified', 'not_withheld'] as const;
export type Treatment = (typeof TREATMENTS)[number];

export type TaxSettings = Readonly<{
  /** Of whose creators: `main`, or another payer of the tax file. */
  payer_id: string;
  /** The first day on whose credits they apply: royalties of a month are credited on the first day after it. */
  valid_from_on: string;
  payer_country: string;
  undocumented_treatment: Treatment;
}>;

export type RecordedTaxSettings = TaxSettings & Readonly<{ decided_by: string; decided_at: string }>;

/**
 * Sets from which day on a payer withholds tax, by the law of which country, and how its creators without a form are treated; it is reported as
 * an event, so that each closing keeps what was set before it. Throws `Rejected` for a country or treatment without a rule and for a payer that is
 * not in the country, as `readTaxFile` for another payer than the main one, and `Conflict` for a day on which a month was credited that is closed.
 */
export async function setTaxSettings(
  { operational, warehouse, clock, taxFile }: Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxFile'>,
  settings: TaxSettings,
  by: string,
): Promise<RecordedTaxSettings> {
  const { payer_id, valid_from_on, payer_country, undocumented_treatment } = settings;
  assertRules(settings);
  if (payer_id !== MAIN_PAYER) assertPayerIn(payer_country, await readTaxFile(taxFile, payer_id));
  const [last] = await warehouse.query<{ credited_on: string; period: string }>(...QUERIES.credited_last());
  if (last && valid_from_on <= last.credited_on) {
    throw new Conflict(
      `Tax cannot be withheld from ${valid_from_on} on: ${last.period} is closed, and its royalties were credited on ${last.credited_on}. Choose a later day.`,
    );
  }
  const decided_at = instant(clock.now());
  await enqueueEvent(operational, {
    declaration: taxSettingsChanged,
    properties: {
      ...{ payer_id, payer_country, undocumented_treatment, decided_by: by },
      valid_from_at: `${valid_from_on}T00:00:00.000Z`,
    },
    messageId: derivedId('tax', 'settings', payer_id, valid_from_on, payer_country, undocumented_treatment, decided_at),
    occurredAt: decided_at,
  });
  return { ...settings, decided_by: by, decided_at };
}

/** The settings that were loaded so far, the latest day first. */
export function taxSettingsOf({ warehouse }: Pick<Services, 'warehouse'>): Promise<RecordedTaxSettings[]> {
  return warehouse.query<RecordedTaxSettings>(...QUERIES.settings());
}

/** A payer withholds by the law of its own country. */
function assertPayerIn(payer_country: string, { payer_id, payer }: TaxFile): void {
  const { country } = payer.address;
  if (country !== payer_country)
    throw new Rejected(
      `The payer ${payer_id} is in ${country} by the tax file, so it does not withhold by the law of ${payer_country}; choose ${country}, or correct the tax file.`,
    );
}

function assertRules({ payer_country, undocumented_treatment }: TaxSettings): void {
  if (!PAYER_COUNTRIES.includes(payer_country)) {
    throw new Rejected(
      `There are no rules of tax withheld for a payer in ${payer_country}, only for ${PAYER_COUNTRIES.join(', ')}; add them to transforms/seeds/withholding-rules.ts.`,
    );
  }
  const has = WITHHOLDING_RULES.some(
    (rule) => rule.payer_country === payer_country && rule.payee_status === 'domestic_unidentified',
  );
  if (undocumented_treatment === 'as_unidentified' && !has) {
    throw new Rejected(
      `A payer in ${payer_country} has no rule for residents without a number; choose as_foreign or not_withheld.`,
    );
  }
}
