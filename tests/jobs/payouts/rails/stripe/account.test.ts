import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PayoutAccount } from '../../../../../jobs/payouts/rails/rail.ts';
import { type Payee, payoutAccountOf, reasonAgainst } from '../../../../../jobs/payouts/rails/stripe/account.ts';
import { stripeClient } from '../../../../support/stripe/client.ts';
import { type LocalStripe, startStripe } from '../../../../support/stripe/local-stripe.ts';
import { manualClock } from '../../../../support/stripe/small-account.ts';
import { transfersOf } from './transfers-of.ts';

const ADA: Payee = { creator_id: 'cr_ada', currency: 'USD' };
const ACTIVE: PayoutAccount = {
  account_id: 'acct_ada',
  exists: true,
  transfers_status: 'active',
  payouts_enabled: true,
  disabled_reason: null,
  country: 'DE',
  default_currency: 'EUR',
  bank_currencies: ['EUR'],
  creator_id: 'cr_ada',
};

describe('an account', () => {
  const reason = (change: Partial<PayoutAccount>, payee: Partial<Payee> = {}) =>
    reasonAgainst({ ...ACTIVE, ...change }, { ...ADA, ...payee })?.reason;

  test.each<[string, Partial<PayoutAccount>, Partial<Payee>, string | undefined]>([
    ['that is active and names its creator', {}, {}, undefined],
    ['that names nobody', { creator_id: null }, {}, undefined],
    ['that names nobody and must', { creator_id: null }, { mustBeNamed: true }, 'payout_account_of_another'],
    ['that names another creator', { creator_id: 'cr_eve' }, {}, 'payout_account_of_another'],
    ['that does not exist', { exists: false }, {}, 'payout_account_missing'],
    ['whose capability is inactive', { transfers_status: 'inactive' }, {}, 'payout_account_not_active'],
    ['whose capability is pending', { transfers_status: 'pending' }, {}, 'payout_account_not_active'],
    ['whose capability is restricted', { transfers_status: 'restricted' }, {}, 'payout_account_not_active'],
    ['whose capability has an unknown word', { transfers_status: 'enabled' }, {}, 'payout_account_not_active'],
    ['without the capability', { transfers_status: null }, {}, 'payout_account_not_active'],
    ['that Stripe rejected', { disabled_reason: 'rejected.fraud' }, {}, 'payout_account_rejected'],
    ['with something past due', { disabled_reason: 'requirements.past_due' }, {}, undefined],
    ['under review', { disabled_reason: 'under_review' }, {}, 'payout_account_under_review'],
    ['that the platform paused', { disabled_reason: 'platform_paused' }, {}, 'payout_account_under_review'],
    ['that is disabled for an unknown reason', { disabled_reason: 'new_word' }, {}, 'payout_account_under_review'],
    ['that cannot pay out to its bank', { payouts_enabled: false }, {}, undefined],
    ['in the country of the approval', {}, { country: 'DE', default_currency: 'EUR' }, undefined],
    ['in another country than at the approval', {}, { country: 'US' }, 'payout_account_changed'],
    ['in another currency than at the approval', {}, { default_currency: 'USD' }, 'payout_account_changed'],
    ['whose country was not known at the approval', {}, { country: null }, 'payout_account_changed'],
  ])('%s', (_, change, payee, expected) => expect(reason(change, payee)).toBe(expected));

  test('says what is wrong with it in a sentence that names it', () => {
    expect(reasonAgainst({ ...ACTIVE, transfers_status: null }, ADA)?.sentence).toBe(
      'The account acct_ada cannot receive transfers: its capability is not there.',
    );
    expect(reasonAgainst(ACTIVE, { ...ADA, default_currency: 'USD' })?.sentence).toBe(
      'The default currency of the account acct_ada is EUR; it was USD at the approval.',
    );
  });
});

describe('the account object of Stripe', () => {
  let stripe: LocalStripe;
  const clock = manualClock();
  beforeEach(async () => {
    stripe = await startStripe({ clock, apiKey: 'sk_test_local' });
  });
  afterEach(() => stripe.stop());

  const read = (id: string) => {
    return transfersOf(stripeClient(stripe), clock).readAccount(id);
  };

  test('is read as it is now', async () => {
    const ada = { id: 'acct_ada', country: 'DE', payouts_enabled: true, creator_id: 'cr_ada' };
    stripe.account({ ...ada, transfers_enabled: true });
    expect(await read('acct_ada')).toEqual({ ...ACTIVE, default_currency: null, bank_currencies: null });
    stripe.changeAccount({ ...ada, transfers_enabled: false, transfers: 'pending' });
    expect(await read('acct_ada')).toMatchObject({
      transfers_status: 'pending',
      disabled_reason: 'requirements.past_due',
    });
    stripe.deleteAccount('acct_ada');
    expect(await read('acct_ada')).toMatchObject({ exists: false });
    expect(await read('acct_nobody')).toMatchObject({ account_id: 'acct_nobody', exists: false });
  });

  test('may be one that is deleted, or leave out what is set', async () => {
    stripe.account({ id: 'acct_ada', country: 'DE', transfers_enabled: true, payouts_enabled: true });
    const whole = await stripeClient(stripe).accounts.retrieve('acct_ada');
    const { capabilities: _, metadata: __, requirements: ___, country: ____, ...bare } = whole;
    expect(payoutAccountOf(bare)).toMatchObject({ transfers_status: null, country: null, creator_id: null });
    expect(payoutAccountOf({ id: 'acct_ada', object: 'account', deleted: true })).toMatchObject({ exists: false });
  });
});
