import { defineModel } from '../engine/model.ts';
import { COMPARED_FIELDS, intStripeMovements } from './int_stripe_movements.ts';
import { TOUCHED_OBJECTS, TOUCHED_TRANSACTIONS } from './touched.ts';

export const intKnownMovements = defineModel(import.meta.url, {
  name: 'int_known_movements',
  kind: 'step',
  copyOf: intStripeMovements.name,
  reads: [intStripeMovements.name],
  within: [...TOUCHED_TRANSACTIONS, ...TOUCHED_OBJECTS],
  // The last three only for the checks of the view, which would otherwise be computed once more.
  fields: [...COMPARED_FIELDS, 'fee_tax_minor', 'net_minor', 'available_at'],
  key: ['id_stripe'],
});
