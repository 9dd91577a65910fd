import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { TaxProfile } from '../../../ingest/tax/forms.ts';
import { composeForm } from '../../../reports/tax/compose.ts';
import type { CreatorYear } from '../../../reports/tax/document.ts';
import type { FiledForm } from '../../../reports/tax/filed.ts';
import { renderRecipientCopies } from '../../../reports/tax/recipient-copy.ts';
import { composeFiling } from '../../../reports/tax/render.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { hasPoppler } from '../../support/poppler.ts';
import { taxFile } from './example.ts';
import { creatorYear, factsBy, taxYearOf } from './tax-years.ts';

const GIVEN: Readonly<Record<string, TaxProfile>> = { cr_ben: PROFILES.dac7_person, cr_soc: PROFILES.dac7_entity };
const ben = creatorYear('cr_ben', 'EUR', [
  { credited_minor: 1_234_567n, fee_minor: 2_549n, withheld_minor: 3_000n, activity_count: 12n },
  { credited_minor: 10_000n, activity_count: 1n },
]);
const soc = creatorYear('cr_soc', 'EUR', [{}, { credited_minor: 5_000n, activity_count: 2n }]);

function filed(
  creators: readonly CreatorYear[],
  { given = GIVEN, before }: { given?: typeof GIVEN; before?: FiledForm } = {},
) {
  const file = taxFile();
  const facts = factsBy(Object.fromEntries(Object.entries(given).map(([id, profile]) => [id, [profile]])));
  const year = composeForm(taxYearOf(...creators), { form: 'dac7', file, facts });
  return composeFiling(year, { file, profiles: new Map(Object.entries(given)), before });
}

/** The lines of the copies, as a reader of the PDF finds them, by creator. */
function read({ copies }: ReturnType<typeof filed>): Record<string, string[]> {
  return Object.fromEntries(
    copies.map(({ creator_id, copies: own }) => {
      const { stdout } = spawnSync('pdftotext', ['-layout', '-', '-'], { input: renderRecipientCopies(own) });
      return [creator_id, `${stdout}`.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '))];
    }),
  );
}

test.skipIf(!hasPoppler)(
  'each seller gets what was reported about it and of nobody else, in German where that is spoken',
  () => {
    const { cr_ben = [], cr_soc = [] } = read(filed([ben, soc]));
    expect(cr_ben).toEqual(
      expect.arrayContaining([
        'DAC7-Meldung für 2026',
        'Name | Ben Beispiel',
        'Anschrift | Hauptstr. 1, 10115 Berlin, Deutschland',
        'Steueridentifikationsnummer, DE | 36574261809',
        'Geburtsdatum | 17.05.1980',
        'Konto | DE89370400440532013000',
        // 12,345.67 − 30.00 and 100.00, in whole units.
        'Vergütung | 12.316 | 100 | 0 | 0 | 12.416',
        'Einbehaltene Gebühren und | 25 | 0 | 0 | 0 | 25',
        'Einbehaltene Steuern | 30 | 0 | 0 | 0 | 30',
        'Anzahl der Tätigkeiten | 12 | 1 | 0 | 0 | 13',
      ]),
    );
    expect(cr_soc).toEqual(
      expect.arrayContaining([
        'DAC7 report for 2026',
        'Legal name | Exemple SARL',
        'TIN of FR | 303265045',
        'Permanent establishments | Belgium',
        'Consideration | 0 | 50 | 0 | 0 | 50',
      ]),
    );
    expect(cr_soc.join()).not.toContain('Beispiel');
  },
);

test.skipIf(!hasPoppler)(
  'who is corrected or withdrawn gets a copy that says so, and who has not changed gets none',
  () => {
    const first = filed([ben, soc]);
    const renamed = { ...GIVEN, cr_ben: { ...PROFILES.dac7_person, last_name: 'Berger & Söhne' } } as typeof GIVEN;
    const second = filed([ben, soc], { given: renamed, before: first.filed });
    const { cr_ben = [], ...others } = read(second);
    expect(cr_ben).toEqual(expect.arrayContaining(['KORRIGIERT', 'Name | Ben Berger & Söhne']));
    expect(others).toEqual({});
    const third = read(filed([ben], { given: renamed, before: second.filed }));
    expect(Object.keys(third)).toEqual(['cr_soc']);
    expect(third.cr_soc).toEqual(expect.arrayContaining(['WITHDRAWN', 'Legal name | Exemple SARL']));
  },
);
