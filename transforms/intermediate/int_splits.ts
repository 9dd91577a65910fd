import { defineModel } from '../engine/model.ts';

export const intSplits = defineModel(import.meta.url, {
  name: 'int_splits',
  kind: 'view',
  reads: ['tantieme.stg_rudder__asset_terms', 'seeds.ordinals'],
  fields: ['terms_id', 'creator_id', 'share_bps'],
  key: ['terms_id', 'creator_id'],
  checks: [
    {
      holds: `The parts of an asset's holders sum to 10000 basis points.`,
      failures: `select splits.terms_id, sum(splits.share_bps) as share_bps from tantieme.int_splits as splits group by splits.terms_id having sum(splits.share_bps) <> 10000`,
    },
  ],
});
