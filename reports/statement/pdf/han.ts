import type { HanFont } from '../../render/pdf/script-fonts.ts';
import type { StatementDocument } from '../document.ts';

/** The forms of Han characters in the names and titles of a statement. A creator has a country, but no language. */
export function hanOf({ creator }: StatementDocument): HanFont {
  return creator.country === 'JP' ? 'jp' : creator.country === 'KR' ? 'kr' : 'sc';
}
