import { expect, test } from 'vitest';
import { composeForm } from '../../../reports/tax/compose.ts';
import type { CreatorYear } from '../../../reports/tax/document.ts';
import type { FiledForm } from '../../../reports/tax/filed.ts';
import { type RecipientCopy, renderRecipientCopies } from '../../../reports/tax/recipient-copy.ts';
import { composeFiling, filesOfFiling } from '../../../reports/tax/render.ts';
import type { TaxFile } from '../../../reports/tax/tax-file.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { taxFile } from './example.ts';
import { creatorYear, factsBy, taxYearOf } from './tax-years.ts';

type Rule = CreatorYear['rules'][number];

const of = (earlier_on: string | null, taxable_amount: string, withheld_minor: bigint): Rule => ({
  ...{ earlier_on, payer_country: 'US', payee_status: 'foreign', withholding_rule_id: 'US-foreign' },
  ...{ withholding_rate_ppm: 300_000n, taxable_amount, withheld_minor },
});

/** The faults of a year by these rules and, without any, the table of its forms. */
function exported(choice: string, ...rules: Rule[]): { readonly faults: readonly string[]; readonly table: string } {
  const file = taxFile(({ us_1042_s }) => Object.assign(us_1042_s, { refunds_of_earlier_years: choice }));
  const books = taxYearOf(creatorYear('cr_ben', 'USD', [{ credited_minor: 20_000n }], rules));
  const facts = factsBy({ cr_ben: [PROFILES.w8ben] });
  const year = composeForm(books, { form: 'us_1042_s', file, facts });
  if (year.faults.length > 0) return { faults: year.faults, table: '' };
  const { files } = composeFiling(year, { file, profiles: new Map([['cr_ben', PROFILES.w8ben]]) });
  return { faults: [], table: String(files[0]?.bytes) };
}

const own = of(null, '100', 3_000n);

test('what is taken back of an earlier year is on no form if the operator does not deduct it; what is credited again is', () => {
  const { table } = exported('not_deducted', own, of('2025-11-01', '-150', 0n), of('2025-12-01', '10', 300n));
  expect(table).toContain(',12,110.00,3,00,30.00,15,00.00,33.00,33.00,');
});

test('a form has the codes of the withholding agent and of the recipient, and so does the copy', () => {
  const { table } = exported('not_deducted', own);
  expect(table.split('\r\n')[0]).toContain(
    ",12b Withholding agent's chapter 3 status code,12c Withholding agent's chapter 4 status code,",
  );
  expect(table).toContain(',12-3456789,02,02,Example Marketplace Inc.,US,');
  const file = taxFile();
  const books = taxYearOf(creatorYear('cr_ben', 'USD', [{ credited_minor: 20_000n }], [own]));
  const year = composeForm(books, { form: 'us_1042_s', file, facts: factsBy({ cr_ben: [PROFILES.w8ben] }) });
  const { copies } = composeFiling(year, { file, profiles: new Map([['cr_ben', PROFILES.w8ben]]) });
  expect(copies[0]?.copies).toMatchObject([{ payer_role: 'Withholding agent' }]);
  const [copy] = (copies[0]?.copies ?? []) as RecipientCopy[];
  const codes = copy?.boxes.filter(({ number }) => ['12b', '12c', '13f', '13g'].includes(number));
  expect(codes?.map(({ value }) => value)).toEqual(['02', '02', '16', '23']);
  const pages = renderRecipientCopies(copies[0]?.copies ?? [])
    .toString('latin1')
    .match(/\/Type \/Page\b/g);
  expect(pages).toHaveLength(1);
  expect(() => taxFile(({ us_1042_s }) => Reflect.deleteProperty(us_1042_s, 'agent_chapter_3_status_code'))).toThrow(
    "us_1042_s must have required property 'agent_chapter_3_status_code'",
  );
});

test('a change of what the withholding agent is amends each form on file', () => {
  const books = taxYearOf(creatorYear('cr_ben', 'USD', [{ credited_minor: 20_000n }], [own]));
  const filing = (file: TaxFile, before?: FiledForm) => {
    const year = composeForm(books, { form: 'us_1042_s', file, facts: factsBy({ cr_ben: [PROFILES.w8ben] }) });
    return composeFiling(year, { file, profiles: new Map([['cr_ben', PROFILES.w8ben]]), before });
  };
  const { filed } = filing(taxFile());
  expect(filing(taxFile(), filed).isNeeded).toBe(false);
  const changed = taxFile(({ us_1042_s }) => Object.assign(us_1042_s, { agent_chapter_4_status_code: '01' }));
  const { copies } = filing(changed, filed);
  expect(copies[0]?.copies).toMatchObject([{ form: '1042-S', mark: 'AMENDED, amendment number 1' }]);
});

test('a deduction that makes a rate negative stops the form', () => {
  expect(exported('deducted', own, of('2025-11-01', '-50', 0n)).table).toContain(
    ',12,50.00,3,00,30.00,15,00.00,30.00,',
  );
  expect(exported('deducted', own, of('2025-11-01', '-150', 0n)).faults).toEqual([
    'cr_ben: what was credited by the rule US-foreign is negative; decide how it is reported, report it by hand, and name it with the reason in us_1042_s.by_hand of the tax file.',
  ]);
});

test('a year that nobody has compared with the form of the IRS is not exported, and the manifest of another says who has', () => {
  const books = taxYearOf(creatorYear('cr_ben', 'USD', [{ credited_minor: 20_000n }], [own]));
  const given = { facts: factsBy({ cr_ben: [PROFILES.w8ben] }), profiles: new Map([['cr_ben', PROFILES.w8ben]]) };
  const filing = (file: TaxFile) => {
    const year = composeForm(books, { form: 'us_1042_s', file, ...given });
    return { year, file, filing: composeFiling(year, { file, ...given }) };
  };
  const checked = { checked_on: '2026-01-09', checked_by: 'Ada' };
  const other = taxFile(({ us_1042_s }) => Object.assign(us_1042_s, { boxes_checked: { '2025': checked } }));
  expect(() => filing(other)).toThrow(/^1042-S of 2026 cannot be exported, because nobody has compared its boxes/);
  const { year, ...rest } = filing(taxFile());
  const manifest = filesOfFiling(year, rest).find(({ name }) => name.endsWith('.json'));
  expect(JSON.parse(String(manifest?.bytes)).settings).toMatchObject({
    form_checked_on: '2027-01-10',
    form_checked_by: 'Ada',
  });
});
