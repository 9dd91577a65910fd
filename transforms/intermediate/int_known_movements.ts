import { defineModel } from '../engine/model.ts';
import { COMPARED_FIELDS, intStripeMovements } from './int_stripe_movements.ts';
import { intStripeObjects } from './int_stripe_objects.ts';

export const intKnownMovements = defineModel(import.meta.url, {
  name: 'int_known_movements',
  kind: 'step',
  checkedFor: [intStripeMovements.name, intStripeObjects.name],
  reads: [intStripeMovements.name],
  fields: COMPARED_FIELDS,
  key: ['id_stripe'],
});
