import { tablesIn } from '../../transforms/engine/graph.ts';
import type { Model } from '../../transforms/engine/model.ts';
import { MODELS } from '../../transforms/models.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import type { ColumnShape } from '../../warehouse/vocabulary/tables.ts';
import { cardsOf, DASHBOARDS } from '../dashboards/dashboards.ts';

/**
 * The models as artefacts of dbt, which catalogues of data read: DataHub, OpenMetadata. Source: dbt's JSON Schemas, manifest version 12 and catalog
 * version 1. They have what is declared; nothing is read from a warehouse.
 */

export interface ArtefactsOf {
  /** The name of the warehouse: the first part of a table's full name in the catalogue. */
  readonly database: string;
  /** An instant. */
  readonly generatedAt: string;
  readonly version: string;
}

const PROJECT = 'tantieme';
const SCHEMAS = 'https://schemas.getdbt.com/dbt';

/** The columns of a table by name, as both artefacts have them. */
const byName = <T>(columns: readonly ColumnShape[], of: (column: ColumnShape, index: number) => T) =>
  Object.fromEntries(columns.map((column, index) => [column.name, of(column, index)]));

/** Lineage, columns, checks and dashboards: `manifest.json`. */
export function manifest(of: ArtefactsOf): Readonly<Record<string, unknown>> {
  const sources = sourceNames().map((name) => sourceOf(name, of));
  const nodes = [...MODELS.map((model) => modelNode(model, of)), ...MODELS.flatMap((model) => checkNodes(model, of))];
  const exposures = DASHBOARDS.map(exposureOf);
  const parents = Object.fromEntries([...nodes, ...exposures].map((each) => [each.unique_id, each.depends_on.nodes]));
  const children = Map.groupBy(
    Object.entries(parents).flatMap(([child, of]) => of.map((parent) => ({ child, parent }))),
    ({ parent }) => parent,
  );
  return {
    metadata: metadataOf('manifest/v12', of),
    nodes: byId(nodes),
    sources: byId(sources),
    exposures: byId(exposures),
    parent_map: { ...Object.fromEntries(sources.map(({ unique_id }) => [unique_id, []])), ...parents },
    child_map: Object.fromEntries([...children].map(([parent, of]) => [parent, of.map(({ child }) => child)])),
    ...{ macros: {}, docs: {}, metrics: {}, groups: {}, selectors: {}, disabled: {}, group_map: {} },
    ...{ saved_queries: {}, semantic_models: {}, unit_tests: {} },
  };
}

/** Tables and the types of their columns: `catalog.json`. */
export function catalog(of: ArtefactsOf): Readonly<Record<string, unknown>> {
  const nodes = MODELS.filter(({ kind }) => kind === 'view' || kind === 'period').map((model) => {
    const [schema = '', name = ''] = model.name.split('.');
    const type = model.kind === 'view' ? 'view' : 'table';
    return {
      metadata: { type, schema, name, database: of.database, comment: model.meaning, owner: null },
      columns: byName(model.columns, (column, index) => ({
        ...{ type: column.type, index: index + 1, name: column.name, comment: column.meaning ?? null },
      })),
      stats: {},
      unique_id: idOf(model.name),
    };
  });
  return { metadata: metadataOf('catalog/v1', of), nodes: byId(nodes), sources: {}, errors: null };
}

const byId = <T extends { readonly unique_id: string }>(rows: readonly T[]): Readonly<Record<string, T>> =>
  Object.fromEntries(rows.map((row) => [row.unique_id, row]));

/** What an artefact says of itself. */
export function metadataOf(schema: string, { generatedAt, version }: ArtefactsOf) {
  return {
    dbt_schema_version: `${SCHEMAS}/${schema}.json`,
    dbt_version: version,
    generated_at: generatedAt,
    invocation_id: sha256Hex(`${schema}/${generatedAt}`).slice(0, 32),
    env: {},
  };
}

const MODEL_NAMES: ReadonlySet<string> = new Set(MODELS.map(({ name }) => name));

/** What models read that is no model: raw events, Stripe's records, seeds, the ledger. */
const sourceNames = (): readonly string[] =>
  [...new Set(MODELS.flatMap(({ reads, readsPrevious }) => [...reads, ...readsPrevious]))]
    .filter((name) => !MODEL_NAMES.has(name))
    .sort();

/** The id of a model, or of what models read. */
export const idOf = (table: string): string =>
  MODEL_NAMES.has(table) ? `model.${PROJECT}.${table.split('.')[1]}` : `source.${PROJECT}.${table}`;

function sourceOf(table: string, { database }: ArtefactsOf) {
  const [schema = '', name = ''] = table.split('.');
  const path = `warehouse/${schema}`;
  return {
    ...{ unique_id: idOf(table), resource_type: 'source', package_name: PROJECT, path, original_file_path: path },
    ...{ database, schema, name, identifier: name, source_name: schema, fqn: [PROJECT, schema, name] },
    ...{ description: '', source_description: '', loader: PROJECT, columns: {} },
  };
}

function modelNode(model: Model, { database }: ArtefactsOf) {
  const [schema = '', name = ''] = model.name.split('.');
  const path = `${layerOf(name)}/${name}.sql`;
  const reads = [...new Set([...model.reads, ...model.readsPrevious])].filter((read) => read !== model.name);
  return {
    ...{ unique_id: idOf(model.name), resource_type: 'model', package_name: PROJECT, path },
    ...{ original_file_path: `transforms/${path}`, database, schema, name, alias: name },
    fqn: [PROJECT, layerOf(name), name],
    checksum: { name: 'sha256', checksum: sha256Hex(model.sql) },
    config: { materialized: MATERIALIZED[model.kind], meta: { grain: model.key } },
    description: model.meaning,
    columns: byName(model.columns, ({ name: column, type, meaning = '' }) => ({
      ...{ name: column, description: meaning, data_type: type },
    })),
    raw_code: model.sql,
    language: 'sql',
    depends_on: { nodes: reads.map(idOf), macros: [] },
  };
}

const MATERIALIZED = { view: 'view', period: 'incremental', step: 'ephemeral', inline: 'ephemeral' } as const;

const layerOf = (name: string): string =>
  name.startsWith('stg_') ? 'staging' : name.startsWith('int_') ? 'intermediate' : 'marts';

const checkIdOf = (model: Model, check: string): string => `test.${PROJECT}.${model.name.split('.')[1] ?? ''}.${check}`;

/** The ids of the checks of a model. */
export const checkIdsOf = (model: Model): string[] => model.checks.map(({ name }) => checkIdOf(model, name));

function checkNodes(model: Model, { database }: ArtefactsOf) {
  const table = model.name.split('.')[1] ?? '';
  const path = `${layerOf(table)}/${table}.checks.sql`;
  return model.checks.map(({ name, sentence, sql }) => ({
    ...{ unique_id: checkIdOf(model, name), resource_type: 'test', package_name: PROJECT, path },
    ...{ original_file_path: `transforms/${path}`, database, schema: 'checks', name, alias: name },
    fqn: [PROJECT, layerOf(table), table, name],
    checksum: { name: 'sha256', checksum: sha256Hex(sql) },
    config: { severity: 'ERROR' },
    description: sentence,
    columns: {},
    raw_code: sql,
    language: 'sql',
    depends_on: { nodes: [...new Set([model.name, ...tablesIn(sql)])].map(idOf), macros: [] },
  }));
}

/** A dashboard, with the marts that its cards read. */
function exposureOf(dashboard: (typeof DASHBOARDS)[number]) {
  const { name, title, meaning } = dashboard;
  const path = 'reports/dashboards/dashboards.ts';
  return {
    ...{ unique_id: `exposure.${PROJECT}.${name}`, resource_type: 'exposure', package_name: PROJECT, path },
    ...{ original_file_path: path, name, label: title, type: 'dashboard', description: meaning },
    fqn: [PROJECT, name],
    owner: { name: PROJECT },
    depends_on: {
      nodes: [...new Set(cardsOf(dashboard).flatMap(({ sql }) => tablesIn(sql)))].map(idOf),
      macros: [],
    },
  };
}
