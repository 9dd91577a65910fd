import { requireExponent } from '../../../warehouse/currencies.ts';
import { decimalOf } from '../../../warehouse/money.ts';
import { type Random, seeded } from '../marketplace/prng.ts';
import { draftedCorrection, draftedFailure, FACT_IDS, type Known, SALE_TABLES } from './drafted-corrections.ts';
import { type DraftedSale, draftedCharges, draftedMovements } from './drafted-movements.ts';
import { draftedPayout } from './drafted-payouts.ts';
import { withTaxes } from './drafted-taxes.ts';
import type { Closing, RawEvent, RawRow } from './facts.ts';
import { instantIn, receivedAfter, recordedAfter } from './instants.ts';
import { badAmount, RATES, saleMinor, splitsOf, taxOf, UNITS } from './oddities.ts';

/** What all ids of a marketplace start with. */
export function prefixOf(seed: number): string {
  return `m${seed}_`;
}

/** A small marketplace in which everything that can go wrong does. */
export function adversarialMarketplace(seed: number, closings: readonly Closing[]): RawEvent[] {
  const random = seeded(seed);
  const draft = new Draft(random, { prefix: prefixOf(seed), closings });
  draft.publish();
  for (let count = random.between(3, 7); count > 0; count--) draft.sell();
  draft.charge();
  for (let count = random.between(2, 7); count > 0; count--) draft.use();
  for (let count = random.between(2, 8); count > 0; count--) draft.refund();
  for (let count = random.between(1, 4); count > 0; count--) draft.dispute();
  for (let count = random.between(1, 4); count > 0; count--) draft.pay();
  draft.signUp();
  for (let count = random.between(0, 9); count > 0; count--) draft.correct();
  for (let count = random.between(0, 4); count > 0; count--) draft.fail();
  draft.move();
  draft.repeat();
  return withTaxes(draft.events, { seed, prefix: prefixOf(seed), closings });
}

interface Names {
  readonly prefix: string;
  readonly closings: readonly Closing[];
}

const CURRENCIES = ['USD', 'EUR', 'JPY', 'KWD', 'IDR', 'VND', 'CLF'];
const USAGE_RIGHTS = ['ai-train', 'ai-train', 'search'];
const LICENSE_TYPES = ['one_time', 'subscription', 'metered'];

class Draft {
  readonly events: RawEvent[] = [];
  readonly #random: Random;
  readonly #names: Names;
  readonly #sales: DraftedSale[] = [];
  readonly #creators: readonly string[];
  readonly #assets: readonly string[];

  constructor(random: Random, names: Names) {
    this.#random = random;
    this.#names = names;
    this.#creators = ['ada', 'ben', 'cai', 'dee'].slice(0, random.between(2, 4)).map((name) => this.#id(`cr_${name}`));
    this.#assets = ['a', 'b', 'c'].slice(0, random.between(2, 3)).map((name) => this.#id(`asset_${name}`));
  }

  /** Terms before the first period, later ones, ones of the same instant, and ones that become known months later. */
  publish(): void {
    const random = this.#random;
    for (const asset_id of this.#assets) {
      const owner = this.#claim(asset_id);
      for (const license_type of LICENSE_TYPES) {
        for (let version = random.between(0, 3); version > 0; version--) {
          const timestamp = random.chance(0.6) ? '2025-12-01T00:00:00.000Z' : this.#instant();
          const terms = { asset_id, license_type, rate: random.pick(RATES), currency: this.#currency() };
          const creator_id = this.#ownerOrOther(owner);
          const terms_id = this.#id(`terms_${random.between(10, 99)}_${this.events.length}`);
          const splits = splitsOf(random, this.#creators);
          this.#add(
            'asset_published',
            { ...terms, terms_id, creator_id, splits, timestamp, received_at: receivedAfter(this.#random, timestamp) },
            random.chance(0.6) ? timestamp : undefined,
          );
        }
      }
    }
  }

  /** An upload of an asset, transfers, withdrawals and consents, most of them by its owner. */
  #claim(asset_id: string): string {
    const random = this.#random;
    const owner = random.pick(this.#creators);
    const claimed = (): { asset_id: string; creator_id: string; timestamp: string } => ({
      asset_id,
      creator_id: this.#ownerOrOther(owner),
      timestamp: this.#instant(),
    });
    const early = '2025-11-30T00:00:00.000Z';
    if (random.chance(0.7))
      this.#add(
        'asset_uploaded',
        { asset_id, creator_id: owner, timestamp: early },
        random.chance(0.8) ? early : undefined,
      );
    for (let count = random.pick([0, 0, 0, 1, 2]); count > 0; count--)
      this.#add('asset_transferred', { ...claimed(), owner_id: random.pick(this.#creators) });
    if (random.chance(0.4)) this.#add('asset_withdrawn', claimed());
    for (let count = random.chance(0.4) ? random.between(1, 3) : 0; count > 0; count--) {
      const consent_receipt_id = this.#id(`consent_${this.events.length}`);
      const timestamp = random.chance(0.6) ? early : this.#instant();
      const consent = { consent_receipt_id, ...claimed(), usage_right: random.pick(USAGE_RIGHTS), timestamp };
      this.#add('consent_granted', consent, random.chance(0.6) ? timestamp : undefined);
      if (random.chance(0.4)) this.#add('consent_revoked', { consent_receipt_id, ...claimed() });
    }
    return owner;
  }

  #ownerOrOther(owner: string): string {
    return this.#random.chance(0.85) ? owner : this.#random.pick(this.#creators);
  }

  sell(): void {
    const random = this.#random;
    const minor = saleMinor(random);
    const sale_id = this.#id(`sale_${this.#sales.length}`);
    const timestamp = this.#instant();
    const shared = this.#sales.length > 0 && random.chance(0.25) ? random.pick(this.#sales) : undefined;
    const currency = shared?.currency ?? this.#currency();
    this.#sales.push({ sale_id, charge_id: shared?.charge_id ?? `ch_${sale_id}`, currency, minor, timestamp });
    const amount = badAmount(random) ?? amountOf(minor, currency);
    const sold = { sale_id, developer_id: this.#id('dev_x'), asset_id: random.pick(this.#assets), tax_amount: '1' };
    const ids = {
      charge_id_stripe: this.#sales.at(-1)?.charge_id ?? null,
      currency: random.chance(0.04) ? random.pick(['XXX', null]) : currency,
    };
    const table = random.pick(SALE_TABLES);
    const license_id = random.chance(0.2) ? this.#id('lic_shared') : `lic_${sale_id}`;
    const licensed = table === 'license_purchased' ? { license_id } : {};
    const received_at = receivedAfter(this.#random, timestamp);
    this.#add(table, { ...sold, ...ids, ...licensed, amount, timestamp, received_at });
  }

  charge(): void {
    for (const charge of draftedCharges(this.#random, this.#sales, () => this.#currency()))
      this.#add('stripe.charges', charge);
  }

  /** What Stripe's balance shows of some of all that. */
  move(): void {
    for (const { table, row } of draftedMovements(this.#random, this.events, (name) => this.#id(name)))
      this.#add(table, row);
  }

  use(): void {
    const random = this.#random;
    const ids = {
      use_id: this.#id(`use_${this.events.length}`),
      developer_id: this.#id(random.pick(['dev_x', 'dev_y'])),
    };
    const used = {
      asset_id: random.pick(this.#assets),
      units: random.pick(UNITS),
      usage_right: random.chance(0.05) ? null : random.pick(USAGE_RIGHTS),
    };
    const timestamp = this.#instant();
    this.#add('asset_used', { ...ids, ...used, timestamp, received_at: receivedAfter(this.#random, timestamp) });
  }

  /** Parts of a sale, all of it, more than it by one minor unit or by much, and refunds of nothing that is known. */
  refund(): void {
    const random = this.#random;
    const { sale_id, currency, minor, timestamp: soldAt } = this.#sale();
    const parts = [minor, minor, minor / 2n, minor / 2n + 1n, minor / 3n, 1n, 2n, 3n, minor + 1n, 2n * minor, 0n];
    const amount = badAmount(random) ?? amountOf(random.pick(parts), currency);
    const refund_id = this.#id(`ref_${this.events.length}`);
    const ids = { refund_id, sale_id: random.chance(0.06) ? this.#id('sale_none') : sale_id };
    const timestamp = random.chance(0.3) ? soldAt : this.#instant();
    const tax_amount = taxOf(this.events.length);
    const paid = { amount, tax_amount, currency: random.chance(0.08) ? this.#currency() : currency };
    this.#add('license_refunded', { ...ids, ...paid, refund_id_stripe: `re_${refund_id}`, timestamp });
  }

  /** Disputes and their outcomes; some have none, and some outcomes are of a dispute that is not known. */
  dispute(): void {
    const random = this.#random;
    const { sale_id, currency, minor } = this.#sale();
    const dispute_id = this.#id(`dis_${this.events.length}`);
    const ids = { dispute_id, sale_id: random.chance(0.06) ? this.#id('sale_none') : sale_id };
    const amount = badAmount(random) ?? amountOf(random.pick([minor, minor, minor / 2n, minor + 5n]), currency);
    const tax_amount = taxOf(this.events.length);
    const paid = { amount, tax_amount, currency: random.chance(0.08) ? this.#currency() : currency };
    if (random.chance(0.9)) {
      const opened = { ...ids, ...paid, dispute_id_stripe: `dp_${dispute_id}`, timestamp: this.#instant() };
      this.#add('dispute_opened', opened);
    }
    if (random.chance(0.3)) return;
    const dispute_outcome = random.pick(['lost', 'lost', 'lost', 'won', 'won', 'drawn']);
    this.#add('dispute_closed', { ...ids, dispute_outcome, timestamp: this.#instant() });
  }

  pay(): void {
    for (const { table, row } of draftedPayout(this.#random, this.#known())) this.#add(table, row);
  }

  signUp(): void {
    const random = this.#random;
    for (const creator_id of [...this.#creators, this.#id('cr_none')]) {
      const timestamp = this.#instant();
      if (random.chance(0.4))
        this.#add('creator_signed_up', { creator_id, creator_name: 'Ada', country: 'GB', timestamp });
      for (const kyc_status of ['verified', 'rejected', 'verified'].slice(random.between(0, 3)))
        this.#add('creator_kyc_completed', { creator_id, kyc_status, timestamp: this.#instant() });
      for (const account_status of ['closed', 'restricted', 'active', 'active'].slice(random.between(0, 4)))
        this.#add('creator_payout_account_updated', {
          ...{ creator_id, account_id_stripe: `acct_${creator_id}_${random.between(1, 2)}`, account_status },
          timestamp: this.#instant(),
        });
    }
  }

  correct(): void {
    const { table, row } = draftedCorrection(this.#random, this.#known());
    this.#add(table, row);
  }

  fail(): void {
    const failure = draftedFailure(this.#random, this.#known());
    if (failure) this.#add(failure.table, failure.row);
  }

  #known(): Known {
    return {
      ...{ events: this.events, creators: this.#creators, idOf: (name) => this.#id(name) },
      ...{ instant: () => this.#instant(), currency: () => this.#currency() },
    };
  }

  /** Reports some facts again, at the same time or later, with what another report of the same kind says. */
  repeat(): void {
    const random = this.#random;
    for (const { table, row } of [...this.events]) {
      if (table.startsWith('stripe.') || !random.chance(0.12)) continue;
      const other = random.pick(this.events.filter((event) => event.table === table)).row;
      const id = Object.keys(row).find((column) => column.endsWith('_id')) ?? '';
      const isSame = random.chance(0.3);
      const timestamp = random.chance(0.5) ? row.timestamp : this.#instant();
      const recordedAt = random.chance(0.3) ? row.loaded_at : undefined;
      this.#add(
        table,
        { ...(isSame ? row : other), [FACT_IDS[table] ?? id]: row[FACT_IDS[table] ?? id] ?? null, timestamp },
        recordedAt,
      );
    }
  }

  #add(table: string, row: Omit<RawRow, 'id' | 'loaded_at'>, recordedAt?: string): void {
    const id = `${this.#names.prefix}${this.#random.between(1000, 9999)}_${this.events.length}`;
    const timestamp = row.timestamp ?? '';
    const loaded_at = recordedAt ?? recordedAfter(this.#random, { timestamp, closings: this.#names.closings });
    // A record of Stripe's is stored once per reading.
    if (
      this.events.some(
        (event) => row.id_stripe && event.row.id_stripe === row.id_stripe && event.row.loaded_at === loaded_at,
      )
    )
      return;
    this.events.push({ table, row: { ...row, id, timestamp, loaded_at } });
  }

  #instant(): string {
    return instantIn(this.#random, this.#names.closings);
  }

  #currency(): string {
    return this.#random.pick(CURRENCIES);
  }

  /** Half of the time one of the first two sales, so that several reductions meet in one. */
  #sale(): DraftedSale {
    return this.#random.pick(this.#random.chance(0.5) ? this.#sales.slice(0, 2) : this.#sales);
  }

  #id(name: string): string {
    return `${this.#names.prefix}${name}`;
  }
}

function amountOf(minor: bigint, currency: string): string {
  return decimalOf(minor, requireExponent(currency));
}
