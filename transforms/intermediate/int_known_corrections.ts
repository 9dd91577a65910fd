import { defineModel } from '../engine/model.ts';
import { CORRECTION_FIELDS, intCorrectionChains } from './int_correction_chains.ts';

export const intKnownCorrections = defineModel(import.meta.url, {
  name: 'int_known_corrections',
  kind: 'step',
  copyOf: intCorrectionChains.name,
  reads: [intCorrectionChains.name],
  fields: CORRECTION_FIELDS,
  key: ['correction_id'],
});
