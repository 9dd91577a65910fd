import { Rejected } from '../../../warehouse/errors.ts';
import type { Form } from '../page.ts';

const FIELD = 'id:';

/** The ids whose boxes are ticked: each box is a field `id:…`. Throws `Rejected` if none is. */
export function chosenIn(form: Form): readonly string[] {
  const ids = Object.keys(form).flatMap((name) => (name.startsWith(FIELD) ? [name.slice(FIELD.length)] : []));
  if (ids.length === 0) throw new Rejected('Nothing is selected; tick what you decide about.');
  return ids;
}
