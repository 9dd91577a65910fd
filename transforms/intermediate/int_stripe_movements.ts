import { defineModel } from '../engine/model.ts';

/** The columns that the comparison reads, of the view and of its copy for one build. */
export const COMPARED_FIELDS = [
  'id_stripe',
  'flow_id',
  'flow_kind',
  'cash_movement',
  'movement_class?',
  'link_status',
  'reporting_category',
  'balance_type',
  'expected_sign?',
  'stripe_period',
  'settled_currency',
  'settled_minor',
  'fee_minor',
  'own_currency',
  'own_minor',
  'account_id_stripe?',
  'description_stripe?',
  'created_at',
  'is_direct',
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
  fields: [...COMPARED_FIELDS, 'balance_account?', 'account?', 'fee_tax_minor', 'net_minor', 'available_at'],
  key: ['id_stripe'],
});
