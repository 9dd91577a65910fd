import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TaxProfile } from '../../../ingest/tax/forms.ts';
import { composeForm } from '../../../reports/tax/compose.ts';
import type { CreatorYear } from '../../../reports/tax/document.ts';
import type { FiledForm } from '../../../reports/tax/filed.ts';
import { renderRecipientCopies } from '../../../reports/tax/recipient-copy.ts';
import { composeFiling } from '../../../reports/tax/render.ts';
import type { TaxFormName } from '../../../reports/tax/words.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { hasVeraPdf, verdictsOfVeraPdf } from '../../support/verapdf.ts';
import { taxFile } from './example.ts';
import { creatorYear, factsBy, taxYearOf } from './tax-years.ts';

const canRun = hasVeraPdf();
const folder = mkdtempSync(join(tmpdir(), 'tantieme-verapdf-tax-'));
afterAll(() => rmSync(folder, { recursive: true }));

function copyOf(form: TaxFormName, given: TaxProfile, { year, before }: { year: CreatorYear; before?: FiledForm }) {
  const file = taxFile();
  const composed = composeForm(taxYearOf(year), { form, file, facts: factsBy({ cr_ada: [given] }) });
  const { copies, filed } = composeFiling(composed, { file, profiles: new Map([['cr_ada', given]]), before });
  return { bytes: renderRecipientCopies(copies[0]?.copies ?? []), filed };
}

const rule: CreatorYear['rules'][number] = {
  ...{ earlier_on: null, payer_country: 'US', payee_status: 'foreign', withholding_rule_id: 'US-300000' },
  ...{ withholding_rate_ppm: 300_000n, taxable_amount: '100', withheld_minor: 3_000n },
};
const yearBy = (...rules: CreatorYear['rules']) => creatorYear('cr_ada', 'USD', [{ credited_minor: 20_000n }], rules);
const [earned, taxed] = [yearBy(), yearBy(rule)];

test.skipIf(!canRun)(
  'veraPDF passes the copies of recipients, new and corrected, and fails one that was tampered with',
  () => {
    const first = copyOf('us_1099_misc', PROFILES.w9, { year: earned });
    // Two returns on one copy.
    const other = { ...PROFILES.w9, name: 'Sara Sample' } as TaxProfile;
    const copies: Readonly<Record<string, Buffer>> = {
      'new-1099.pdf': first.bytes,
      'corrected-1099.pdf': copyOf('us_1099_misc', other, { year: earned, before: first.filed }).bytes,
      'new-1042.pdf': copyOf('us_1042_s', PROFILES.w8ben, { year: taxed }).bytes,
      'new-dac7.pdf': copyOf('dac7', PROFILES.dac7_person, { year: earned }).bytes,
      'not-marked.pdf': Buffer.from(first.bytes.toString('latin1').replace('/Marked true', '/Marked null'), 'latin1'),
    };
    for (const [name, bytes] of Object.entries(copies)) writeFileSync(join(folder, name), bytes);
    const paths = Object.keys(copies).map((name) => join(folder, name));
    for (const flavour of ['3a', 'ua1']) {
      expect(verdictsOfVeraPdf(flavour, paths)).toEqual({
        ...{ 'new-1099.pdf': 'PASS', 'corrected-1099.pdf': 'PASS', 'new-1042.pdf': 'PASS', 'new-dac7.pdf': 'PASS' },
        'not-marked.pdf': 'FAIL',
      });
    }
  },
);
