import { transferStepOf } from '../../ingest/stripe/amounts.ts';
import { instant } from '../../warehouse/clock.ts';
import { CURRENCIES, requireExponent } from '../../warehouse/currencies.ts';
import { nextPeriod, type Period, parsePeriod, periodEnd, periodStart } from '../../warehouse/period.ts';
import { defineTable, type Row, type Table } from '../../warehouse/vocabulary/tables.ts';
import { LICENSE_TYPES } from '../../warehouse/vocabulary/terms.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { CONSENT_POLICY } from './consent-policy.ts';
import { PAYOUT_MINIMUMS } from './payout-minimums.ts';
import { PLATFORM_FEES } from './platform-fees.ts';
import { type StripeFeeLimit, stripeFeeLimits } from './stripe-fees.ts';
import { STRIPE_BALANCE_TYPES, STRIPE_CATEGORIES } from './stripe-movements.ts';
import { STRIPE_PAYOUT_MINIMUMS } from './stripe-payout-minimums.ts';
import { WITHHOLDING_RULES } from './withholding-rules.ts';

/** A small table that ships with the software; a deployment replaces its rows if they differ. */
export interface Seed extends Table {
  readonly rows: readonly ValueRow[];
}

export const SEEDS: readonly Seed[] = [
  currencies(),
  periods(),
  ordinals(),
  platformFees(),
  payoutMinimums(),
  stripePayoutMinimums(),
  consentPolicy(),
  withholdingRules(),
  stripeCategories(),
  stripeKinds(),
  stripeBalanceTypes(),
  stripeTransferSteps(),
  stripeFees(),
];

function currencies(): Seed {
  const table = defineTable({
    name: 'seeds.currencies',
    meaning: 'One row per currency that can be paid.',
    fields: ['currency', 'minor_per_unit'],
    key: ['currency'],
  });
  const rows = CURRENCIES.map(
    (currency): Row<typeof table> => ({ currency, minor_per_unit: 10n ** BigInt(requireExponent(currency)) }),
  );
  return { ...table, rows };
}

function periods(): Seed {
  const table = defineTable({
    name: 'seeds.periods',
    meaning: 'One row per month.',
    fields: ['period', 'period_starts_at', 'period_ends_at'],
    key: ['period'],
  });
  const rows: Row<typeof table>[] = [];
  for (let period: Period = parsePeriod('2020-01'); period < '2051-01'; period = nextPeriod(period)) {
    rows.push({ period, period_starts_at: instant(periodStart(period)), period_ends_at: instant(periodEnd(period)) });
  }
  return { ...table, rows };
}

function ordinals(): Seed {
  const table = defineTable({
    name: 'seeds.ordinals',
    meaning: 'One row per number from 1 to 20, the most holders that an asset can have.',
    fields: ['ordinal'],
    key: ['ordinal'],
  });
  return {
    ...table,
    rows: Array.from({ length: 20 }, (_, index): Row<typeof table> => ({ ordinal: BigInt(index + 1) })),
  };
}

function platformFees(): Seed {
  const table = defineTable({
    name: 'seeds.platform_fees',
    meaning: "One row per licence type and date range: the platform's fee.",
    fields: ['license_type', 'fee_bps', 'effective_from_on', 'effective_until_on?'],
    key: ['license_type', 'effective_from_on'],
  });
  const rows = LICENSE_TYPES.flatMap((license_type) =>
    PLATFORM_FEES.map((fee): Row<typeof table> => ({ license_type, ...fee })),
  );
  return { ...table, rows };
}

function payoutMinimums(): Seed {
  const table = defineTable({
    name: 'seeds.payout_minimums',
    meaning: 'One row per currency: the smallest amount that is paid out; less is carried forward.',
    fields: ['currency', 'minimum_minor'],
    key: ['currency'],
  });
  const rows = CURRENCIES.map(
    (currency): Row<typeof table> => ({
      currency,
      minimum_minor: (PAYOUT_MINIMUMS[currency] ?? 10n) * 10n ** BigInt(requireExponent(currency)),
    }),
  );
  return { ...table, rows };
}

function stripePayoutMinimums(): Seed {
  const table = defineTable({
    name: 'seeds.stripe_payout_minimums',
    meaning:
      'One row per country of a connected account and currency: the smallest payout that Stripe makes to its bank.',
    fields: ['country', 'currency', 'minimum_minor'],
    key: ['country', 'currency'],
  });
  const rows = STRIPE_PAYOUT_MINIMUMS.map(
    ({ country, currency, units }): Row<typeof table> => ({
      ...{ country, currency },
      minimum_minor: units * 10n ** BigInt(requireExponent(currency)),
    }),
  );
  return { ...table, rows };
}

function consentPolicy(): Seed {
  const table = defineTable({
    name: 'seeds.consent_policy',
    meaning: 'One row: what the absence and the end of a consent mean.',
    fields: ['is_consent_always_needed', 'do_licences_continue'],
    key: ['is_consent_always_needed', 'do_licences_continue'],
  });
  const row: Row<typeof table> = CONSENT_POLICY;
  return { ...table, rows: [row] };
}

function withholdingRules(): Seed {
  const table = defineTable({
    name: 'seeds.withholding_rules',
    meaning:
      'One row per country of the payer, status of the creator, country of a treaty and date range: what is withheld of royalties, and by which law.',
    fields: [
      'withholding_rule_id',
      'payer_country',
      'payee_status',
      'treaty_country?',
      'withholding_rate_ppm',
      'is_payer_source_only',
      'effective_from_on',
      'effective_until_on?',
      'rule_source',
    ],
    key: ['withholding_rule_id', 'effective_from_on'],
  });
  return { ...table, rows: WITHHOLDING_RULES.map((rule): Row<typeof table> => rule) };
}

function stripeCategories(): Seed {
  const table = defineTable({
    name: 'seeds.stripe_categories',
    meaning:
      "One row per reporting category of Stripe's: which movement it is, and the account that is posted against the balance.",
    fields: [
      'reporting_category',
      'cash_movement',
      'flow_kind',
      'movement_class',
      'expected_sign',
      'account',
      'bridge_line',
      'category_pair?',
    ],
    key: ['reporting_category'],
  });
  const rows = Object.entries(STRIPE_CATEGORIES).map(
    ([reporting_category, { expected_sign, types: _, balances: __, ...meaning }]): Row<typeof table> => ({
      reporting_category,
      ...meaning,
      expected_sign: BigInt(expected_sign),
    }),
  );
  return { ...table, rows };
}

function stripeKinds(): Seed {
  const table = defineTable({
    name: 'seeds.stripe_kinds',
    meaning: 'One row per reporting category, type and balance type that a balance transaction may have together.',
    fields: ['reporting_category', 'balance_transaction_type', 'balance_type'],
    key: ['reporting_category', 'balance_transaction_type', 'balance_type'],
  });
  const rows = Object.entries(STRIPE_CATEGORIES).flatMap(([reporting_category, { types, balances }]) =>
    types.flatMap((balance_transaction_type) =>
      balances.map(
        (balance_type): Row<typeof table> => ({ reporting_category, balance_transaction_type, balance_type }),
      ),
    ),
  );
  return { ...table, rows };
}

function stripeBalanceTypes(): Seed {
  const table = defineTable({
    name: 'seeds.stripe_balance_types',
    meaning: 'One row per balance that the platform has at Stripe, with its account in the books.',
    fields: ['balance_type', 'balance_account'],
    key: ['balance_type'],
  });
  const rows = Object.entries(STRIPE_BALANCE_TYPES).map(
    ([balance_type, balance_account]): Row<typeof table> => ({ balance_type, balance_account }),
  );
  return { ...table, rows };
}

function stripeTransferSteps(): Seed {
  const table = defineTable({
    name: 'seeds.stripe_transfer_steps',
    meaning: 'One row per currency: the step in which Stripe transfers amounts.',
    fields: ['currency', 'transfer_step_minor'],
    key: ['currency'],
  });
  const rows = CURRENCIES.map(
    (currency): Row<typeof table> => ({ currency, transfer_step_minor: transferStepOf(currency) }),
  );
  return { ...table, rows };
}

/** The limits of Stripe's fees; `own` are those of the deployment. */
export function stripeFees(own: readonly StripeFeeLimit[] = []): Seed {
  const table = defineTable({
    name: 'seeds.stripe_fee_limits',
    meaning: "One row per movement of Stripe's balance and currency: the most that Stripe's fee for it may be.",
    fields: ['cash_movement', 'currency', 'most_fee_bps', 'most_fixed_minor'],
    key: ['cash_movement', 'currency'],
  });
  return { ...table, rows: stripeFeeLimits(own).map((limit): Row<typeof table> => ({ ...limit })) };
}
