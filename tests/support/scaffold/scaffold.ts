import { Rejected } from '../../../warehouse/errors.ts';
import { newCommand } from './command.ts';
import { newEvent } from './event.ts';
import { newJob } from './job.ts';
import { newModel } from './model.ts';
import { Repository } from './repository.ts';

/** Prepares the files of a new one; gives what its author does next. Throws `Rejected` for a name that cannot be one. */
type Template = (repository: Repository, name: string) => string;

const TEMPLATES: ReadonlyMap<string, Template> = new Map(
  Object.entries({ model: newModel, event: newEvent, job: newJob, command: newCommand }),
);

/** Writes all files of a new model, event, job or command, or none. */
export function scaffold(
  root: string,
  [kind = '', name, ...more]: readonly string[],
): { written: readonly string[]; next: string } {
  const template = TEMPLATES.get(kind);
  const usage = `Usage: npm run new ${[...TEMPLATES.keys()].join('|')} NAME`;
  if (!template) throw new Rejected(`${JSON.stringify(kind)} cannot be made new.\n${usage}`);
  if (name === undefined) throw new Rejected(`The name is missing.\n${usage}`);
  if (more.length > 0) throw new Rejected(`${more.join(' ')}: one name is enough.\n${usage}`);
  const repository = new Repository(root);
  const next = template(repository, name);
  return { written: repository.write(), next };
}
