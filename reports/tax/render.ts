import { type ExportFile, exportArchive, withManifest } from '../render/export-files.ts';
import { assertExported, type FormYear } from './compose.ts';
import { renderDac7 } from './dac7.ts';
import { renderGeneric } from './generic.ts';
import { manifestOf, readmeOf } from './manifest.ts';
import { assertNoFaults } from './profiles.ts';
import type { RenderOptions } from './render-options.ts';
import { render1042S } from './us-1042-s.ts';
import { render1099Misc } from './us-1099-misc.ts';

/**
 * The files of a form, and before them a text for people and a manifest. Equal years, tax files and profiles have equal bytes. Throws
 * `Rejected` with everything that stands against it; then there is no file at all.
 */
export function renderForm(year: FormYear, options: RenderOptions): Pick<ExportFile, 'name' | 'bytes'>[] {
  assertExported({ form: year.form, file: options.file });
  assertNoFaults(year);
  const files = filesOf(year, options);
  const manifest = manifestOf(year, { file: options.file, files });
  const stem = `tax-${year.tax_year.year}-${year.form.replaceAll('_', '-')}`;
  return withManifest(files, { stem, text: readmeOf(manifest), manifest });
}

function filesOf(year: FormYear, options: RenderOptions): ExportFile[] {
  const { us_1099_misc, us_1042_s, dac7 } = options.file;
  if (year.form === 'us_1099_misc' && us_1099_misc) return render1099Misc(year, { ...options, settings: us_1099_misc });
  if (year.form === 'us_1042_s' && us_1042_s) return render1042S(year, { ...options, settings: us_1042_s });
  if (year.form === 'dac7' && dac7) return renderDac7(year, { ...options, settings: dac7 });
  return renderGeneric(year, options);
}

/** The files as one archive, dated as the last closing. */
export function formArchive(year: FormYear, options: RenderOptions): Buffer {
  return exportArchive(renderForm(year, options), year.tax_year.cutoff_at);
}
