import { Rejected } from '../../../warehouse/errors.ts';
import type { Form, PageRequest } from '../page.ts';
import { asTranslated } from './refusal.ts';

const FIELD = 'id:';

/** The ids whose boxes are ticked: each box is a field `id:…`. Throws `Rejected` if none is. */
export function requireChosen({ words }: Pick<PageRequest, 'words'>, form: Form): readonly string[] {
  const ids = Object.keys(form).flatMap((name) => (name.startsWith(FIELD) ? [name.slice(FIELD.length)] : []));
  if (ids.length === 0) throw asTranslated(new Rejected(words.errors.nothingChosen));
  return ids;
}
