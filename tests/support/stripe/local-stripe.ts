import type { Clock } from '../../../warehouse/clock.ts';
import type { LocalServer } from '../loopback.ts';
import {
  type AccountAct,
  type ChargeAct,
  type CloseDisputeAct,
  type DisputeAct,
  type EndPayoutAct,
  type PayoutAct,
  type RefundAct,
  type ReverseAct,
  WorldActs,
} from './acts.ts';
import type { FaultScript } from './faults.ts';
import type { Transfer } from './objects.ts';
import { serve } from './server.ts';
import { Store } from './store.ts';

export interface LocalServerOptions {
  readonly clock: Clock;
  readonly apiKey: string;
  /** The file to which every mutation is written before its response; without it, the state is lost with the process. */
  readonly journalPath?: string;
  /** Default: any free port. */
  readonly port?: number;
  readonly faults?: FaultScript;
}

/** A local Stripe: HTTP for the platform's client, methods for what the world does by itself. */
export interface LocalStripe extends LocalServer {
  readonly apiKey: string;
  account(act: AccountAct): void;
  changeAccount(act: Omit<AccountAct, 'country' | 'created_at_ms'>): void;
  deleteAccount(id: string): void;
  charge(act: ChargeAct): void;
  failCharge(act: ReverseAct): void;
  refund(act: RefundAct): void;
  failRefund(act: ReverseAct): void;
  dispute(act: DisputeAct): void;
  closeDispute(act: CloseDisputeAct): void;
  winAppeal(act: ReverseAct): void;
  payout(act: PayoutAct): void;
  endPayout(act: EndPayoutAct): void;
  /** All transfers so far, oldest first. */
  transfers(): readonly Transfer[];
  /** The platform's available balance in minor units, of a currency in Stripe's form: `usd`. */
  balance(currency: string): bigint;
}

/** Starts a local Stripe with the state of its journal. Throws `InvariantBroken` for an inconsistent journal. */
export async function startStripe(options: LocalServerOptions): Promise<LocalStripe> {
  const { clock, apiKey, journalPath, port, faults = () => undefined } = options;
  const store = new Store(journalPath);
  const acts = new WorldActs(store, clock);
  const server = await serve(store, { clock, apiKey, port, faults });
  return {
    ...server,
    apiKey,
    account: (act) => acts.account(act),
    changeAccount: (act) => acts.changeAccount(act),
    deleteAccount: (id) => acts.deleteAccount(id),
    charge: (act) => acts.charge(act),
    failCharge: (act) => acts.failCharge(act),
    refund: (act) => acts.refund(act),
    failRefund: (act) => acts.failRefund(act),
    dispute: (act) => acts.dispute(act),
    closeDispute: (act) => acts.closeDispute(act),
    winAppeal: (act) => acts.winAppeal(act),
    payout: (act) => acts.payout(act),
    endPayout: (act) => acts.endPayout(act),
    transfers: () => store.all('transfer').oldestFirst(),
    balance: (currency) => store.ledger.balance(currency),
  };
}
