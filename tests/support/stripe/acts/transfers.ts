import { Rejected } from '../../../../warehouse/errors.ts';
import { seconds } from '../objects.ts';
import { reversalOf } from '../reversal.ts';
import { earlierTransfer } from '../transfers.ts';
import { type Amount, minor, type World } from './act.ts';

interface TransferAct {
  readonly id: string;
  /** The connected account. */
  readonly destination: string;
  readonly amount_minor: Amount;
  /** In Stripe's form: `usd`. */
  readonly currency: string;
  readonly created_at_ms: number;
  readonly transfer_group?: string;
}
interface ReverseTransferAct {
  /** Of the reversal: `trr_…`. */
  readonly id: string;
  readonly transfer: string;
  readonly amount_minor: Amount;
  readonly created_at_ms: number;
  /** Default: `transfer_refund`. Those of `recipient` are of older versions. */
  readonly row_type?: `${'' | 'recipient_'}transfer_${'failure' | 'cancel'}` | 'transfer_refund';
  /** The source of the row. Default: by the option of the server. */
  readonly source?: 'reversal' | 'transfer';
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A transfer is made by someone else: in the dashboard, or by what the platform used before. */
export function transfer(world: World, act: TransferAct): void {
  const amount = minor(act.amount_minor);
  world.once('transfer', { ...act, amount_minor: amount }, () => {
    const { id, currency, transfer_group = null } = act;
    const { id: destination } = world.known('account', act.destination);
    const created = seconds(act.created_at_ms);
    return earlierTransfer(world, { id, amount, created, currency, destination, transfer_group });
  });
}

/** A transfer is reversed by someone else: in the dashboard, or by Stripe. */
export function reverseTransfer(world: World, act: ReverseTransferAct): void {
  const amount = minor(act.amount_minor);
  world.once('reverseTransfer', { ...act, amount_minor: amount }, () => {
    const transfer = world.known('transfer', act.transfer);
    const left = transfer.amount - transfer.amount_reversed;
    if (amount > left) throw new Rejected(`The reversal ${act.id} of ${amount} exceeds the rest of ${left}.`);
    const { id, row_type: type, source = world.options.reversalSource, metadata = {} } = act;
    const created = seconds(act.created_at_ms);
    return reversalOf(transfer, { id, amount, created, metadata: { ...metadata }, source, type }).effects;
  });
}
