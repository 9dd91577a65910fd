import { derivedId } from '../../../warehouse/ids.ts';
import type { World } from './acts/act.ts';
import { WHOLE_PAYOUTS } from './acts/payouts.ts';
import { assertKnownParameters, type Form, metadataOf, optionalInteger, requiredText } from './form.ts';
import type { Outcome } from './idempotency.ts';
import { payoutObject } from './objects/payout.ts';
import { balanceTransaction } from './objects/row.ts';
import type { Payout, StripeObject } from './objects.ts';
import { invalid, missing } from './refusal.ts';

/** What the platform charges for an instant payout by its settings at Stripe, taken from the account beside the amount. */
export function instantFee({ options }: World, amount: number): number {
  return Math.ceil((amount * (options.instantFeeBps ?? 0)) / 10_000);
}

/** The most that can be paid out at once, what is pending included, and that without the fee. Source: docs.stripe.com/connect/instant-payouts. */
export function instantFunds(world: World, account: string, currency: string): { amount: number; net: number } {
  const { available, pending } = world.store.ledger.funds({ account, currency }, world.now());
  const amount = Math.max(0, Number(available + pending));
  let net = Math.floor((amount * 10_000) / (10_000 + (world.options.instantFeeBps ?? 0)));
  while (net > 0 && net + instantFee(world, net) > amount) net -= 1;
  return { amount, net };
}

/**
 * POST /v1/payouts in the name of a connected account. With valid parameters it still fails, saved under its key, if the bank does not take
 * instant payouts or the balance is too small. That these refusals are saved is not documented.
 */
export function preparePayout(form: Form, world: World, account: string): () => Outcome {
  assertKnownParameters(form, ['amount', 'currency', 'destination', 'method', 'metadata']);
  if (account === '') throw invalid('The local Stripe makes payouts by request only for connected accounts.');
  const currency = requiredText(form, 'currency');
  const destination = requiredText(form, 'destination');
  requiredText(form, 'amount');
  const amount = optionalInteger(form, 'amount', { min: 1 }) ?? 0;
  if (requiredText(form, 'method') !== 'instant') throw invalid('Invalid method', { param: 'method' });
  const metadata = metadataOf(form);

  return () => {
    const bank = world.store.all('bank_account', account).get(destination);
    if (bank === undefined) throw missing('external account', destination, 'destination');
    if (!world.known('account', account).payouts_enabled) {
      throw invalid('Payouts are not allowed.', { code: 'payouts_not_allowed' });
    }
    if (bank.currency !== currency || !bank.available_payout_methods?.includes('instant')) {
      throw invalid('The destination does not take instant payouts.', { code: 'instant_payouts_unsupported' });
    }
    if (WHOLE_PAYOUTS.includes(currency) && amount % 100 !== 0) {
      throw invalid('Invalid amount', { code: 'parameter_invalid_integer', param: 'amount' });
    }
    const fee = instantFee(world, amount);
    if (amount + fee > instantFunds(world, account, currency).amount) {
      throw invalid('You have insufficient funds in your Stripe account.', { code: 'balance_insufficient' });
    }
    const [created, automatic] = [world.now(), false];
    // Not derived from the key: after 24 hours the same key creates a second payout, as at Stripe.
    const id = derivedId('po', account, String(world.store.all('payout', account).size));
    const made: Payout = {
      ...payoutObject({ id, amount, currency, created, automatic, arrival_date: created, destination }),
      ...{ method: 'instant', status: 'pending', metadata },
    };
    const put: StripeObject[] = [
      made,
      balanceTransaction('payout', { source: id, amount: -amount, fee, currency, created }),
    ];
    if (fee !== 0) put.push({ id, object: 'settlement', created, currency, amount, back: amount, fee });
    return { answer: made, put: [], connected: [{ account, put }] };
  };
}
