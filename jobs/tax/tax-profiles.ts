import type { Selectable } from 'kysely';
import type { TaxForm, TaxProfile, TaxRegime } from '../../ingest/tax/forms.ts';
import type { TaxFacts } from '../../ingest/tax/tax-facts.ts';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { Conflict } from '../../warehouse/errors.ts';
import type {
  TaxErasuresTable,
  TaxOpeningsTable,
  TaxProfilesTable,
  TaxWithholdingNoticesTable,
} from '../../warehouse/operational/tax-tables.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import type { Services } from '../job.ts';
import { type FormInForce, formsInForce, isExpired } from './forms-in-force.ts';
import { type Opening, openInFull, openMasked } from './open-profile.ts';
import { TAX_QUERIES } from './tax-queries.ts';
import { isBackupWithheld } from './tax-status.ts';

type Stores = Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxKeys'>;

/** A form in force, without what is sealed. */
export interface ListedForm
  extends Pick<RecordedForm, 'creator_id' | 'form' | 'version' | 'signed_on' | 'valid_until_on'> {
  readonly regime: TaxRegime;
  readonly state: 'valid' | 'expired';
  readonly recorded_at: string;
}

type RecordedForm = Selectable<TaxProfilesTable>;

/** A form in force with its content, masked or in full. */
interface ShownForm extends ListedForm {
  readonly supersedes: string | null;
  readonly recorded_by: string;
  readonly profile: TaxProfile;
}

export interface ShownProfiles {
  readonly creator_id: string;
  readonly backup_withholding: boolean;
  readonly profiles: readonly ShownForm[];
}

/**
 * The forms of a creator that are in force, masked, or in full for a reason; each opening is logged. Throws `NotFound` for an unknown creator,
 * `Conflict` for one without a form, and as `openMasked` and `openInFull`.
 */
export async function showProfiles(
  stores: Stores,
  { creatorId, isRevealed, opening }: { creatorId: string; isRevealed: boolean; opening: Opening },
): Promise<ShownProfiles> {
  const forms = await formsInForce(stores.operational, creatorId);
  if (forms.length === 0) throw await withoutForms(stores, creatorId);
  const profiles: ShownForm[] = [];
  for (const form of forms) {
    const profile = await (isRevealed ? openInFull : openMasked)(stores, form, opening);
    const { supersedes, recorded_by } = form;
    profiles.push({ ...listed(form, todayOf(stores)), supersedes, recorded_by, profile });
  }
  const backup_withholding =
    (await isBackupWithheld(stores.operational, creatorId)) ||
    forms.some(({ regime, facts }) => regime === 'us' && facts.is_subject_to_backup_withholding);
  return { creator_id: creatorId, backup_withholding, profiles };
}

async function withoutForms({ warehouse }: Stores, creatorId: string): Promise<Error> {
  if (!(await creatorExists(warehouse, creatorId))) return unknownCreator(creatorId);
  return new Conflict(
    `${creatorId} has no tax profile; store one with "tantieme tax profile set ${creatorId} --file …".`,
  );
}

const todayOf = ({ clock }: Pick<Stores, 'clock'>): string => instant(clock.now()).slice(0, 10);

function listed(form: FormInForce, today: string): ListedForm {
  const { creator_id, regime, version, signed_on, valid_until_on, recorded_at } = form;
  const state = isExpired(form, today) ? 'expired' : 'valid';
  return { creator_id, form: form.form, regime, version, state, signed_on, valid_until_on, recorded_at };
}

interface ListRequest {
  /** Only forms that have expired or will expire within so many days. */
  readonly expiringDays?: number | undefined;
  /** The creator and regime after which the page begins. */
  readonly after?: readonly string[] | undefined;
  readonly limit: number;
}

/** The forms in force, by creator and regime. */
export async function listProfiles(
  stores: Stores,
  { expiringDays, after, limit }: ListRequest,
): Promise<{ readonly forms: ListedForm[]; readonly hasMore: boolean }> {
  const begin = after && JSON.stringify(after);
  const last =
    expiringDays === undefined ? undefined : instant(stores.clock.now() + expiringDays * DAY_MS).slice(0, 10);
  const keyOf = (form: ListedForm): string => JSON.stringify([form.creator_id, form.regime]);
  const all = (await formsInForce(stores.operational))
    .map((form) => listed(form, todayOf(stores)))
    .filter(({ valid_until_on }) => last === undefined || (valid_until_on !== null && valid_until_on <= last))
    .filter((form) => begin === undefined || keyOf(form) > begin)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return { forms: all.slice(0, limit), hasMore: all.length > limit };
}

/** The creators who have signed up or earned something and have no valid form of the IRS, by id. */
export async function creatorsWithoutForm(
  stores: Stores,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ readonly creators: string[]; readonly hasMore: boolean }> {
  const today = todayOf(stores);
  const forms = await formsInForce(stores.operational);
  const documented = new Set(
    forms.filter((form) => form.regime === 'us' && !isExpired(form, today)).map(({ creator_id }) => creator_id),
  );
  const known = await stores.warehouse.query<{ creator_id: string }>(...TAX_QUERIES.earning_creators());
  const all = known
    .map(({ creator_id }) => creator_id)
    .filter((creatorId) => !documented.has(creatorId) && (after === undefined || creatorId > after))
    .sort();
  return { creators: all.slice(0, limit), hasMore: all.length > limit };
}

interface VersionOfForm extends Pick<ListedForm, 'form' | 'version' | 'signed_on' | 'valid_until_on' | 'recorded_at'> {
  readonly supersedes: string | null;
  readonly recorded_by: string;
  readonly is_erased: boolean;
  readonly facts: TaxFacts;
}

/** Everything that was recorded of a creator's profiles, oldest first, without what is sealed. */
export interface ProfileHistory {
  readonly creator_id: string;
  readonly versions: readonly VersionOfForm[];
  readonly withholding_notices: readonly Omit<Selectable<TaxWithholdingNoticesTable>, 'entry' | 'creator_id'>[];
  readonly openings: readonly Omit<Selectable<TaxOpeningsTable>, 'entry' | 'creator_id'>[];
  readonly erasures: readonly Omit<Selectable<TaxErasuresTable>, 'entry' | 'creator_id'>[];
}

/** Throws `NotFound` for an unknown creator. */
export async function requireHistory(stores: Stores, creatorId: string): Promise<ProfileHistory> {
  const { operational } = stores;
  const versions = await operational
    .selectFrom('tax_profiles as profile')
    .leftJoin('tax_data_keys as key', 'key.data_key_id', 'profile.data_key_id')
    .selectAll('profile')
    .select('key.master_key_id')
    .where('profile.creator_id', '=', creatorId)
    .orderBy('profile.entry')
    .execute();
  const notices = operational
    .selectFrom('tax_withholding_notices')
    .select(['is_on', 'because', 'changed_by', 'changed_at']);
  const openings = operational
    .selectFrom('tax_openings')
    .select(['form', 'version', 'fields', 'purpose', 'because', 'opened_by', 'opened_at']);
  const erasures = operational
    .selectFrom('tax_erasures')
    .select(['step', 'because', 'kept_until_on', 'done_by', 'done_at']);
  const history = {
    creator_id: creatorId,
    versions: versions.map(({ form, version, signed_on, valid_until_on, recorded_at, ...row }) => ({
      ...{ form: form as TaxForm, version, signed_on, valid_until_on, recorded_at },
      ...{ supersedes: row.supersedes, recorded_by: row.recorded_by, is_erased: row.master_key_id === null },
      facts: row.facts as TaxFacts,
    })),
    withholding_notices: await notices.where('creator_id', '=', creatorId).orderBy('entry').execute(),
    openings: await openings.where('creator_id', '=', creatorId).orderBy('entry').execute(),
    erasures: await erasures.where('creator_id', '=', creatorId).orderBy('entry').execute(),
  };
  if (versions.length === 0 && !(await creatorExists(stores.warehouse, creatorId))) throw unknownCreator(creatorId);
  return history;
}
