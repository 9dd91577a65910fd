import { TABLE_NAME_PATTERN } from '../../warehouse/datasets.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { type Model, readsOfBuild } from './model.ts';

const TABLE = new RegExp(`\\b${TABLE_NAME_PATTERN}`, 'g');

/**
 * The models in build order: each after all models that it reads. Throws `InvariantBroken` for a cycle, and if a SELECT reads
 * other tables than the model declares.
 */
export function inOrder(models: readonly Model[]): Model[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const ordered = new Set<Model>();
  const visit = (model: Model, path: readonly string[]): void => {
    invariant(!path.includes(model.name), `The models form a cycle: ${[...path, model.name].join(' → ')}.`);
    if (ordered.has(model)) return;
    assertDeclaredReads(model);
    for (const name of readsOfBuild(model)) {
      const read = byName.get(name);
      invariant(read || !/^(tantieme|steps)\./.test(name), `${model.name} reads ${name}, which is not a model.`);
      if (read) visit(read, [...path, model.name]);
    }
    ordered.add(model);
  };
  for (const model of models) visit(model, []);
  return [...ordered];
}

/** The tables named in a SELECT, except in its comments. */
export function tablesIn(sql: string): string[] {
  return [...new Set(sql.replace(/--.*$/gm, '').match(TABLE) ?? [])].sort();
}

function assertDeclaredReads({ name, sql, reads, readsPrevious }: Model): void {
  const read = tablesIn(sql).join(', ');
  const declared = [...new Set([...reads, ...readsPrevious])].sort().join(', ');
  invariant(read === declared, `${name} reads ${read}, but declares ${declared}.`);
}
