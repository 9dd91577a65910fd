import { defineModel } from '../engine/model.ts';

/** The columns of the view and of its copy for one build. */
export const STRIPE_MOVEMENT_FIELDS = [
  'id_stripe',
  'flow_id',
  'flow_kind',
  'cash_movement',
  'movement_class?',
  'link_status',
  'reporting_category',
  'balance_type',
  'balance_account?',
  'account?',
  'expected_sign?',
  'stripe_period',
  'settled_currency',
  'settled_minor',
  'fee_minor',
  'fee_tax_minor',
  'net_minor',
  'own_currency',
  'own_minor',
  'account_id_stripe?',
  'description_stripe?',
  'available_at',
  'created_at',
] as const;

export const intStripeMovements = defineModel(import.meta.url, {
  name: 'int_stripe_movements',
  kind: 'view',
  reads: [
    'tantieme.stg_stripe__balance_transactions',
    'tantieme.int_stripe_objects',
    'seeds.stripe_categories',
    'seeds.stripe_kinds',
    'seeds.stripe_balance_types',
  ],
  fields: STRIPE_MOVEMENT_FIELDS,
  key: ['id_stripe'],
});
