import { Rejected } from '../../../warehouse/errors.ts';

/** The words of a name: `asset_featured`, `archive-statements`, `stg_rudder__sales`. */
export interface Name {
  readonly snake: string;
  readonly kebab: string;
  /** As the name of a constant: `licenseGifted`. */
  readonly camel: string;
  /** As the first words of a sentence: `License gifted`. */
  readonly sentence: string;
  /** As RudderStack writes events: `Asset Featured`. */
  readonly title: string;
}

/** Words that cannot be the name of a constant in a module. */
const RESERVED = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

/** Reads a name in snake_case. Throws `Rejected` with an example. */
export function snakeName(text: string, example: string): Name {
  return nameOf(text, { pattern: /^[a-z][a-z0-9]*(_{1,2}[a-z0-9]+)*$/, style: 'snake_case', example });
}

/** Reads a name in kebab-case. Throws `Rejected` with an example. */
export function kebabName(text: string, example: string): Name {
  return nameOf(text, { pattern: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, style: 'kebab-case', example });
}

function nameOf(text: string, { pattern, style, example }: { pattern: RegExp; style: string; example: string }): Name {
  if (!pattern.test(text)) {
    throw new Rejected(`${JSON.stringify(text)} is not in ${style}; write it as ${example}.`);
  }
  const words = text.split(/[-_]+/);
  const titled = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const camel = `${words[0]}${titled.slice(1).join('')}`;
  if (RESERVED.has(camel)) throw new Rejected(`${text} is a word of JavaScript; choose another name.`);
  const sentence = [titled[0], ...words.slice(1)].join(' ');
  return { snake: text.replaceAll('-', '_'), kebab: words.join('-'), camel, sentence, title: titled.join(' ') };
}

/** A line of a template. Written out there, it would count as an import of the scaffold itself. */
export const imported = (what: string, from: string): string => `import ${what} from '${from}';`;
