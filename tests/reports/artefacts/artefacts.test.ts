import { expect, test } from 'vitest';
import { catalog, manifest } from '../../../reports/artefacts/artefacts.ts';
import { MODELS } from '../../../transforms/models.ts';

const OF = { database: 'tantieme', generatedAt: '2026-02-02T06:00:00.000Z', version: '1.9.0' };

interface Node {
  readonly unique_id: string;
  readonly depends_on: { readonly nodes: readonly string[] };
  readonly columns: Readonly<Record<string, { readonly description: string }>>;
}
const all = manifest(OF) as Record<'nodes' | 'sources' | 'exposures', Record<string, Node>>;

test('every reference of the manifest is to something in it', () => {
  const known = new Set([...Object.keys(all.nodes), ...Object.keys(all.sources)]);
  const used = [...Object.values(all.nodes), ...Object.values(all.exposures)].flatMap(
    ({ depends_on }) => depends_on.nodes,
  );
  expect(used.filter((id) => !known.has(id))).toEqual([]);
});

test('a model has its lineage, its columns with meanings, and its checks', () => {
  const postings = all.nodes['model.tantieme.postings'];
  expect(postings?.depends_on.nodes).toContain('model.tantieme.payouts');
  expect(postings?.columns.posting_amount?.description).toMatch(/^The amount of the posting/);
  expect(all.nodes['test.tantieme.postings.journal_sums_to_zero']?.depends_on.nodes).toContain(
    'model.tantieme.postings',
  );
  expect(all.exposures['exposure.tantieme.finance']?.depends_on.nodes).toContain('model.tantieme.period_totals');
  expect(all.sources).toHaveProperty('source.tantieme.raw.license_purchased');
});

test('the catalogue has every table and view, and no step of a build', () => {
  const { nodes } = catalog(OF) as { nodes: Record<string, { columns: Record<string, { index: number }> }> };
  const stored = MODELS.filter(({ kind }) => kind === 'view' || kind === 'period');
  expect(Object.keys(nodes).length).toBe(stored.length);
  expect(nodes['model.tantieme.royalties']?.columns.period?.index).toBe(1);
});
