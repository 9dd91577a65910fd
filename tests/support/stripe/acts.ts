import * as accounts from './acts/accounts.ts';
import type { World } from './acts/act.ts';
import * as captures from './acts/captures.ts';
import * as charges from './acts/charges.ts';
import * as disputes from './acts/disputes.ts';
import * as movements from './acts/movements.ts';
import * as payouts from './acts/payouts.ts';
import * as refunds from './acts/refunds.ts';
import * as transfers from './acts/transfers.ts';

export type { AccountAct } from './acts/accounts.ts';
export type { ChargeAct } from './acts/charges.ts';
export type { CloseDisputeAct, DisputeAct } from './acts/disputes.ts';
export type { RefundAct } from './acts/refunds.ts';

/**
 * Acts of others at Stripe, without a request of the platform. Ids are chosen by the caller; repeating an act has no effect, a
 * different act under the same id throws `Conflict`, and one that Stripe would refuse throws `Rejected`.
 */
const ACTS = {
  account: accounts.account,
  changeAccount: accounts.changeAccount,
  completeAccount: accounts.completeAccount,
  deleteAccount: accounts.deleteAccount,
  externalAccount: accounts.externalAccount,
  changeExternalAccount: accounts.changeExternalAccount,
  charge: charges.charge,
  captureCharge: captures.captureCharge,
  expireCharge: captures.expireCharge,
  succeedCharge: charges.succeedCharge,
  failCharge: charges.failCharge,
  refund: refunds.refund,
  changeRefund: refunds.changeRefund,
  failRefund: refunds.failRefund,
  cancelRefund: refunds.cancelRefund,
  dispute: disputes.dispute,
  escalateDispute: disputes.escalateDispute,
  closeDispute: disputes.closeDispute,
  winAppeal: disputes.winAppeal,
  reopenDispute: disputes.reopenDispute,
  transfer: transfers.transfer,
  reverseTransfer: transfers.reverseTransfer,
  payout: payouts.payout,
  endPayout: payouts.endPayout,
  topup: payouts.topup,
  endTopup: payouts.endTopup,
  movement: movements.movement,
  connectReserve: movements.connectReserve,
  collectFromReserve: movements.collectFromReserve,
};

type Given<Name extends keyof typeof ACTS> = Parameters<(typeof ACTS)[Name]>[1];
export type Acts = { readonly [Name in keyof typeof ACTS]: (given: Given<Name>) => void };

/** The acts in one world. */
export function actsIn(world: World): Acts {
  const acts = Object.entries(ACTS) as [string, (world: World, given: unknown) => void][];
  return Object.fromEntries(acts.map(([name, act]) => [name, (given: unknown) => act(world, given)])) as Acts;
}
