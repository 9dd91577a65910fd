import { afterAll, beforeAll, expect, test } from 'vitest';
import { closePeriod } from '../../../jobs/close-period.ts';
import { setTaxSettings, taxSettingsOf } from '../../../jobs/tax/tax-settings.ts';
import { Conflict, Rejected } from '../../../warehouse/errors.ts';
import { recordJanuary } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  await recordJanuary(harness);
});
afterAll(() => harness[Symbol.asyncDispose]());

const US = { valid_from_on: '2026-02-01', payer_country: 'US', undocumented_treatment: 'as_foreign' } as const;
const set = (settings: Parameters<typeof setTaxSettings>[1]) => setTaxSettings(harness.services, settings, 'Fay');

test.each([
  [{ ...US, payer_country: 'FR' }, 'There are no rules of tax withheld for a payer in FR, only for DE, GB, US;'],
  [
    { ...US, payer_country: 'DE', undocumented_treatment: 'as_unidentified' as const },
    'A payer in DE has no rule for residents without a number; choose as_foreign or not_withheld.',
  ],
])('settings without a rule are refused: %j', async (settings, message) => {
  await expect(set(settings)).rejects.toThrow(Rejected);
  await expect(set(settings)).rejects.toThrow(message);
});

test('from the day that finance has set, a closing withholds tax; a closed month is not changed any more', async () => {
  expect(await set(US)).toMatchObject({ ...US, decided_by: 'Fay' });
  await harness.run(closePeriod, '2026-01');
  expect(await taxSettingsOf(harness.services)).toMatchObject([{ ...US, decided_by: 'Fay' }]);
  const withheld = await harness.services.warehouse.query(`
    select withheld.creator_id, withholding_rule_id, status_basis, withheld.withheld_minor, closing_minor
    from tantieme.withholdings as withheld
    join tantieme.balances as balances on balances.period = withheld.period and balances.creator_id = withheld.creator_id
    order by withheld.creator_id`);
  const status = { withholding_rule_id: 'US-foreign', status_basis: 'assumed' };
  // Of 80.00 each, 30 %.
  expect(withheld[0]).toEqual({ creator_id: 'cr_ada', ...status, withheld_minor: 2400n, closing_minor: 5600n });
  await expect(set({ ...US, undocumented_treatment: 'not_withheld' })).rejects.toThrow(Conflict);
  await expect(set({ ...US, undocumented_treatment: 'not_withheld' })).rejects.toThrow(
    'Tax cannot be withheld from 2026-02-01 on: 2026-01 is closed, and its royalties were credited on 2026-02-01. Choose a later day.',
  );
});
