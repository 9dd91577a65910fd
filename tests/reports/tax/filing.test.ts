import { describe, expect, test } from 'vitest';
import type { TaxProfile } from '../../../ingest/tax/forms.ts';
import { composeForm } from '../../../reports/tax/compose.ts';
import type { CreatorYear } from '../../../reports/tax/document.ts';
import type { FiledForm } from '../../../reports/tax/filed.ts';
import { composeFiling, type Filing } from '../../../reports/tax/render.ts';
import type { Return1099 } from '../../../reports/tax/us-1099-misc.ts';
import type { TaxFormName } from '../../../reports/tax/words.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { faultsBySchema, hasConformance } from '../bank/outside-rules.ts';
import { type Example, taxFile } from './example.ts';
import { creatorYear, factsBy, taxYearOf } from './tax-years.ts';

type Given = Readonly<Record<string, TaxProfile>>;

interface State {
  readonly creators: readonly CreatorYear[];
  readonly given: Given;
  readonly change?: (example: Example) => void;
  readonly isPayerCorrected?: boolean;
}

/** Files a form of one state of the books after another, each from what the one before left, as it is read again from JSON. */
function filings(form: TaxFormName, ...states: readonly State[]): Filing[] {
  let before: FiledForm | undefined;
  return states.map(({ creators, given, change, isPayerCorrected }) => {
    const file = taxFile(change);
    const facts = factsBy(Object.fromEntries(Object.entries(given).map(([id, profile]) => [id, [profile]])));
    const year = composeForm(taxYearOf(...creators), { form, file, facts });
    const filing = composeFiling(year, { file, profiles: new Map(Object.entries(given)), before, isPayerCorrected });
    before = JSON.parse(JSON.stringify(filing.filed)) as FiledForm;
    return filing;
  });
}

const textsOf = ({ files }: Filing): Record<string, string> =>
  Object.fromEntries(files.map(({ name, bytes }) => [name, `${bytes}`]));
const namesOf = ({ files, copies }: Filing): string[] => [...files, ...copies].map(({ name }) => name);
const earned = (id: string, minor: bigint, currency = 'USD') =>
  creatorYear(id, currency, [{ credited_minor: minor, activity_count: 1n }]);

describe('DAC7', () => {
  const GIVEN: Given = { cr_ben: PROFILES.dac7_person, cr_soc: PROFILES.dac7_entity, cr_new: PROFILES.dac7_person };
  const state = (...creators: CreatorYear[]): State => ({ creators, given: GIVEN });
  const [ben, soc, later] = [
    earned('cr_ben', 10_000n, 'EUR'),
    earned('cr_soc', 5_000n, 'EUR'),
    earned('cr_new', 900n, 'EUR'),
  ];
  const renamed = ({ payer }: Example) => Object.assign(payer, { name: 'Renamed Marketplace Inc.' });

  /** Each record as `what indicator id of what`, with ids as numbers in the order in which they were first met. */
  function recordsOf(all: readonly Filing[]): Record<string, string>[] {
    const numbers = new Map<string, number>();
    const numberOf = (id: string): number => numbers.get(id) ?? numbers.set(id, numbers.size + 1).size;
    return all.map((filing) =>
      Object.fromEntries(
        Object.entries(textsOf(filing)).map(([name, xml]) => {
          const docs = [
            ...xml.matchAll(
              /<(?:Platform|Reportable)(Operator|Seller)>.*?<stf:DocTypeIndic>(\w+)<.*?DocRefId>(.*?)<(?:\/stf:DocRefId><stf:CorrDocRefId>(.*?)<)?/gs,
            ),
          ];
          const shown = docs.map(
            ([, who, indicator, id = '', of]) =>
              `${who} ${indicator} ${numberOf(id)}${of ? ` of ${numberOf(of)}` : ''}`,
          );
          return [name, `${/DPI40\d/.exec(xml)}: ${shown.join(', ')}`];
        }),
      ),
    );
  }

  const YEAR: readonly State[] = [
    state(ben, soc),
    // One is changed and one is new.
    state(earned('cr_ben', 12_000n, 'EUR'), soc, later),
    // One is no longer reportable, the operator is renamed.
    { ...state(earned('cr_ben', 12_000n, 'EUR'), soc), change: renamed },
    // Back to what was filed first, the operator too, and reportable again.
    state(ben, soc, later),
    state(ben, soc, later),
  ];

  test('new sellers, and corrections and deletions, are two messages; each names the latest record, and the operator is sent again', () => {
    const all = filings('dac7', ...YEAR);
    expect(recordsOf(all)).toEqual([
      { 'dac7-2026.xml': 'DPI401: Operator OECD1 1, Seller OECD1 2, Seller OECD1 3' },
      {
        'dac7-2026-corrections.xml': 'DPI402: Operator OECD0 1, Seller OECD2 4 of 2',
        'dac7-2026-new.xml': 'DPI401: Operator OECD0 1, Seller OECD1 5',
      },
      { 'dac7-2026-corrections.xml': 'DPI402: Operator OECD2 6 of 1, Seller OECD3 7 of 5' },
      {
        'dac7-2026-corrections.xml': 'DPI402: Operator OECD2 8 of 6, Seller OECD2 9 of 4',
        'dac7-2026-new.xml': 'DPI401: Operator OECD0 8, Seller OECD1 10',
      },
      {},
    ]);
    expect(all.map(({ isNeeded }) => isNeeded)).toEqual([true, true, true, true, false]);
    const refs = all.flatMap((each) => Object.values(textsOf(each)).map((xml) => /MessageRefId>(.*?)</.exec(xml)?.[1]));
    expect(new Set(refs).size).toBe(6);
    expect(all.at(-1)?.filed.used_ids).toEqual(expect.arrayContaining(refs));
    // A seller is repeated as a whole.
    expect(textsOf(all[1] as Filing)['dac7-2026-corrections.xml']).toMatch(
      /<IndSellerID>.*<ConsQ1 currCode="EUR">120</s,
    );
    expect(textsOf(all[2] as Filing)['dac7-2026-corrections.xml']).toMatch(/<ConsQ1 currCode="EUR">9</);
  });

  test('a year with nothing to report may have sellers later', () => {
    expect(recordsOf(filings('dac7', state(), state(), state(ben)))).toEqual([
      { 'dac7-2026.xml': 'DPI403: Operator OECD1 1' },
      {},
      { 'dac7-2026-new.xml': 'DPI401: Operator OECD0 1, Seller OECD1 2' },
    ]);
  });

  test('nobody is deleted because a profile is missing', () => {
    expect(() =>
      filings('dac7', state(ben, soc), { creators: [ben, soc], given: { cr_soc: PROFILES.dac7_entity } }),
    ).toThrow(/cr_ben: was filed, but is left out now, because the creator has given no form for this/);
  });

  test.skipIf(!hasConformance)('every message is valid by the schema', async () => {
    const messages = filings('dac7', ...YEAR).flatMap((each) => Object.values(textsOf(each)));
    expect(messages).toHaveLength(6);
    const imported = ['dac7/isodpitypes_v1.0.xsd', 'dac7/oecddpitypes_v1.0.xsd'];
    const bytes = messages.map((text) => Buffer.from(text));
    expect(await faultsBySchema('dac7/DPIXML_v1.0.xsd', bytes, imported)).toEqual([]);
  });
});

describe('1099-MISC', () => {
  const ada = (minor: bigint) => earned('cr_ada', minor);
  const one = (creator: CreatorYear, w9: TaxProfile = PROFILES.w9): State => ({
    creators: [creator],
    given: { cr_ada: w9 },
  });
  const marked = ({ us_1099_misc: { headers } }: Example) => {
    const columns = [...(headers['2026'].columns ?? []), { title: 'Is corrected', as: 'Corrected' }];
    Object.assign(headers['2026'], { columns });
  };
  /** The name, the amounts and the flag of each row. */
  const rowsOf = (filing: Filing | undefined) =>
    Object.fromEntries(
      Object.entries(filing ? textsOf(filing) : {}).map(([file, csv]) => {
        const [titles = [], ...rows] = csv
          .trimEnd()
          .split('\r\n')
          .map((line) => line.split(','));
        const at = [
          'Recipient Last Name (Surname)',
          'Box 2 - Royalties',
          'Box 4 - Federal income tax withheld',
          'Is corrected',
        ];
        return [file, rows.map((row) => at.map((title) => row[titles.indexOf(title)] ?? '').join(' '))];
      }),
    );
  const pages = async (filing: Filing | undefined) => filing?.copies.map(({ copies }) => copies.length);

  test('a changed amount is one corrected return, and no amount at all a return of zero', () => {
    const [first, changed, none, same] = filings(
      'us_1099_misc',
      ...[one(ada(5_000n)), one(ada(7_000n)), one(ada(900n)), one(ada(950n))].map((each) => ({
        ...each,
        change: marked,
      })),
    );
    expect(rowsOf(first)).toEqual({ '1099-misc-2026-1.csv': ['Example 50.00  N'] });
    expect(rowsOf(changed)).toEqual({ '1099-misc-2026-corrected-1.csv': ['Example 70.00 0.00 Y'] });
    expect(rowsOf(none)).toEqual({ '1099-misc-2026-corrected-1.csv': ['Example 0.00 0.00 Y'] });
    expect([same?.isNeeded, same?.files, same?.copies]).toEqual([false, [], []]);
    expect(changed && namesOf(changed)).toEqual(['1099-misc-2026-corrected-1.csv', 'recipients/cr_ada.pdf']);
  });

  test('a wrong name or number is corrected to zero, and another return is made', async () => {
    const married = { ...PROFILES.w9, name: 'Ada Sample' };
    const [, second] = filings('us_1099_misc', one(ada(5_000n)), one(ada(5_000n), married));
    expect(rowsOf(second)).toEqual({
      '1099-misc-2026-1.csv': ['Sample 50.00  '],
      '1099-misc-2026-corrected-1.csv': ['Example 0.00 0.00 '],
    });
    expect(await pages(second)).toEqual([2]);
  });

  test('what is on file after each filing sums to what the books have', () => {
    const year = (...minors: bigint[]): State => ({
      creators: minors.map((minor, index) => earned(`cr_${index}`, minor)),
      given: Object.fromEntries(minors.map((_, index) => [`cr_${index}`, PROFILES.w9])),
    });
    const all = filings(
      'us_1099_misc',
      year(5_000n, 6_000n, 999n),
      year(5_000n, 0n, 1_000n),
      year(4_000n, 100n, 1_000n, 2_500n),
    );
    const sums = all.map(({ filed }) =>
      (filed.records as FiledForm<Return1099>['records'])
        .map(({ content }) => BigInt(content.royalties.replace('.', '')))
        .reduce((sum, minor) => sum + minor, 0n),
    );
    // Below $10.00 nobody is on the form.
    expect(sums).toEqual([11_000n, 6_000n, 7_500n]);
  });
});

test('a form of the IRS is filed under another payer than before only once the IRS was told by letter', () => {
  const abroad: CreatorYear['rules'][number] = {
    ...{ earlier_on: null, payer_country: 'US', payee_status: 'foreign', withholding_rule_id: 'US-300000' },
    ...{ withholding_rate_ppm: 300_000n, taxable_amount: '100', withheld_minor: 3_000n },
  };
  const states: readonly [TaxFormName, State][] = [
    ['us_1099_misc', { creators: [earned('cr_ada', 5_000n)], given: { cr_ada: PROFILES.w9 } }],
    [
      'us_1042_s',
      {
        creators: [creatorYear('cr_ben', 'USD', [{ credited_minor: 20_000n }], [abroad])],
        given: { cr_ben: PROFILES.w8ben },
      },
    ],
  ];
  const changes: readonly ((example: Example) => void)[] = [
    ({ payer }) => Object.assign(payer, { name: 'Renamed Marketplace Inc.' }),
    (example) => {
      example.us_1099_misc.ein = '98-7654321';
      example.us_1042_s.ein = '98-7654321';
    },
  ];
  for (const [form, state] of states) {
    for (const change of changes)
      expect(() => filings(form, state, { ...state, change })).toThrow(
        /was filed as Example Marketplace Inc., EIN 12-3456789, and nothing was filed as .*: no return corrects the payer.*--payer-corrected/,
      );
    const moved = ({ payer }: Example) => Object.assign(payer, { phone: '5125550199' });
    // No return is filed, and each recipient gets a copy with the right payer; what follows goes under it.
    const corrected = { ...state, change: changes[1] ?? moved };
    const [first, told, after] = filings(form, state, { ...corrected, isPayerCorrected: true }, corrected);
    expect(told && [told.isNeeded, told.summary]).toEqual([
      true,
      { number: 2, new_count: 0, corrected_count: 0, withdrawn_count: 0 },
    ]);
    expect(told?.filed.records).toEqual(first?.filed.records);
    expect(told?.copies).toMatchObject([{ copies: [{ mark: 'CORRECTED', payer: { number: '98-7654321' } }] }]);
    expect([after?.isNeeded, after?.copies]).toEqual([false, []]);
    expect(filings(form, state, { ...state, change: moved }).map(({ isNeeded }) => isNeeded)).toEqual([true, false]);
  }
});

test('a form 1042-S keeps its identifier and counts its amendments; what is filed anew has another one', () => {
  const rule = (rate_ppm: bigint, taxable_amount: string, withheld_minor: bigint) => ({
    ...{
      earlier_on: null,
      payer_country: 'US',
      payee_status: 'foreign',
      withholding_rule_id: `US-${rate_ppm}`,
      withholding_rate_ppm: rate_ppm,
    },
    ...{ taxable_amount, withheld_minor },
  });
  const state = (...rules: CreatorYear['rules']): State => ({
    creators: [creatorYear('cr_ben', 'USD', [{ credited_minor: 20_000n }], rules)],
    given: { cr_ben: PROFILES.w8ben },
  });
  const [full, treaty] = [rule(300_000n, '100', 3_000n), rule(100_000n, '50', 500n)];
  const more = rule(300_000n, '120', 3_600n);
  const all = filings(
    'us_1042_s',
    state(full, treaty),
    state(more, treaty),
    state(treaty),
    state(full, treaty),
    state(treaty),
    state(full, treaty),
  );
  const numbers = new Map<string, number>();
  const rows = all.map((each) =>
    (textsOf(each)['1042-s-2026.csv'] ?? '')
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => {
        const [, id = '', amendment = '', , gross, , , rate] = line.split(',');
        expect(id).toMatch(/^\d{10}$/);
        if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
        return `${numbers.get(id)} ${amendment} ${gross} ${rate}`;
      }),
  );
  expect(rows).toEqual([
    ['1  100.00 30.00', '2  50.00 10.00'],
    ['1 1 120.00 30.00'],
    ['1 2 0.00 30.00'],
    ['3  100.00 30.00'],
    ['3 1 0.00 30.00'],
    ['4  100.00 30.00'],
  ]);
  // What is taken back, and the form that stays.
  expect(all[2]?.copies.at(-1)).toMatchObject({ name: 'recipients/cr_ben.pdf', copies: [{}, {}] });
});
