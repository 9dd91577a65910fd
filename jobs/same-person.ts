/** The id that the API records behind a name, of a person or a key: `Ada (person_1)`. */
const RECORDED_ID = /\s*\(((?:person|key)_[^()]*)\)$/;

/**
 * Whether two recorded names are one person's, however written. Two people who have logged in are distinguished by their ids. A key, and a name from the
 * command line, are whoever has that name: `Ada (key_1)`, `Ada (person_1)` and ` ada` are one.
 */
export function isSamePerson(one: string, other: string): boolean {
  const [first, second] = [personIdOf(one), personIdOf(other)];
  if (first !== undefined && second !== undefined) return first === second;
  return foldedName(one) === foldedName(other);
}

function personIdOf(name: string): string | undefined {
  const id = RECORDED_ID.exec(name.trim())?.[1];
  return id?.startsWith('person_') ? id : undefined;
}

/** Without ids, also one that somebody wrote into the name of a key, and without characters that cannot be seen. */
function foldedName(name: string): string {
  let folded = name
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
  while (RECORDED_ID.test(folded)) folded = folded.replace(RECORDED_ID, '');
  return folded;
}
