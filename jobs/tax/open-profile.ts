import type { TaxProfile } from '../../ingest/tax/forms.ts';
import { joinProfile, type MaskedProfile } from '../../ingest/tax/masked-profile.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { TaxOpeningsTable, TaxProfileValuesTable } from '../../warehouse/operational/tax-tables.ts';
import type { Services } from '../job.ts';
import { keyForReading } from './data-keys.ts';
import type { FormInForce } from './forms-in-force.ts';
import { placeOf, WHOLE } from './record-profile.ts';
import { open } from './sealed-value.ts';
import { requireTaxKeys } from './tax-keys.ts';

type Stores = Pick<Services, 'operational' | 'clock' | 'taxKeys'>;
type Version = Pick<FormInForce, 'creator_id' | 'form' | 'version' | 'data_key_id'>;

/** Who opens a profile, and what for. */
export interface Opening {
  readonly purpose: Exclude<TaxOpeningsTable['purpose'], 'rotated'>;
  readonly because: string | null;
  readonly by: string;
}

/**
 * A version of a profile with masks in the place of its numbers; it has names and addresses, so the opening is logged. Throws `Conflict` if it is
 * erased, `Unavailable` without its key, `InvariantBroken` if it was changed.
 */
export async function openMasked(stores: Stores, version: Version, opening: Opening): Promise<MaskedProfile> {
  const opened = await openValues(stores, { version, opening, fields: [WHOLE] });
  return JSON.parse(requirePresent(opened.get(WHOLE), 'A profile has its sealed whole.')) as MaskedProfile;
}

/** A version of a profile as the creator gave it. The opening is logged before anything is opened. Throws as `openMasked`, and `Rejected` without a reason. */
export async function openInFull(stores: Stores, version: Version, opening: Opening): Promise<TaxProfile> {
  if (!opening.because?.trim()) {
    throw new Rejected(`The numbers of ${version.creator_id} are shown only for a reason; say it in one sentence.`);
  }
  const opened = await openValues(stores, { version, opening });
  const { [WHOLE]: whole, ...secrets } = Object.fromEntries(opened);
  const masked = JSON.parse(requirePresent(whole, 'A profile has its sealed whole.')) as MaskedProfile;
  return joinProfile({ masked, secrets: new Map(Object.entries(secrets)) });
}

/** A document of tax that somebody else than its creator reads, of one creator or of all on a form; or a billing profile. */
export interface Reading extends Opening {
  /** Of a billing profile its table, party and version. */
  readonly document_id: string;
  readonly subject: string;
}

/** Logs that somebody reads a document of tax, before it is read. */
export async function logReading(
  { operational, clock }: Pick<Services, 'operational' | 'clock'>,
  { document_id, subject, purpose, because, by }: Reading,
): Promise<void> {
  await operational
    .insertInto('tax_openings')
    .values({
      ...{ creator_id: subject, form: null, version: null, fields: document_id },
      ...{ purpose, because, opened_by: by, opened_at: instant(clock.now()) },
    })
    .execute();
}

interface Opened {
  readonly version: Version;
  readonly opening: Opening;
  /** All without it. */
  readonly fields?: readonly string[];
}

/** The texts of sealed values by field. What is not logged is not opened. */
async function openValues(stores: Stores, { version, opening, fields }: Opened): Promise<ReadonlyMap<string, string>> {
  const { operational, clock } = stores;
  const { creator_id, form } = version;
  const key = await keyForReading(operational, { taxKeys: requireTaxKeys(stores), dataKeyId: version.data_key_id });
  if (!key) throw new Conflict(`The ${form} of ${creator_id} was erased.`);
  const rows = (await valuesOf(operational, version)).filter(({ field }) => fields?.includes(field) ?? true);
  await operational
    .insertInto('tax_openings')
    .values({
      ...{ creator_id, form, version: version.version, fields: rows.map(({ field }) => field).join(', ') },
      ...{ purpose: opening.purpose, because: opening.because, opened_by: opening.by, opened_at: instant(clock.now()) },
    })
    .execute();
  return new Map(rows.map((row) => [row.field, open(row, { key, place: placeOf(row) }).toString()]));
}

function valuesOf(
  operational: Services['operational'],
  { creator_id, form, version }: Version,
): Promise<TaxProfileValuesTable[]> {
  return operational
    .selectFrom('tax_profile_values')
    .selectAll()
    .where('creator_id', '=', creator_id)
    .where('form', '=', form)
    .where('version', '=', version)
    .orderBy('field')
    .execute();
}
