import { expect, test } from 'vitest';
import type { W8beneProfile } from '../../../ingest/tax/forms.ts';
import { composeForm } from '../../../reports/tax/compose.ts';
import type { CreatorYear } from '../../../reports/tax/document.ts';
import { composeFiling } from '../../../reports/tax/render.ts';
import type { Form1042S } from '../../../reports/tax/us-1042-s.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { taxFile } from './example.ts';
import { creatorYear, factsBy, taxYearOf } from './tax-years.ts';

const rule: CreatorYear['rules'][number] = {
  ...{ earlier_on: null, payer_country: 'US', payee_status: 'foreign', withholding_rule_id: 'US-300000' },
  ...{ withholding_rate_ppm: 300_000n, taxable_amount: '100', withheld_minor: 3_000n },
};
const { treaty_claim, ...unclaimed } = PROFILES.w8bene;

/** Boxes 13f and 13g. */
function codesOf(
  kinds: Partial<Pick<W8beneProfile, 'chapter_3_status' | 'chapter_4_status' | 'treaty_claim'>>,
): string {
  const [file, w8] = [taxFile(), { ...unclaimed, ...kinds }];
  const books = taxYearOf(creatorYear('cr_org', 'USD', [{ credited_minor: 20_000n }], [rule]));
  const year = composeForm(books, { form: 'us_1042_s', file, facts: factsBy({ cr_org: [w8] }) });
  const { filed } = composeFiling(year, { file, profiles: new Map([['cr_org', w8]]) });
  const content = filed.records[0]?.content as Form1042S | undefined;
  return [content?.chapter_3_status, content?.chapter_4_status].join(' ');
}

test('an entity has the code of its kind on 1042-S; one that is transparent for tax is refused unless it claims a treaty', () => {
  expect(codesOf({ chapter_3_status: 'corporation' })).toBe('15 22');
  expect(codesOf({ chapter_3_status: 'private_foundation', chapter_4_status: 'section_501c_organization' })).toBe(
    '18 24',
  );
  expect(codesOf({ chapter_3_status: 'estate', chapter_4_status: 'passive_nffe' })).toBe('17 ');
  expect(codesOf({ chapter_3_status: 'partnership', ...(treaty_claim && { treaty_claim }) })).toBe('26 22');
  for (const chapter_3_status of ['partnership', 'simple_trust', 'grantor_trust', 'disregarded_entity'] as const)
    expect(() => codesOf({ chapter_3_status })).toThrow(
      `cr_org: chapter_3_status of the W-8BEN-E is ${chapter_3_status}, which is no recipient without a treaty claim`,
    );
});
