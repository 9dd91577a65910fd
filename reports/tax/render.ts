import { setImmediate } from 'node:timers/promises';
import { Rejected } from '../../warehouse/errors.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import { type ExportFile, exportArchive, withManifest } from '../render/export-files.ts';
import { assertExported } from './compose.ts';
import { dac7Rules, renderDac7, reportedOnDac7 } from './dac7.ts';
import { changesOf, type FiledForm, type PayerRecord, type RecordRules, type Reported } from './filed.ts';
import type { FormYear } from './form-year.ts';
import { GENERIC_RULES, type GenericPart, renderGeneric, reportedOnGeneric } from './generic.ts';
import { type FilingSummary, manifestOf, readmeOf } from './manifest.ts';
import { assertNoFaults } from './profiles.ts';
import { type FormFiles, type RecipientFile, renderRecipientCopies } from './recipient-copy.ts';
import type { RenderOptions } from './render-options.ts';
import type { TaxFile } from './tax-file.ts';
import { type Form1042S, render1042S, reportedOn1042S, rules1042S } from './us-1042-s.ts';
import { type Return1099, RULES_1099, render1099Misc, reportedOn1099 } from './us-1099-misc.ts';
import { leftToHand, REASONS, TO_BE_RESOLVED } from './words.ts';

/** What a form is filed with: the files to give to the tax office, the copies of creators, and all that it has then. */
export interface Filing extends FormFiles {
  /** False if nothing has changed since the last one; then there is nothing to give to the tax office. */
  readonly isNeeded: boolean;
  readonly summary: FilingSummary;
  readonly filed: FiledForm;
}

type Options = RenderOptions & { readonly before?: FiledForm | undefined };

/**
 * What leads from the last filing of a form to the year as it is; the first one has everything. Equal years, tax files, profiles and
 * filings before have equal bytes. Throws `Rejected` with everything that stands against it; then there is no file at all.
 */
export function composeFiling(year: FormYear, options: Options): Filing {
  const { us_1099_misc, us_1042_s, dac7 } = options.file;
  assertExported({ form: year.form, file: options.file });
  assertFilable(year, options);
  if (year.form === 'us_1099_misc' && us_1099_misc) {
    const own = { ...options, settings: us_1099_misc };
    const before = options.before as FiledForm<Return1099> | undefined;
    return composed(year, reportedOn1099(year, own), {
      ...{ before, rules: RULES_1099 },
      render: (changes) => renderIrs(year, own, (options) => render1099Misc(changes, { ...options, year })),
    });
  }
  if (year.form === 'us_1042_s' && us_1042_s) {
    const own = { ...options, settings: us_1042_s };
    const before = options.before as FiledForm<Form1042S> | undefined;
    return composed(year, reportedOn1042S(year, own), {
      ...{ before, rules: rules1042S(year) },
      render: (changes) => renderIrs(year, own, (options) => render1042S(changes, { ...options, year })),
    });
  }
  if (year.form === 'dac7' && dac7) {
    const own = { ...options, settings: dac7 };
    const before = options.before as FiledForm<string> | undefined;
    return composed(year, reportedOnDac7(year, own), {
      ...{ before, rules: dac7Rules(year, own) },
      render: (changes) => renderDac7(changes, { ...own, year, before }),
    });
  }
  return composed(year, reportedOnGeneric(year), {
    ...{ before: options.before as FiledForm<GenericPart> | undefined, rules: GENERIC_RULES },
    render: () => ({ files: renderGeneric(year, options) }),
  });
}

/**
 * The files of a form of the IRS with its payer, as it is stored with a filing. No return corrects a payer's name or number: the IRS is informed by letter
 * (General Instructions for Certain Information Returns, “Reporting incorrect payer name and/or TIN”). Until the operator says that it was, a filing under another
 * payer is refused with `Rejected`; then later returns go under the new one, and each recipient gets a new copy.
 */
function renderIrs<O extends Options & { settings: { ein: string } }>(
  year: FormYear,
  options: O,
  render: (options: O) => FormFiles,
): FormFiles & { readonly payer: PayerRecord } {
  const { file, settings, before } = options;
  const content = JSON.stringify([file.payer.name, settings.ein]);
  const filed = before?.payer?.content ?? content;
  const isOther = filed !== content;
  if (isOther && !options.isPayerCorrected) {
    const [name, ein] = JSON.parse(filed) as string[];
    throw new Rejected(
      `${year.form} of ${year.tax_year.year} was filed as ${name}, EIN ${ein}, and nothing was filed as ${file.payer.name}, EIN ${settings.ein}: no return corrects the payer. If ${name}, EIN ${ein}, was wrong, tell the IRS by letter (General Instructions for Certain Information Returns, “Reporting incorrect payer name and/or TIN”), then file again with --payer-corrected and --because, saying when you wrote: later returns go under ${file.payer.name}, and each recipient gets a new copy. If it was right, set the tax file to it.`,
    );
  }
  return { ...render({ ...options, isPayerCorrected: isOther }), payer: { record_id: '', content } };
}

interface Composing<C> {
  readonly before: FiledForm<C> | undefined;
  readonly rules: RecordRules<C>;
  readonly render: (changes: ReturnType<typeof changesOf<C>>) => {
    readonly files: readonly ExportFile[];
    readonly copies?: readonly RecipientFile[];
    readonly payer?: FiledForm['payer'];
    readonly ids?: readonly string[];
  };
}

function composed<C>(
  { form, tax_year, left_out }: FormYear,
  reported: readonly Reported<C>[],
  { before, rules, render }: Composing<C>,
): Filing {
  const byHand = new Set(left_out.flatMap(({ creator_id, reason }) => (reason === 'by_hand' ? [creator_id] : [])));
  const kept = before?.records.filter(({ creator_id, is_withdrawn }) => byHand.has(creator_id) && !is_withdrawn) ?? [];
  const found = changesOf([...reported, ...kept], { before, rules });
  const { files, copies = [], payer = null, ids = found.changes.map(({ record_id }) => record_id) } = render(found);
  const [last, now] = [before?.payer ?? undefined, payer ?? undefined];
  const isSamePayer = now?.record_id === last?.record_id && now?.content === last?.content;
  const isNeeded = !before || found.changes.length > 0 || !isSamePayer;
  const number = (before?.number ?? 0) + 1;
  const used_ids = [...new Set([...(before?.used_ids ?? []), ...ids])].filter((id) => id !== '');
  const count = (act: string): number => found.changes.filter((change) => change.act === act).length;
  return {
    ...{ isNeeded, files, copies },
    summary: {
      number,
      new_count: count('new'),
      corrected_count: count('corrected'),
      withdrawn_count: count('withdrawn'),
    },
    filed: { form, year: tax_year.year, number, based_on: number - 1, payer, records: found.records, used_ids },
  };
}

/**
 * Throws `Rejected` with what stops a form, and with everybody who is on file but is left out only because something is missing: what
 * was filed is taken back for a reason, not because a form has expired or was erased.
 */
export function assertFilable(year: FormYear, { file, before }: Pick<Options, 'file' | 'before'>): void {
  const onFile = new Set(before?.records.flatMap((each) => (each.is_withdrawn ? [] : [each.creator_id])));
  const missing = year.left_out
    .filter(({ creator_id, reason }) => onFile.has(creator_id) && TO_BE_RESOLVED.includes(reason))
    .map(
      ({ creator_id, reason }) =>
        `${creator_id}: was filed, but is left out now, because ${REASONS[reason]}; ask the creator for it, or ${leftToHand(file, year.form)}.`,
    );
  assertNoFaults({ ...year, faults: [...year.faults, ...missing, ...falseNil(year, before)] });
}

/** A first message of DAC7 without sellers says that there is nothing to report (DPI403 in DPIXML_v1.0.xsd), which is false if some are reported by hand. */
function falseNil({ form, included, left_out }: FormYear, before: Options['before']): string[] {
  const byHand = left_out.flatMap(({ creator_id, reason }) => (reason === 'by_hand' ? [creator_id] : []));
  if (form !== 'dac7' || included.length > 0 || before?.payer || byHand.length === 0) return [];
  return [
    `${byHand.join(', ')}: reported by hand, which leaves no seller, and a message without sellers would say that there is nothing to report; report the platform by hand too.`,
  ];
}

type File = Pick<ExportFile, 'name' | 'bytes'>;

/** What is given to the tax office of a filing, and before it a text for people and a manifest. Copies of creators are documents of their own. */
export function filesOfFiling(
  year: FormYear,
  { filing, file }: { filing: Filing; file: RenderOptions['file'] },
): File[] {
  return withText(year, { file, files: filing.files, filing: { ...filing.summary, copy_count: filing.copies.length } });
}

/** The whole form as nobody has filed it yet, with the copies of creators; between two of them other work of the thread goes on. */
export async function renderForm(year: FormYear, options: RenderOptions): Promise<File[]> {
  const { files, copies } = composeFiling(year, options);
  const rendered: ExportFile[] = [];
  for (const { name, copies: own } of copies) {
    await setImmediate();
    rendered.push({ name, row_count: own.length, bytes: renderRecipientCopies(own) });
  }
  return withText(year, { file: options.file, files: [...files, ...rendered], filing: null });
}

function withText(year: FormYear, given: Parameters<typeof manifestOf>[1]): File[] {
  const manifest = manifestOf(year, given);
  const stem = stemOf(year, given.file);
  return withManifest(given.files, { stem, text: readmeOf(manifest), manifest });
}

/** With which the names of the files of a form begin: `tax-2026-us-1099-misc`, of another payer than the main one `tax-2026-ireland-dac7`. */
export function stemOf({ form, tax_year }: Pick<FormYear, 'form' | 'tax_year'>, { payer_id }: TaxFile): string {
  const payer = payer_id === MAIN_PAYER ? '' : `-${payer_id}`;
  return `tax-${tax_year.year}${payer}-${form.replaceAll('_', '-')}`;
}

/** The files as one archive, dated as the last closing. */
export function archiveOf({ tax_year }: FormYear, files: readonly File[]): Buffer {
  return exportArchive(files, tax_year.cutoff_at);
}
