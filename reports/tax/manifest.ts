import { minorToDecimal } from '../../warehouse/money.ts';
import {
  type ExportFile,
  type ListedFile,
  linesOfFiles,
  linesOfSettings,
  listed,
  textOf,
} from '../render/export-files.ts';
import type { FormCreator, FormYear } from './form-year.ts';
import { sumOf } from './read.ts';
import type { TaxFile } from './tax-file.ts';
import { NOTICE, REASONS, RULE_SET_ON } from './words.ts';

/** Of a filing: its number, from 1, and how many records it has of each kind. */
export interface FilingSummary {
  readonly number: number;
  readonly new_count: number;
  readonly corrected_count: number;
  readonly withdrawn_count: number;
}

interface FilingInManifest extends FilingSummary {
  /** Copies for creators, each a document of its own. */
  readonly copy_count: number;
}

/** What is in the files of an export, by which settings, and who is left out. Amounts are decimal text. */
export interface TaxManifest {
  readonly form: string;
  readonly year: string;
  /** As the tax file calls it, and its name. */
  readonly payer: { readonly payer_id: string; readonly name: string };
  readonly rule_set_on: string;
  readonly notice: string;
  /** Null on a preview. */
  readonly filing: FilingInManifest | null;
  readonly first_period: string;
  readonly last_period: string;
  readonly cutoff_at: string;
  readonly seal: string;
  readonly tax_file_hash: string;
  /** What the operator has chosen. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly included_count: number;
  readonly left_out: readonly { readonly creator_id: string; readonly reason: string; readonly because: string }[];
  /** Refunds of royalties that were credited in an earlier year, for a person to look at: what was taken back, as a negative number. */
  readonly refunds_of_earlier_years: readonly {
    readonly creator_id: string;
    readonly currency: string;
    readonly amount: string;
  }[];
  readonly totals: readonly ShownYearTotal[];
  readonly files: readonly ListedFile[];
}

/** A currency of the ledger: on the form + left out = ledger. */
interface ShownYearTotal {
  readonly amount: string;
  readonly currency: string;
  readonly on_the_form: string;
  readonly left_out: string;
  readonly ledger: string;
}

export function manifestOf(
  year: FormYear,
  { file, files, filing }: { file: TaxFile; files: readonly ExportFile[]; filing: FilingInManifest | null },
): TaxManifest {
  const { form, tax_year, included, left_out } = year;
  return {
    ...{ form, year: tax_year.year, payer: { payer_id: file.payer_id, name: file.payer.name } },
    ...{ rule_set_on: RULE_SET_ON, notice: NOTICE, filing },
    ...{ first_period: tax_year.first_period, last_period: tax_year.last_period },
    ...{ cutoff_at: tax_year.cutoff_at, seal: tax_year.seal, tax_file_hash: file.file_hash },
    settings: settingsShown(year, file),
    included_count: included.length,
    left_out: left_out.map(({ creator_id, reason }) => ({ creator_id, reason, because: REASONS[reason] })),
    refunds_of_earlier_years: tax_year.creators
      .filter(({ earlier_minor }) => earlier_minor !== 0n)
      .map(({ creator_id, currency, earlier_minor }) => ({
        ...{ creator_id, currency, amount: minorToDecimal(earlier_minor, currency) },
      })),
    totals: totalsOf(year),
    files: files.map(listed),
  };
}

/** Without the payer's own numbers and the headings of templates. */
function settingsShown({ form, tax_year }: FormYear, file: TaxFile): Record<string, unknown> {
  const own: Readonly<Record<string, unknown>> = form === 'generic' ? {} : (file[form] ?? {});
  const { ein: _, tin: __, headers, boxes_checked, by_hand, ...chosen } = own;
  const byHand = (by_hand as Readonly<Record<string, object>> | undefined)?.[tax_year.year];
  const checked = (headers ?? boxes_checked) as Record<string, { checked_on: string; checked_by: string }> | undefined;
  const header = checked?.[tax_year.year];
  return {
    year_basis: file.year_basis,
    ...chosen,
    ...(byHand && { by_hand: byHand }),
    ...(header && { form_checked_on: header.checked_on, form_checked_by: header.checked_by }),
    rates: file.rates.filter(({ year }) => year === tax_year.year),
  };
}

const SHOWN = ['credited', 'taken_back', 'adjusted', 'withheld', 'sent', 'returned'] as const;

export function totalsOf({ tax_year, included, left_out }: FormYear): ShownYearTotal[] {
  const currencies = [...new Set(tax_year.creators.map(({ currency }) => currency))].sort();
  const sum = (creators: readonly FormCreator[], currency: string, name: (typeof SHOWN)[number]): bigint =>
    creators
      .flatMap(({ parts }) => parts)
      .filter((part) => part.currency === currency)
      .reduce((total, part) => total + sumOf(part, `${name}_minor`), 0n);
  return currencies.flatMap((currency) =>
    SHOWN.map((name) => {
      const [on, out] = [sum(included, currency, name), sum(left_out, currency, name)];
      const shown = (minor: bigint): string => minorToDecimal(minor, currency);
      return { amount: name, currency, on_the_form: shown(on), left_out: shown(out), ledger: shown(on + out) };
    }),
  );
}

/** The text beside the files. */
export function readmeOf({ form, year, payer, left_out, totals, files, settings, ...rest }: TaxManifest): string {
  return textOf([
    `${form}, tax year ${year}`,
    '',
    ...[`Payer: ${payer.name} (${payer.payer_id})`, stateOf(rest.filing), rest.notice, ''],
    `Rules as of ${rest.rule_set_on}. Royalties of ${rest.first_period} to ${rest.last_period}: a month is credited on the first day after it.`,
    `Cutoff of the last closing ${rest.cutoff_at}, seal ${rest.seal}. Tax file: SHA-256 ${rest.tax_file_hash}.`,
    '',
    'Chosen by the operator:',
    ...linesOfSettings(settings),
    '',
    `${rest.included_count} on the form, ${left_out.length} left out:`,
    ...left_out.map(({ creator_id, reason, because }) => `  ${creator_id}: ${reason}, ${because}`),
    '',
    ...(rest.refunds_of_earlier_years.length === 0
      ? []
      : [
          'Taken back of royalties that were credited in an earlier year:',
          ...rest.refunds_of_earlier_years.map((each) => `  ${each.creator_id}: ${each.amount} ${each.currency}`),
          '',
        ]),
    'Amount, currency: on the form, left out, ledger',
    ...totals.map(
      (each) => `  ${each.amount}, ${each.currency}: ${each.on_the_form}, ${each.left_out}, ${each.ledger}`,
    ),
    '',
    'Files:',
    ...linesOfFiles(files),
  ]);
}

function stateOf(filing: FilingInManifest | null): string {
  if (!filing) return 'A preview: it is not recorded as filed, and does not say what was filed before.';
  const { number, new_count, corrected_count, withdrawn_count, copy_count } = filing;
  return `Filing ${number} of this form and year: ${new_count} new, ${corrected_count} corrected, ${withdrawn_count} taken back. Copies for recipients, as documents of their own: ${copy_count}.`;
}
