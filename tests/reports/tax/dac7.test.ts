import { expect, test } from 'vitest';
import type { Dac7EntityProfile, Dac7PersonProfile } from '../../../ingest/tax/forms.ts';
import { composeForm } from '../../../reports/tax/compose.ts';
import type { CreatorYear } from '../../../reports/tax/document.ts';
import { composeFiling, filesOfFiling } from '../../../reports/tax/render.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { faultsBySchema, hasConformance } from '../bank/outside-rules.ts';
import { type Example, taxFile } from './example.ts';
import { creatorYear, factsBy, taxYearOf } from './tax-years.ts';

type SellerProfile = Dac7PersonProfile | Dac7EntityProfile;
type Given = Readonly<Record<string, SellerProfile>>;

function exported(creators: readonly CreatorYear[], given: Given, change?: (example: Example) => void) {
  const file = taxFile(change);
  const facts = factsBy(Object.fromEntries(Object.entries(given).map(([id, profile]) => [id, [profile]])));
  const year = composeForm(taxYearOf(...creators), { form: 'dac7', file, facts });
  const files = filesOfFiling(year, {
    file,
    filing: composeFiling(year, { file, profiles: new Map(Object.entries(given)) }),
  });
  return new Map(files.map(({ name, bytes }) => [name, bytes.toString()]));
}

const xmlOf = (...args: Parameters<typeof exported>): string => exported(...args).get('dac7-2026.xml') ?? '';

/** What stands in the elements of a name, in order. */
const inside = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}( [^>]*)?>(.*?)</${name}>`, 'gs'))].map(([, , inner = '']) => inner);

const BEN = [
  creatorYear('cr_ben', 'EUR', [
    { credited_minor: 10_050n, fee_minor: 2_549n, withheld_minor: 3_000n, activity_count: 12n },
    { credited_minor: 1_000n, taken_back_minor: -1_000n, activity_count: 1n },
  ]),
  creatorYear('cr_ben', 'USD', [{}, {}, {}, { credited_minor: 10_000n, activity_count: 2n }]),
];
const SOCIETE = creatorYear('cr_soc', 'EUR', [{}, { credited_minor: 50n, activity_count: 1n }]);
const BOTH: Given = { cr_ben: PROFILES.dac7_person, cr_soc: PROFILES.dac7_entity };

test('has all four quarters in whole units: net of fees and tax, converted by the rate that was given', () => {
  const xml = xmlOf([...BEN, SOCIETE], BOTH);
  const quarters = (name: string) => [1, 2, 3, 4].map((quarter) => inside(xml, `${name}Q${quarter}`)[0]);
  // 100.50 - 30.00 = 70.50, half away from zero; 100.00 USD at 0.90.
  expect(quarters('Cons')).toEqual(['71', '0', '0', '90']);
  expect(quarters('Fees')).toEqual(['25', '0', '0', '0']);
  expect(quarters('Tax')).toEqual(['30', '0', '0', '0']);
  expect(quarters('Numb')).toEqual(['12', '1', '0', '2']);
  expect(inside(xml, 'BirthDate')).toEqual(['1980-05-17']);
  expect(xml).toContain('<IN issuedBy="FR" INType="BRN">303265045</IN>');
  expect(xml).toContain('<ConsQ1 currCode="EUR">');
});

test('has new data alone, with ids that are unique, and equal for equal content', () => {
  const xml = xmlOf([...BEN, SOCIETE], BOTH);
  expect(new Set(inside(xml, 'stf:DocTypeIndic'))).toEqual(new Set(['OECD1']));
  const ids = [...inside(xml, 'stf:DocRefId'), ...inside(xml, 'MessageRefId')];
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^DE2026DE-EXAMPLE1-[0-9a-f]{32}$/);
  expect(xmlOf([...BEN, SOCIETE], BOTH)).toBe(xml);
  const changed = xmlOf([...BEN, creatorYear('cr_soc', 'EUR', [{ credited_minor: 700n }])], BOTH);
  expect(inside(changed, 'stf:DocRefId').filter((id) => ids.includes(id))).toHaveLength(1);
});

test('says that there is nothing to report', () => {
  const xml = xmlOf([creatorYear('cr_ada', 'EUR', [{ credited_minor: 1n }])], {});
  expect(inside(xml, 'MessageTypeIndic')).toEqual(['DPI403']);
  expect(xml).not.toContain('ReportableSeller');
});

test('does not say that there is nothing to report where the operator reports all sellers by hand', () => {
  const byHand = ({ dac7 }: Example) =>
    Object.assign(dac7, { by_hand: { '2026': { cr_ben: 'A court has decided.' } } });
  expect(() => xmlOf(BEN, BOTH, byHand)).toThrow(/cr_ben: reported by hand, .*; report the platform by hand too\.$/);
});

test('who is not reported has a reason, and a small seller of goods is excluded', () => {
  const goods = ({ dac7 }: Example) => Object.assign(dac7, { activity: 'sale_of_goods', reportable_countries: ['DE'] });
  const manifest = exported([...BEN, creatorYear('cr_no', 'EUR', [{ sent_minor: 5n }]), SOCIETE], BOTH, goods).get(
    'tax-2026-dac7.json',
  );
  expect(JSON.parse(manifest ?? '').left_out).toMatchObject([
    { creator_id: 'cr_ben', reason: 'excluded_seller' },
    { creator_id: 'cr_no', reason: 'no_payments' },
    { creator_id: 'cr_soc', reason: 'country_not_reportable' },
  ]);
});

test.each<[string, Partial<CreatorYear['quarters'][number]>, SellerProfile, RegExp]>([
  [
    'a negative quarter',
    { taken_back_minor: -1n },
    PROFILES.dac7_person,
    /cr_ben: the consideration of quarter 3 is negative/,
  ],
  ['a negative fee', { credited_minor: 5n, fee_minor: -90n }, PROFILES.dac7_person, /cr_ben: FeesQ3 is negative/],
  [
    'a control character',
    {},
    { ...PROFILES.dac7_person, last_name: 'Be\u0001n' },
    /cr_ben: last_name has a control character/,
  ],
  [
    'a branch elsewhere',
    {},
    { ...PROFILES.dac7_entity, establishment_countries: ['US'] },
    /cr_ben: establishment_countries has US/,
  ],
  [
    'no birth date',
    {},
    { ...PROFILES.dac7_person, birth_on: '' },
    /cr_ben: birth_on is empty[\s\S]*cr_ben: birth_on is needed/,
  ],
])('%s stops the export with the creator and the field', (_, amounts, profile, sentence) => {
  const ben = creatorYear('cr_ben', 'EUR', [{ credited_minor: 100_000n }, {}, amounts]);
  expect(() => exported([ben], { cr_ben: profile })).toThrow(sentence);
});

test.skipIf(!hasConformance)('is valid by the schema', async () => {
  const noTin = { ...PROFILES.dac7_person, tins: [], birth_place: { city: 'Ö & <x>', country: 'DE' } };
  const messages = [xmlOf([...BEN, SOCIETE], BOTH), xmlOf(BEN, { cr_ben: noTin }), xmlOf([], {})];
  const imported = ['dac7/isodpitypes_v1.0.xsd', 'dac7/oecddpitypes_v1.0.xsd'];
  const faults = (texts: readonly string[]) =>
    faultsBySchema(
      'dac7/DPIXML_v1.0.xsd',
      texts.map((text) => Buffer.from(text)),
      imported,
    );
  expect(await faults(messages)).toEqual([]);
  expect(await faults([messages[0]?.replace('<ConsQ2', '<ConsQ5') ?? ''])).not.toEqual([]);
});
