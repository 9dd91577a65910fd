import { creatorKycCompleted, creatorPayoutAccountUpdated, creatorSignedUp } from '../../../ingest/events/creators.ts';
import { apiKeyCreated, developerSignedUp } from '../../../ingest/events/developers.ts';
import { type Chronicle, DAY, HOUR } from './chronicle.ts';
import { companyName, personName } from './names.ts';

const COUNTRIES = {
  USD: ['US', 'US', 'US', 'US', 'CA', 'GB', 'BR', 'IN', 'JP', 'MX', 'NG', 'AU', 'SG'],
  EUR: ['DE', 'FR', 'ES', 'IT', 'NL', 'AT', 'IE', 'PT', 'FI'],
} as const;
const BUYER_COUNTRIES = ['US', 'DE', 'US', 'GB', 'FR', 'US', 'NL', 'JP', 'US', 'IE', 'CA', 'SE', 'IN'] as const;
/** Standard rates of value added tax in basis points, as of 2026-01-01; elsewhere none is collected. */
const TAX_BPS: Readonly<Record<string, bigint>> = { DE: 1900n, FR: 2000n, NL: 2100n, IE: 2300n, SE: 2500n };

export interface Creator {
  readonly creator_id: string;
  /** The currency of the creator's own assets. */
  readonly currency: 'USD' | 'EUR';
  readonly signed_up_at_ms: number;
}

export interface Developer {
  readonly developer_id: string;
  readonly country: string;
  readonly tax_bps: bigint;
}

/** Signs up a creator in the year before the period, with an identity check and a Stripe account, mostly in order. */
export function signUpCreator(chronicle: Chronicle): Creator {
  const { random, start_ms } = chronicle;
  const creator_id = chronicle.id('cr');
  const currency = random.chance(0.7) ? 'USD' : 'EUR';
  const country = random.pick(COUNTRIES[currency]);
  const signed_up_at_ms = random.between(start_ms - 365 * DAY, start_ms - 60 * DAY);
  chronicle.record(
    creatorSignedUp,
    { occurred_at_ms: signed_up_at_ms },
    { creator_id, creator_name: personName(random), country },
  );

  const fate = random.unit();
  const checks = fate < 0.02 ? [] : fate < 0.05 ? ['rejected'] : fate < 0.1 ? ['rejected', 'verified'] : ['verified'];
  let at_ms = signed_up_at_ms;
  for (const kyc_status of checks) {
    at_ms += random.between(HOUR, 5 * DAY);
    chronicle.record(creatorKycCompleted, { occurred_at_ms: at_ms }, { creator_id, kyc_status });
  }
  openAccount(chronicle, { creator_id, country, at_ms });
  return { creator_id, currency, signed_up_at_ms };
}

function openAccount(
  chronicle: Chronicle,
  { creator_id, country, at_ms }: { creator_id: string; country: string; at_ms: number },
): void {
  const { random } = chronicle;
  const fate = random.unit();
  if (fate < 0.04) return;
  const states =
    fate < 0.05
      ? ['active', 'closed']
      : fate < 0.08
        ? ['active', 'restricted']
        : fate < 0.2
          ? ['restricted', 'active']
          : ['active'];
  const account_id_stripe = chronicle.id('acct');
  let occurred_at_ms = at_ms;
  states.forEach((account_status, position) => {
    occurred_at_ms += random.between(HOUR, 20 * DAY);
    const active = account_status === 'active';
    const given = { id: account_id_stripe, transfers_enabled: active, payouts_enabled: active };
    chronicle.happenAtStripe({
      kind: 'stripe',
      at_ms: occurred_at_ms,
      ...(position === 0 ? { act: 'account', given: { ...given, country } } : { act: 'changeAccount', given }),
    });
    chronicle.record(
      creatorPayoutAccountUpdated,
      { occurred_at_ms },
      { creator_id, account_id_stripe, account_status },
    );
  });
}

/** Signs up a developer in the year before the period, with one or two keys. */
export function signUpDeveloper(chronicle: Chronicle, ordinal: number): Developer {
  const { random, start_ms } = chronicle;
  const developer_id = chronicle.id('dev');
  const country = BUYER_COUNTRIES[ordinal % BUYER_COUNTRIES.length] ?? 'US';
  let occurred_at_ms = random.between(start_ms - 365 * DAY, start_ms - 30 * DAY);
  chronicle.record(
    developerSignedUp,
    { occurred_at_ms },
    { developer_id, developer_name: companyName(random), country },
  );
  for (let keys = random.between(1, 2); keys > 0; keys--) {
    occurred_at_ms += random.between(HOUR, 10 * DAY);
    chronicle.record(apiKeyCreated, { occurred_at_ms }, { developer_id, api_key_id: chronicle.id('key') });
  }
  return { developer_id, country, tax_bps: TAX_BPS[country] ?? 0n };
}

/** The tax on an amount, both in minor units, rounded half up. */
export function taxOn(amount_minor: bigint, { tax_bps }: Developer): bigint {
  return (amount_minor * tax_bps + 5000n) / 10000n;
}
