import { invalid, Refusal, unable } from './refusal.ts';
import type { Address } from './storage.ts';

/** A table reference of the API: `tableId` may include a partition, `t$202601`. */
export interface TableReference {
  readonly projectId?: string;
  readonly datasetId: string;
  readonly tableId: string;
}

const TABLE_ID = /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd} ]{1,1024}$/u;

/** For references to tables, routines and jobs; a reference to a dataset may omit the project. */
export function requireProject(projectId: string | undefined, own: string): void {
  if (!projectId) throw invalid('Required parameter is missing: projectId');
  if (projectId !== own) throw unable(`reach another project than ${own}: ${projectId}`);
}

export function addressOf({ projectId, datasetId, tableId }: TableReference, own: string): Address {
  requireProject(projectId, own);
  const [table = '', partition, ...more] = String(tableId).split('$');
  if (!/^\w{1,1024}$/.test(datasetId) || !TABLE_ID.test(table) || more.length > 0 || partition === '') {
    throw invalid(`Invalid table ID "${datasetId}.${tableId}".`);
  }
  return { dataset: datasetId, table, ...(partition === undefined ? {} : { partition }) };
}

/** Parses `project.dataset.table` or `dataset.table`. */
export function addressIn(path: string, own: string): Address {
  const parts = path.split('.');
  if (/INFORMATION_SCHEMA/i.test(path) || path.includes('*')) throw unable(`read ${path}`);
  if (parts.length < 2 || parts.length > 3) {
    const what = `Table "${path}" must be qualified with a dataset (e.g. dataset.table).`;
    throw new Refusal('invalidQuery', what);
  }
  if (path.includes('$')) throw new Refusal('invalidQuery', `Table "${path}" cannot include decorator`);
  const [tableId = '', datasetId = '', projectId = own] = parts.reverse();
  return addressOf({ projectId, datasetId, tableId }, own);
}

/** The paths in backticks that are called as functions. */
export function routineNamesIn(sql: string): string[] {
  return [...sql.matchAll(/`([^`\s]+\.[^`\s]+)`\s*\(/g)].map(([, name = '']) => name);
}
