import Stripe from 'stripe';
import { minorOf } from '../../../../ingest/stripe/amounts.ts';
import { instant } from '../../../../warehouse/clock.ts';
import { isInBatch } from '../../batch-ids.ts';
import { missingAccount, type PayoutAccount } from '../rail.ts';
import { isOfMissingAccount, payoutAccountOf } from './account.ts';
import { leaveIf } from './leaving.ts';
import { StripeRequests } from './read-stripe.ts';
import { reasonFor, refusalOf } from './refusals.ts';
import type {
  MadeReversal,
  MadeTransfer,
  Refused,
  RequestOutcome,
  ReversalOutcome,
  ReversalRequest,
  TransferBody,
  Unknown,
} from './transfer.ts';

/** Stripe's limit for a value of metadata: docs.stripe.com/api/metadata. */
const LONGEST_METADATA = 500;

/**
 * Transfers from the platform's balance to the connected accounts. Requests are sent once; reads are repeated a few times, and throw `Unavailable` if
 * Stripe does not answer, because that proves nothing.
 */
export class StripeTransfers extends StripeRequests {
  /** The transfers of a batch created since an instant (ms since 1970), by transfer group. */
  async made({ batchId, since }: { batchId: string; since: number }): Promise<Map<string, MadeTransfer[]>> {
    const transfers = await this.#transfers({ created: { gte: Math.floor(since / 1000) } });
    // The platform's other systems may use transfer groups of their own.
    const ofBatch = transfers.filter(({ transfer_group }) => isInBatch(transfer_group, batchId)).map(madeTransferOf);
    return Map.groupBy(ofBatch, ({ transfer_group }) => transfer_group);
  }

  /** The transfers in the group of a request, whatever else they differ in: see `differenceFrom`. Empty proves that there is none. */
  async find({ transfer_group }: Pick<TransferBody, 'transfer_group'>): Promise<MadeTransfer[]> {
    return (await this.#transfers({ transfer_group })).map(madeTransferOf);
  }

  /**
   * Requests the transfer. What is `made` may differ from the request: see `differenceFrom`. `mayStart` is asked when it is the request's turn, and
   * right before it leaves: see `leaveIf`.
   */
  async request({
    body,
    key,
    mayStart = () => true,
  }: {
    readonly body: TransferBody;
    readonly key: string;
    readonly mayStart?: () => boolean;
  }): Promise<RequestOutcome> {
    try {
      const transfer = await this.pacer.run('POST /v1/transfers', () =>
        leaveIf(mayStart, () => this.stripe.transfers.create(body, { idempotencyKey: key })),
      );
      if (transfer === undefined) return { outcome: 'not_started' };
      if (transfer.object !== 'transfer') return unreadable('transfer');
      return { outcome: 'made', transfer: madeTransferOf(transfer) };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  async readAccount(accountId: string): Promise<PayoutAccount> {
    try {
      return payoutAccountOf(
        await this.reader.read(`account ${accountId}`, 'GET /v1/accounts/:id', () =>
          this.stripe.accounts.retrieve(accountId),
        ),
      );
    } catch (error) {
      if (isOfMissingAccount(error)) return missingAccount(accountId);
      throw error;
    }
  }

  /** The currencies of the balance that payouts are made from, upper-case, also those of which it has nothing now. */
  async heldCurrencies(): Promise<ReadonlySet<string>> {
    const { available, pending } = await this.reader.read('balance of the platform', 'GET /v1/balance', () =>
      this.stripe.balance.retrieve(),
    );
    return new Set([...available, ...pending].map(({ currency }) => currency.toUpperCase()));
  }

  /** Takes all that is left of a transfer back from the account, as far as its balance suffices. */
  async reverse({ transferId, key, reason }: ReversalRequest): Promise<ReversalOutcome> {
    const metadata = { idempotency_key: key, reason: reason.slice(0, LONGEST_METADATA) };
    try {
      const reversal = await this.pacer.run('POST /v1/transfers/:id/reversals', () =>
        this.stripe.transfers.createReversal(transferId, { metadata }, { idempotencyKey: key }),
      );
      if (reversal.object !== 'transfer_reversal') return unreadable('reversal');
      return { outcome: 'made', reversal: madeReversalOf(reversal) };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  /** Every reversal of a transfer, oldest first: to look up what became of a request. */
  async reversalsOf(transferId: string): Promise<MadeReversal[]> {
    const reversals = await this.reader.pages(`reversals of ${transferId}`, 'GET /v1/transfers/:id/reversals', (page) =>
      this.stripe.transfers.listReversals(transferId, page),
    );
    return reversals.map(madeReversalOf).reverse();
  }

  /** Those that are not reversed as a whole; of the others the amount is owed again. */
  async #transfers(filter: Stripe.TransferListParams): Promise<Stripe.Transfer[]> {
    const transfers = await this.reader.pages('transfers', 'GET /v1/transfers', (page) =>
      this.stripe.transfers.list({ ...filter, ...page }),
    );
    return transfers.filter(({ reversed, amount, amount_reversed }) => !reversed && amount_reversed < amount);
  }
}

/** Whether Stripe answers that requests come too fast, and until when. For `tooFast` of a pacer. */
export function tooFastForStripe(error: unknown): { afterMs: number | undefined } | undefined {
  if (!(error instanceof Stripe.errors.StripeRateLimitError)) return undefined;
  const seconds = error.headers?.['retry-after'];
  return { afterMs: seconds && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined };
}

function madeTransferOf({ id, amount, amount_reversed, ...transfer }: Stripe.Transfer): MadeTransfer {
  const { destination, created } = transfer;
  const account_id = typeof destination === 'string' ? destination : (destination?.id ?? null);
  const currency = transfer.currency.toUpperCase();
  return {
    transfer_id: id,
    transfer_group: transfer.transfer_group ?? '',
    amount_minor: minorOf(amount, currency),
    amount_reversed_minor: minorOf(amount_reversed, currency),
    currency,
    account_id,
    created_at: instant(created * 1000),
    terms: { amount, currency: transfer.currency, destination: account_id },
  };
}

function madeReversalOf({
  id,
  transfer,
  amount,
  metadata,
  created,
  ...reversal
}: Stripe.TransferReversal): MadeReversal {
  const currency = reversal.currency.toUpperCase();
  return {
    reversal_id: id,
    transfer_id: typeof transfer === 'string' ? transfer : transfer.id,
    amount_minor: minorOf(amount, currency),
    currency,
    created_at: instant(created * 1000),
    key: metadata?.idempotency_key ?? null,
  };
}

function unreadable(what: string): Unknown {
  return { outcome: 'unknown', reason: `Stripe's answer is not a ${what}.` };
}

/** What an error of the client says of a request. Throws what is not one. */
export function outcomeOf(error: unknown): Unknown | Refused {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  const { statusCode: status, code, rawType: type, param, message } = error;
  const refusal = refusalOf({ status, code, type, param, message });
  const reason = reasonFor(refusal, error);
  const { next, spendsKey } = refusal;
  if (next === 'same_key') return { outcome: 'unknown', reason };
  // Whatever the table says: an answer that is given again is stored with the key.
  const keyIsSpent = spendsKey || error.headers?.['idempotent-replayed'] === 'true';
  return { outcome: 'refused', code: code ?? String(status), reason, next, keyIsSpent };
}
