import { derivedId } from '../../../warehouse/ids.ts';
import type { World } from './acts/act.ts';
import { balanceTransaction } from './objects/row.ts';
import type { ApplicationFee, Charge, Effects, FeeRefund, Refund, Transfer } from './objects.ts';

/** The application fee of a charge with a destination: taken from the connected account at once, with a row on both sides. */
export function applicationFeeOf(charge: Charge, { transfer, amount }: { transfer: Transfer; amount: number }) {
  const { created, currency } = charge;
  const id = derivedId('fee', charge.id);
  const account = String(transfer.destination);
  const line = balanceTransaction('platform_earning', { source: id, amount, currency, created });
  const inside = balanceTransaction('platform_earning', { source: id, amount: -amount, currency, created });
  const fee: ApplicationFee = {
    ...{ id, object: 'application_fee', account, amount, amount_refunded: 0, application: 'ca_local' },
    ...{ balance_transaction: line.id, created, currency, livemode: false, refunded: false },
    charge: String(transfer.destination_payment),
    fee_source: { charge: String(transfer.destination_payment), type: 'charge' },
    originating_transaction: charge.id,
    refunds: { object: 'list', data: [], has_more: false, url: `/v1/application_fees/${id}/refunds` },
  };
  return { fee, effects: { put: [fee, line], connected: [{ account, put: [inside] }] } };
}

/** What a refund of a charge gives back of its application fee: the same share. */
export function feeRefundOf(world: World, made: Refund, charge: Charge) {
  const fee = world.known('application_fee', String(charge.application_fee));
  const amount = Math.floor((fee.amount * made.amount) / charge.amount);
  const id = derivedId('fr', made.id);
  const { created } = made;
  const { account, currency } = fee;
  const line = balanceTransaction('platform_earning_refund', { source: id, amount: -amount, currency, created });
  const inside = balanceTransaction('platform_earning_refund', { source: id, amount, currency, created });
  const refund: FeeRefund = {
    ...{ id, object: 'fee_refund', amount, created, currency, metadata: {} },
    ...{ balance_transaction: line.id, fee: fee.id },
  };
  const amount_refunded = fee.amount_refunded + amount;
  const changed: ApplicationFee = {
    ...fee,
    amount_refunded,
    refunded: amount_refunded === fee.amount,
    refunds: { ...fee.refunds, data: [refund, ...fee.refunds.data] },
  };
  const effects: Effects = {
    put: [changed, refund, line],
    connected: [{ account: String(account), put: [inside] }],
  };
  return effects;
}
