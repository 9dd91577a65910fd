import { expect, test } from 'vitest';
import type { TaxProfile } from '../../../ingest/tax/forms.ts';
import { composeForm } from '../../../reports/tax/compose.ts';
import type { CreatorYear } from '../../../reports/tax/document.ts';
import type { FiledForm } from '../../../reports/tax/filed.ts';
import { composeFiling, filesOfFiling } from '../../../reports/tax/render.ts';
import type { Return1099 } from '../../../reports/tax/us-1099-misc.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { taxFile } from './example.ts';
import { creatorYear, factsBy, taxYearOf } from './tax-years.ts';

/** Creators whom no form can hold: they stop it until the operator takes them out of it, with a reason. */

type Rule = CreatorYear['rules'][number];
type IrsForm = 'us_1099_misc' | 'us_1042_s';

const rule = (payee_status: string, changed: Partial<Rule> = {}): Rule => ({
  ...{ earlier_on: null, payer_country: 'US', payee_status, withholding_rule_id: `US-${payee_status}` },
  ...{ withholding_rate_ppm: 300_000n, taxable_amount: '100', withheld_minor: 3_000n, ...changed },
});
const untaxed = { taxable_amount: '100', withheld_minor: 0n };

const yearBy = (...rules: Rule[]) => {
  const withheld_minor = rules.reduce((sum, each) => sum + each.withheld_minor, 0n);
  return creatorYear('cr_ada', 'USD', [{ credited_minor: 20_000n, withheld_minor }], rules);
};

function faultsOf(form: IrsForm, profile: TaxProfile, rules: readonly Rule[]): readonly string[] {
  return composeForm(taxYearOf(yearBy(...rules)), { form, file: taxFile(), facts: factsBy({ cr_ada: [profile] }) })
    .faults;
}

test.each<[string, IrsForm, TaxProfile, readonly Rule[], RegExp | undefined]>([
  [
    'tax of foreigners before a W-9',
    'us_1099_misc',
    PROFILES.w9,
    [rule('foreign')],
    /has a W-9.*US-foreign, as foreign/,
  ],
  ['the same, on the other form', 'us_1042_s', PROFILES.w9, [rule('foreign')], /has a W-9.*US-foreign, as foreign/],
  [
    'income by a treaty without tax before a W-9',
    'us_1099_misc',
    PROFILES.w9,
    [rule('foreign_treaty', untaxed)],
    /W-9/,
  ],
  [
    'income by a treaty without tax before a W-9, on the form of foreigners',
    'us_1042_s',
    PROFILES.w9,
    [rule('foreign_treaty', untaxed)],
    /has a W-9.*as foreign/,
  ],
  [
    'no income of a foreigner in the country before a W-9',
    'us_1042_s',
    PROFILES.w9,
    [rule('foreign', { ...untaxed, taxable_amount: '0' })],
    undefined,
  ],
  [
    'tax of another country',
    'us_1099_misc',
    PROFILES.w9,
    [rule('foreign', { payer_country: 'DE' })],
    /for another country/,
  ],
  [
    'backup withholding before a W-8',
    'us_1099_misc',
    PROFILES.w8ben,
    [rule('domestic_unidentified')],
    /has a W-8.*as a resident/,
  ],
  [
    'the same, on the other form',
    'us_1042_s',
    PROFILES.w8ben,
    [rule('domestic_unidentified')],
    /has a W-8.*as a resident/,
  ],
  ['income of a resident before a W-8', 'us_1042_s', PROFILES.w8ben, [rule('domestic', untaxed)], /has a W-8/],
  ['backup withholding of a resident', 'us_1099_misc', PROFILES.w9, [rule('domestic_unidentified')], undefined],
  [
    'no tax of a resident for a payer elsewhere',
    'us_1099_misc',
    PROFILES.w9,
    [rule('domestic', { payer_country: 'DE', ...untaxed })],
    undefined,
  ],
  [
    'an earlier year of a foreigner',
    'us_1099_misc',
    PROFILES.w9,
    [rule('foreign', { earlier_on: '2025-12-01', ...untaxed })],
    undefined,
  ],
  [
    'a resident who was one before a W-8, on the form of residents',
    'us_1099_misc',
    PROFILES.w8ben,
    [rule('domestic', untaxed)],
    undefined,
  ],
])('%s', (_, form, profile, rules, fault) => {
  expect(faultsOf(form, profile, rules)).toEqual(fault ? [expect.stringMatching(fault)] : []);
});

const BY_HAND = { '2026': { cr_ada: 'Moved to the United States in May.' }, '2025': { cr_gone: 'Died.' } };

/** A filing of both creators, with one of them reported by hand or not. */
function filing(ada: CreatorYear, by_hand: object | undefined, before?: FiledForm) {
  const file = taxFile(({ us_1099_misc }) => Object.assign(us_1099_misc, by_hand && { by_hand }));
  const profiles = new Map([
    ['cr_ada', PROFILES.w9],
    ['cr_ben', PROFILES.w9],
  ]);
  const facts = factsBy(Object.fromEntries([...profiles].map(([id, profile]) => [id, [profile]])));
  const ben = creatorYear('cr_ben', 'USD', [{ credited_minor: 5_000n }]);
  const year = composeForm(taxYearOf(ada, ben), { form: 'us_1099_misc', file, facts });
  const composed = composeFiling(year, { file, profiles, before });
  const [, manifest] = filesOfFiling(year, { file, filing: composed });
  return { ...composed, manifest: JSON.parse(String(manifest?.bytes)) };
}

const royaltiesOf = ({ filed }: { readonly filed: FiledForm }) =>
  (filed as FiledForm<Return1099>).records.map(({ creator_id, content }) => [creator_id, content.royalties]);

test('one creator whom the form cannot hold stops it, until the operator reports it by hand; then it is left out with the reason, and all sums stay', () => {
  const odd = yearBy(rule('foreign'));
  expect(() => filing(odd, undefined)).toThrow(
    /nothing was:\n {2}cr_ada: it has a W-9, .* report it by hand, and name it with the reason in us_1099_misc\.by_hand of the tax file\.$/,
  );
  const left = filing(odd, BY_HAND);
  expect(royaltiesOf(left)).toEqual([['cr_ben', '50.00']]);
  expect(left.manifest).toMatchObject({
    left_out: [{ creator_id: 'cr_ada', reason: 'by_hand' }],
    settings: { by_hand: { cr_ada: 'Moved to the United States in May.' } },
  });
  expect(left.manifest.settings.by_hand).not.toHaveProperty('cr_gone');
  expect(left.manifest.totals).toContainEqual({
    ...{ amount: 'withheld', currency: 'USD', on_the_form: '0.00', left_out: '30.00', ledger: '30.00' },
  });
});

test('what was filed of a creator stays on file while it is reported by hand, and is corrected again after that', () => {
  const first = filing(yearBy(), undefined);
  const byHand = filing(yearBy(rule('foreign')), BY_HAND, first.filed);
  expect([byHand.isNeeded, royaltiesOf(byHand)]).toEqual([false, royaltiesOf(first)]);
  const changed = creatorYear('cr_ada', 'USD', [{ credited_minor: 30_000n }]);
  const again = filing(changed, undefined, byHand.filed);
  expect([again.summary.corrected_count, royaltiesOf(again)]).toEqual([
    1,
    [
      ['cr_ada', '300.00'],
      ['cr_ben', '50.00'],
    ],
  ]);
});

test('the creator of another payer is to be named in its part of the tax file, not in that of the main one', () => {
  const ada = yearBy(rule('foreign'));
  const stopped = (by_hand?: object) => {
    const file = taxFile(({ us_1099_misc }) => Object.assign(us_1099_misc, by_hand && { by_hand }));
    const request = {
      form: 'us_1099_misc',
      file: { ...file, payer_id: 'west' },
      facts: factsBy({ cr_ada: [PROFILES.w9] }),
    };
    return composeForm(taxYearOf(ada), request as never).faults;
  };
  const place = /other_payers\.west\.us_1099_misc\.by_hand of the tax file/;
  expect(stopped()).toEqual([expect.stringMatching(place)]);
  expect(stopped({ '2026': { cr_typo: 'A reason.', cr_ada: 'Moved.' } })).toEqual([expect.stringMatching(place)]);
});

test('a creator who is reported by hand, but has nothing in the year, is named', () => {
  expect(() => filing(yearBy(), { '2026': { cr_typo: 'A reason.' } })).toThrow(
    /cr_typo: us_1099_misc\.by_hand of the tax file has it for 2026, in which nothing was credited or paid to it; take it out/,
  );
});
