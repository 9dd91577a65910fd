import { defineModel } from '../engine/model.ts';
import { intStripeMovements, STRIPE_MOVEMENT_FIELDS } from './int_stripe_movements.ts';

export const intKnownMovements = defineModel(import.meta.url, {
  name: 'int_known_movements',
  kind: 'step',
  copyOf: intStripeMovements.name,
  reads: [intStripeMovements.name],
  fields: STRIPE_MOVEMENT_FIELDS,
  key: ['id_stripe'],
});
