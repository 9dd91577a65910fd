import { defineModel } from '../engine/model.ts';
import { COMPARED_FIELDS, intStripeMovements } from './int_stripe_movements.ts';
import { UNCLEAR_OBJECTS, UNCLEAR_TRANSACTIONS } from './unclear.ts';

export const intKnownMovements = defineModel(import.meta.url, {
  name: 'int_known_movements',
  kind: 'step',
  copyOf: intStripeMovements.name,
  reads: [intStripeMovements.name],
  within: [...UNCLEAR_TRANSACTIONS, ...UNCLEAR_OBJECTS],
  // The last three only for the checks of the view, which would otherwise be computed once more.
  fields: [...COMPARED_FIELDS, 'fee_tax_minor', 'net_minor', 'available_at'],
  key: ['id_stripe'],
});
