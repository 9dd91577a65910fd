import { defineModel } from '../engine/model.ts';
import { COMPARED_FIELDS } from './int_stripe_movements.ts';

export const intUnclearMovements = defineModel(import.meta.url, {
  name: 'int_unclear_movements',
  kind: 'step',
  reads: ['steps.int_known_movements', 'steps.int_unclear_flows'],
  fields: COMPARED_FIELDS,
  key: ['id_stripe'],
});
