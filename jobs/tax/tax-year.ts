import type { TaxProfile } from '../../ingest/tax/forms.ts';
import { assertExported, composeForm } from '../../reports/tax/compose.ts';
import type { TaxYear } from '../../reports/tax/document.ts';
import type { FiledForm } from '../../reports/tax/filed.ts';
import { assertBoxesChecked, requireHeader1099Misc } from '../../reports/tax/form-data.ts';
import type { CreatorFacts, FormYear } from '../../reports/tax/form-year.ts';
import { totalsOf } from '../../reports/tax/manifest.ts';
import { type Profiles, REGIME_OF_FORM } from '../../reports/tax/profiles.ts';
import { parseYear, periodsOf, readTaxYear } from '../../reports/tax/read.ts';
import { archiveOf, assertFilable, renderForm, stemOf } from '../../reports/tax/render.ts';
import { type PayerName, readPayers, readTaxFile, type TaxFile } from '../../reports/tax/tax-file.ts';
import {
  FORM_TITLES,
  FORMS,
  NOTICE,
  REASONS,
  type Reason,
  RULE_SET_ON,
  type TaxFormName,
  TO_BE_RESOLVED,
} from '../../reports/tax/words.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { type DocumentKind, subjectOfPayer } from '../../warehouse/vocabulary/documents.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import { documentsInForce } from '../document-rows.ts';
import type { Services } from '../job.ts';
import type { FormInForce } from './forms-in-force.ts';
import { type FormOfYear, formsOfYear } from './forms-of-year.ts';
import { openInFull } from './open-profile.ts';
import { payersOfYear } from './payers.ts';
import { requireYearOpening } from './year-openings.ts';

type Stores = Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxKeys' | 'taxFile' | 'taxOpenedBy'>;

/** A form of a year before it is exported: without names and numbers. */
interface FormStatus {
  readonly form: TaxFormName;
  readonly included_count: number;
  readonly left_out_count: Record<string, number>;
  /** Who must be asked for something, and what. */
  readonly to_be_resolved: {
    readonly creator_id: string;
    readonly reason: Reason;
    readonly because: string;
  }[];
  /** What stops the export, a sentence each. */
  readonly faults: string[];
  /** The last filing; null if there is none. */
  readonly filed: { readonly document_id: string; readonly filed_at: string; readonly filed_by: string | null } | null;
}

export interface TaxYearStatus {
  readonly year: string;
  /** Whose forms these are, and all payers of the tax file. */
  readonly payer_id: string;
  readonly payers: PayerName[];
  readonly year_basis: 'credited' | 'paid';
  readonly rule_set_on: string;
  readonly notice: string;
  readonly first_period: string;
  readonly last_period: string;
  /** False while a month of the year is open; then there are no forms. */
  readonly is_closed: boolean;
  readonly forms: FormStatus[];
  /** The ledger's year of the payer's creators, as decimal text. */
  readonly totals: { readonly amount: string; readonly currency: string; readonly ledger: string }[];
}

/** What each form that the tax file has for a payer would hold, and what is missing for whom. Opens no profile. Throws as `readTaxFile` and `readTaxYear`. */
export async function taxYearStatus(
  stores: Stores,
  yearText: string,
  payer_id: string = MAIN_PAYER,
): Promise<TaxYearStatus> {
  const year = parseYear(yearText);
  const file = await readTaxFile(stores.taxFile, payer_id);
  const { first, last } = periodsOf(year, file.year_basis);
  const heading = {
    ...{ year, payer_id, payers: await readPayers(stores.taxFile) },
    ...{ year_basis: file.year_basis, rule_set_on: RULE_SET_ON, notice: NOTICE },
    ...{ first_period: first, last_period: last },
  };
  const tax_year = await yearOfPayer(stores, { year, file }).catch((error: unknown) => {
    if (error instanceof Conflict) return undefined;
    throw error;
  });
  if (!tax_year) return { ...heading, is_closed: false, forms: [], totals: [] };
  const facts = factsOf(await formsOfYear(stores.operational, { year }));
  const years = FORMS.filter((form) => form === 'generic' || file[form]).map((form) =>
    composeForm(tax_year, { form, file, facts }),
  );
  const generic = requirePresent(years.at(-1), 'The form of all creators is always there.');
  const totals = totalsOf(generic).map(({ amount, currency, ledger }) => ({ amount, currency, ledger }));
  const forms = years.map(async (each) => statusOf(each, { file, filed: await lastFiling(stores, each, payer_id) }));
  return { ...heading, is_closed: true, forms: await Promise.all(forms), totals };
}

/**
 * A calendar year of the ledger, of the creators who have the payer of a file in it. Throws as `readTaxYear`, and `Rejected` if the tax file lacks the payer of
 * a creator, who would be on the forms of no payer.
 */
async function yearOfPayer(
  stores: Pick<Stores, 'warehouse' | 'taxFile'>,
  { year, file }: { readonly year: string; readonly file: TaxFile },
): Promise<TaxYear> {
  const tax_year = await readTaxYear(stores.warehouse, { year, basis: file.year_basis });
  const payerOf = await payersOfYear(stores, year);
  const payers = new Set((await readPayers(stores.taxFile)).map(({ payer_id }) => payer_id));
  const lost = new Set(tax_year.creators.map(({ creator_id }) => creator_id).filter((id) => !payers.has(payerOf(id))));
  if (lost.size > 0)
    throw new Rejected(
      `The forms of ${year} would not sum to the ledger, because the tax file does not have the payer ${lackingPayers([...lost], payerOf)}; add what is missing to other_payers of TANTIEME_TAX_FILE.`,
    );
  return { ...tax_year, creators: tax_year.creators.filter(({ creator_id }) => payerOf(creator_id) === file.payer_id) };
}

/** Each payer with one of its creators: `ireland of cr_ben and 2 more`. */
function lackingPayers(creators: readonly string[], payerOf: (creatorId: string) => string): string {
  return [...Map.groupBy(creators, payerOf)]
    .map(
      ([payer, [first, ...others]]) => `${payer} of ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`,
    )
    .join(', ');
}

/** The kind under which a form is stored: for the tax office as `zip` and `json`, for its creators as `pdf`. */
export const KIND_OF_FORM = {
  us_1099_misc: 'tax_1099_misc',
  us_1042_s: 'tax_1042_s',
  dac7: 'tax_dac7',
  generic: 'tax_year',
} as const satisfies Readonly<Record<TaxFormName, DocumentKind>>;

/** The form that is stored under a kind. Throws `InvariantBroken` for another kind. */
export function formOf(kind: DocumentKind): TaxFormName {
  return requirePresent(
    FORMS.find((form) => KIND_OF_FORM[form] === kind),
    `${kind} must be the kind of a tax form.`,
  );
}

async function lastFiling(
  { operational }: Stores,
  { form, tax_year }: FormYear,
  payerId: string,
): Promise<FormStatus['filed']> {
  const inForce = await documentsInForce(operational, { kind: KIND_OF_FORM[form], period: tax_year.year });
  const archive = inForce.find(({ format, subject }) => format === 'zip' && subject === subjectOfPayer(payerId));
  if (!archive) return null;
  const { document_id, issued_at, issued_by } = archive;
  return { document_id, filed_at: issued_at, filed_by: issued_by };
}

function statusOf(each: FormYear, { file, filed }: { file: TaxFile; filed: FormStatus['filed'] }): FormStatus {
  const { form, included, left_out, faults } = each;
  const counts: Record<string, number> = {};
  for (const { reason } of left_out) counts[reason] = (counts[reason] ?? 0) + 1;
  const to_be_resolved = left_out
    .filter(({ reason }) => TO_BE_RESOLVED.includes(reason))
    .map(({ creator_id, reason }) => ({ creator_id, reason, because: REASONS[reason] }));
  return {
    ...{ form, included_count: included.length, left_out_count: counts, to_be_resolved },
    faults: [...settingFaults(each, file), ...faults],
    filed,
  };
}

/** What an export would stop at before it opens anything. */
function settingFaults({ form, tax_year }: FormYear, file: TaxFile): string[] {
  try {
    assertSettings({ form, file, year: tax_year.year });
    return [];
  } catch (error) {
    if (error instanceof Rejected) return [error.message];
    throw error;
  }
}

function assertSettings({ form, file, year }: { form: TaxFormName; file: TaxFile; year: string }): void {
  assertExported({ form, file });
  if (form === 'us_1099_misc' && file.us_1099_misc) requireHeader1099Misc(year, file.us_1099_misc);
  if (form === 'us_1042_s' && file.us_1042_s) assertBoxesChecked(year, file.us_1042_s);
}

/**
 * A form of a year as an archive, as a preview: nothing is filed. The profiles of those who are on it are opened in full, and each opening is
 * logged; nothing is opened while something stands against the export. Throws `Rejected` with all of that, and as `readTaxFile` and `readTaxYear`.
 */
export async function exportTaxForm(
  stores: Stores,
  request: FormRequest,
): Promise<{ readonly name: string; readonly archive: Buffer }> {
  const { composed, file, profiles } = await openForm(stores, request);
  return {
    name: archiveName(composed, file),
    archive: archiveOf(composed, await renderForm(composed, { file, profiles })),
  };
}

/** `tax-2026-us-1099-misc.zip`, of another payer than the main one `tax-2026-ireland-dac7.zip`. */
export function archiveName({ form, tax_year }: Pick<FormYear, 'form' | 'tax_year'>, file: TaxFile): string {
  return `${stemOf({ form, tax_year }, file)}.zip`;
}

export interface FormRequest {
  readonly year: string;
  readonly form: TaxFormName;
  /** As the tax file calls it; the main one if it is left out. */
  readonly payer?: string | undefined;
  /** Who opens the profiles. */
  readonly by: string;
  /** The creators whose last profile counts, although it was recorded after the year or after it was filed. */
  readonly accepted?: readonly string[] | undefined;
}

/** A form of a year with the profiles of those who are on it. */
export interface OpenedForm {
  readonly composed: FormYear;
  readonly file: TaxFile;
  readonly profiles: Profiles;
  /** The profiles that count for the year, of the form's regime. */
  readonly versions: readonly FormOfYear[];
}

/** Composes a form and opens the profiles that it needs, once nothing stands against it. `before` is what was filed last. Throws as `requireYearOpening`. */
export async function openForm(
  stores: Stores,
  { year: yearText, form, payer, by, accepted }: FormRequest,
  before?: FiledForm,
): Promise<OpenedForm> {
  const year = parseYear(yearText);
  const file = await readTaxFile(stores.taxFile, payer);
  assertSettings({ form, file, year });
  const tax_year = await yearOfPayer(stores, { year, file });
  const ofYear = await formsOfYear(stores.operational, { year, filed: before, accepted });
  const versions = ofYear.filter(({ regime }) => regime === REGIME_OF_FORM[form]);
  assertGiven(accepted, { versions, form });
  const composed = composeForm(tax_year, { form, file, facts: factsOf(ofYear) });
  assertFilable(composed, { file, before });
  return { composed, file, versions, profiles: await openAll(stores, { composed, versions, by }) };
}

function assertGiven(
  accepted: readonly string[] = [],
  { versions, form }: { versions: readonly FormInForce[]; form: TaxFormName },
): void {
  const without = accepted.filter((id) => !versions.some(({ creator_id }) => creator_id === id));
  if (without.length > 0)
    throw new Rejected(
      `Nothing can be accepted of ${without.join(', ')} for ${FORM_TITLES[form]}, because they have given no profile for it; leave them out.`,
    );
}

function factsOf(forms: readonly FormInForce[]): ReadonlyMap<string, CreatorFacts> {
  const found = new Map<string, CreatorFacts>();
  for (const { creator_id, regime, facts } of forms) {
    if (regime === 'us' || regime === 'dac7') found.set(creator_id, { ...found.get(creator_id), [regime]: facts });
  }
  return found;
}

async function openAll(
  stores: Stores,
  { composed, versions, by }: { composed: FormYear; versions: readonly FormInForce[]; by: string },
): Promise<Profiles> {
  const { form, tax_year, included } = composed;
  const opened = new Map<string, TaxProfile>();
  if (REGIME_OF_FORM[form] === null || included.length === 0) return opened;
  const because = await requireYearOpening(stores, { year: tax_year.year, form, by });
  const given = new Map(versions.map((each) => [each.creator_id, each]));
  for (const { creator_id } of included) {
    const version = requirePresent(given.get(creator_id), 'Who is on a form has given one.');
    opened.set(creator_id, await openInFull(stores, version, { purpose: 'exported', because, by }));
  }
  return opened;
}
